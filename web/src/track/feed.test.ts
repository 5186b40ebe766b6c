import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { accepted, frame, imageId } from '../../testing/samples';
import { follow } from './feed';

const path = `/receipts/${imageId}`;
let server: FakeServer;
let stop: () => void = () => undefined;
let told: string[];
let links: string[];
let missing: number;

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
  told = [];
  links = [];
  missing = 0;
});

afterEach(() => {
  stop();
});

function start(pollFirst = false) {
  stop = follow(imageId, pollFirst, {
    onFrame: ({ status, version }) => told.push(`${status} ${version}`),
    onFound: () => undefined,
    onLink: (link) => links.push(link),
    onMissing: () => (missing += 1),
  });
}

function pass(ms: number) {
  return vi.advanceTimersByTimeAsync(ms);
}

describe('over a socket', () => {
  it('tells each state and ends with the final one', async () => {
    start();
    expect(String(server.socket().address)).toBe(`ws://receipts.test/imageStatus/${imageId}/ws`);
    for (const each of [frame('uploaded', 1), frame('started', 2), frame('text_detected', 3), accepted]) server.socket().says(each);
    server.socket().closes(1000);
    await pass(120_000);
    expect(told).toEqual(['uploaded 1', 'started 2', 'text_detected 3', 'accepted 4']);
    expect(server.sockets).toHaveLength(1);
    expect(server.asked).toEqual([]);
  });

  it('never goes back, and does not stumble over noise', () => {
    start();
    for (const each of [frame('started', 2), frame('uploaded', 1), frame('started', 2), '{', 'null', { status: 'started' }]) {
      server.socket().says(each);
    }
    server.socket().says({ ...frame('failed', 9), imageId: 'another' });
    expect(told).toEqual(['started 2']);
  });

  it('connects anew when the server goes away, later each time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    start();
    server.socket().says(frame('uploaded', 1));
    server.socket().closes(1001);
    expect(server.sockets).toHaveLength(1);
    await pass(500);
    expect(server.sockets).toHaveLength(2);
    server.socket().closes(1013);
    await pass(999);
    expect(server.sockets).toHaveLength(2);
    await pass(1);
    expect(server.sockets).toHaveLength(3);
    server.socket().says(frame('uploaded', 1));
    server.socket().says(frame('started', 2));
    expect(told).toEqual(['uploaded 1', 'started 2']);
  });

  it('gives up one that never opens, for a stream of events', async () => {
    start();
    await pass(8_000);
    expect(server.sockets[0]?.readyState).toBe(3);
    expect(server.sockets).toHaveLength(1);
    expect(String(server.events().address)).toBe(`/imageStatus/${imageId}/events`);
  });

  it('is doubted when it is silent for long', async () => {
    start();
    server.socket().says(frame('started', 2));
    server.answers.set(path, { status: 200, body: accepted });
    await pass(19_000);
    expect(told).toEqual(['started 2']);
    await pass(2_000);
    expect(told).toEqual(['started 2', 'accepted 4']);
  });

  it('is opened anew when the person comes back', () => {
    start();
    server.socket().says(frame('started', 2));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(server.sockets).toHaveLength(2);
    window.dispatchEvent(new Event('online'));
    expect(server.sockets, 'one attempt is enough').toHaveLength(2);
    server.sockets[0]?.says(frame('text_detected', 3));
    expect(told, 'the old one has no say').toEqual(['started 2']);
  });
});

/** Twice, and without a word. */
async function socketsDie() {
  start();
  server.socket().closes();
  await pass(500);
  server.socket().closes();
}

describe('over a stream of events, where sockets die', () => {
  it('tells each state and ends with the final one', async () => {
    await socketsDie();
    for (const each of [frame('uploaded', 1), frame('started', 2), accepted]) server.events().says(each);
    await pass(60_000);
    expect(told).toEqual(['uploaded 1', 'started 2', 'accepted 4']);
    expect(links.at(-1)).toBe('live');
    expect([server.sockets, server.sources].map(({ length }) => length)).toEqual([2, 1]);
    expect(server.events().readyState, 'it must not come back for more').toBe(2);
  });

  it('waits for one that comes back by itself, and looks meanwhile', async () => {
    await socketsDie();
    server.events().says(frame('started', 2));
    server.answers.set(path, { status: 200, body: frame('text_detected', 3) });
    server.events().breaks('for a moment');
    await pass(1_000);
    expect(told).toEqual(['started 2', 'text_detected 3']);
    expect(links.at(-1)).toBe('polling');
    server.events().says(accepted);
    expect(told.at(-1)).toBe('accepted 4');
    expect(server.sources).toHaveLength(1);
  });

  it.each(['for a moment', 'for good'] as const)('gives up one that breaks %s twice', async (how) => {
    await socketsDie();
    server.events().breaks(how);
    await pass(500);
    server.events().breaks(how);
    server.answers.set(path, { status: 200, body: accepted });
    await pass(5_000);
    expect(told).toEqual(['accepted 4']);
  });
});

describe('by looking, where nothing else works', () => {
  async function nothingElseWorks() {
    await socketsDie();
    server.events().breaks('for good');
    await pass(500);
    server.events().breaks('for good');
  }

  it('looks, first often and then less, until the end', async () => {
    server.answers.set(path, { status: 200, body: frame('started', 2) });
    await nothingElseWorks();
    await pass(25_000);
    const looks = server.asked.length;
    expect(looks).toBeGreaterThan(6);
    expect(looks).toBeLessThan(16);
    server.answers.set(path, { status: 200, body: accepted });
    await pass(5_000);
    expect(told).toEqual(['started 2', 'accepted 4']);
    expect(links).toContain('polling');
    const asked = server.asked.length;
    await pass(60_000);
    expect(server.asked).toHaveLength(asked);
  });

  it('goes back up to the socket after a while', async () => {
    server.answers.set(path, { status: 200, body: frame('started', 2) });
    await nothingElseWorks();
    expect(server.sockets).toHaveLength(2);
    await pass(30_000);
    expect(server.sockets).toHaveLength(3);
    server.socket().says(accepted);
    expect(told.at(-1)).toBe('accepted 4');
  });

  it('goes back up at once when somebody answers again', async () => {
    await nothingElseWorks();
    await pass(10_000);
    expect(links.at(-1)).toBe('lost');
    expect(server.sockets).toHaveLength(2);
    server.answers.set(path, { status: 200, body: frame('started', 2) });
    await pass(5_000);
    expect(server.sockets).toHaveLength(3);
  });

  it('does so where the browser has no streams of events', async () => {
    Reflect.deleteProperty(globalThis, 'EventSource');
    server.answers.set(path, { status: 200, body: accepted });
    await socketsDie();
    await pass(2_000);
    expect(told).toEqual(['accepted 4']);
  });

  it('says that nobody answers, and goes on', async () => {
    start();
    server.socket().closes();
    await pass(2_000);
    expect(links.at(-1)).toBe('lost');
    server.socket().says(frame('started', 2));
    expect(links.at(-1)).toBe('live');
    expect(told).toEqual(['started 2']);
  });

  it('takes a page where no socket can be made', async () => {
    const refuse = () => {
      throw new DOMException('not allowed', 'SecurityError');
    };
    vi.stubGlobal('WebSocket', vi.fn(refuse));
    server.answers.set(path, { status: 200, body: accepted });
    start();
    await pass(1_000);
    expect(told).toEqual(['accepted 4']);
  });
});

describe('after a reload', () => {
  it('looks first; what has ended needs no socket', async () => {
    server.answers.set(path, { status: 200, body: accepted });
    start(true);
    await pass(0);
    expect(told).toEqual(['accepted 4']);
    expect(server.sockets).toHaveLength(0);
  });

  it('then follows what has not', async () => {
    server.answers.set(path, { status: 200, body: frame('started', 2) });
    start(true);
    await pass(0);
    server.socket().says(frame('started', 2));
    server.socket().says(accepted);
    expect(told).toEqual(['started 2', 'accepted 4']);
  });

  it('tells when there is no such receipt', async () => {
    server.answers.set(path, { status: 404 });
    start(true);
    await pass(60_000);
    expect(missing).toBe(1);
    expect(server.asked).toHaveLength(1);
    expect(server.sockets).toHaveLength(0);
  });
});

it('goes on after an event that threw', async () => {
  start();
  server.socket().close = () => { throw new Error('it does not close'); };
  expect(() => vi.advanceTimersByTime(8_000)).toThrow('it does not close');
  server.answers.set(path, { status: 200, body: accepted });
  await pass(10_000);
  expect(told).toEqual(['accepted 4']);
});

it('leaves nothing behind when it is stopped', async () => {
  start();
  const socket = server.socket();
  stop();
  expect(socket.readyState).toBe(3);
  socket.says(frame('started', 2));
  window.dispatchEvent(new Event('online'));
  await pass(60_000);
  expect(told).toEqual([]);
  expect(server.sockets).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
