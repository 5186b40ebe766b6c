import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fakeLocks } from '../../testing/fake-locks';
import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { imageId, jpeg, uploadedAnswer } from '../../testing/samples';
import { keep, type KeptPhoto, sharedKey, waitingPhotos } from './photo-store';
import { UploadQueue } from './upload-queue';

let server: FakeServer;
let queue: UploadQueue;
let stop: () => void = () => undefined;
let sent: string[];
let settled: number;

beforeEach(() => {
  server = fakeServer();
  sent = [];
  settled = 0;
  queue = new UploadQueue({
    onShownSent: ({ key }, imageId) => sent.push(`${key} ${imageId}`),
    onWaitingSettled: () => (settled += 1),
  });
});

afterEach(() => {
  stop();
});

const photo = (key: string): KeptPhoto => ({ key, files: [jpeg(`${key}.jpg`)] });

function keys() {
  return server.uploads.map(({ headers }) => headers.get('idempotency-key'));
}

async function uploads(count: number) {
  await vi.waitFor(() => { expect(server.uploads).toHaveLength(count); });
}

it('the photo on the screen is kept until the server has it', async () => {
  await queue.add([photo('a')], 'taken');
  stop = queue.sendShown(photo('a'));
  expect(queue.state().shown?.phase).toEqual({ is: 'sending', share: 0 });
  expect(await waitingPhotos()).toHaveLength(1);
  server.upload().isAnswered(202, uploadedAnswer);
  expect(sent).toEqual([`a ${imageId}`]);
  await vi.waitFor(async () => { expect(await waitingPhotos()).toEqual([]); });
});

it('the photo on the screen says when it goes again, and goes sooner when the person wants it', () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  stop = queue.sendShown(photo('a'));
  server.upload().breaks();
  const phase = queue.state().shown?.phase;
  expect(phase).toMatchObject({ is: 'unsent', problem: { is: 'no_network' } });
  expect(phase?.is === 'unsent' ? phase.nextTryAt : null).toBeGreaterThan(Date.now() + 4_000);
  queue.sendShownNow();
  expect(keys()).toEqual(['a', 'a']);
  queue.sendShownNow();
  expect(keys(), 'it is on its way already').toEqual(['a', 'a']);
});

it('what was left on the screen waits, and goes under its key', async () => {
  await queue.add([photo('a')], 'taken');
  queue.sendShown(photo('a'))();
  expect(server.upload().aborted).toBe(true);
  stop = queue.sendWaiting();
  await uploads(2);
  expect(keys()).toEqual(['a', 'a']);
  expect(queue.state()).toMatchObject({ shown: null, waiting: { asking: [], going: 1 } });
});

it('waiting photos go one after the other; what is added or discarded meanwhile does not disturb the one that is going', async () => {
  stop = queue.sendWaiting();
  await queue.add([photo('a'), photo(sharedKey('s'))], 'taken');
  await uploads(1);
  await queue.add([photo('b')], 'taken');
  await vi.waitFor(() => { expect(queue.state().waiting.going).toBe(2); });
  queue.discard(photo(sharedKey('s')));
  await vi.waitFor(() => { expect(queue.state().waiting.asking).toEqual([]); });
  expect(server.upload().aborted).toBe(false);
  server.upload().isAnswered(202, uploadedAnswer);
  await uploads(2);
  server.upload().isAnswered(202, uploadedAnswer);
  await vi.waitFor(() => { expect(queue.state().waiting.going).toBe(0); });
  expect(keys()).toEqual(['a', 'b']);
  expect(settled).toBe(2);
});

it('a waiting photo goes again where that can help, and else asks', async () => {
  await queue.add([photo('a')], 'taken');
  stop = queue.sendWaiting();
  await uploads(1);
  server.upload().isAnswered(503, {});
  await Promise.resolve();
  expect(queue.state().waiting).toMatchObject({ asking: [], going: 1 });
  await vi.waitFor(() => {
    window.dispatchEvent(new Event('online'));
    expect(server.uploads).toHaveLength(2);
  });
  server.upload().isAnswered(415, {});
  await vi.waitFor(() => { expect(queue.state().waiting).toMatchObject({ asking: [{ key: 'a' }], going: 0 }); });
  queue.release(photo('a'));
  await uploads(3);
  expect(new Set(keys())).toEqual(new Set(['a']));
});

/** From here on nothing that is kept can be changed. */
function nothingIsDeleted() {
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
}

function networkIs(there: boolean) {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(there);
}

function happens(type: 'online' | 'pageshow' | 'visibilitychange') {
  (type === 'visibilitychange' ? document : window).dispatchEvent(new Event(type));
}

/** Long enough for another try, if there were one. */
function aMoment() {
  return new Promise((resolve) => { setTimeout(resolve, 50); });
}

it('a waiting photo whose receipt was deleted goes without a word', async () => {
  await queue.add([photo('a')], 'taken');
  stop = queue.sendWaiting();
  await uploads(1);
  server.upload().isAnswered(410, { code: 'receipt_deleted' });
  await vi.waitFor(async () => { expect(await waitingPhotos()).toEqual([]); });
  await vi.waitFor(() => { expect(queue.state().waiting).toEqual({ asking: [], going: 0 }); });
  expect(keys()).toEqual(['a']);
});

describe('what the server has, and the browser does not delete', () => {
  it('is not sent again from home', async () => {
    nothingIsDeleted();
    await queue.add([photo('a')], 'taken');
    stop = queue.sendWaiting();
    await uploads(1);
    server.upload().isAnswered(202, uploadedAnswer);
    await vi.waitFor(() => { expect(settled).toBe(1); });
    await aMoment();
    expect(keys()).toEqual(['a']);
    expect(queue.state().waiting).toEqual({ asking: [], going: 0 });
    expect(await waitingPhotos()).toHaveLength(1);
  });

  it('is not sent again after the screen has sent it', async () => {
    nothingIsDeleted();
    await queue.add([photo('a')], 'taken');
    const leave = queue.sendShown(photo('a'));
    server.upload().isAnswered(202, uploadedAnswer);
    leave();
    expect(await queue.waitingPhoto()).toBeNull();
    stop = queue.sendWaiting();
    await aMoment();
    expect(keys()).toEqual(['a']);
  });
});

describe('the photo on the screen, without network when it is due', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    networkIs(false);
    stop = queue.sendShown(photo('a'));
    server.upload().breaks();
    vi.advanceTimersByTime(7_500);
    expect(keys()).toEqual(['a']);
    networkIs(true);
  });

  it('is sent once the network is back, although no event says so', () => {
    vi.advanceTimersByTime(1_000);
    expect(keys()).toEqual(['a', 'a']);
    vi.advanceTimersByTime(10_000);
    expect(keys(), 'it is on its way already').toEqual(['a', 'a']);
  });

  it.each(['visibilitychange', 'pageshow'] as const)('is sent when the page is looked at again (%s)', (type) => {
    happens(type);
    expect(keys()).toEqual(['a', 'a']);
  });

  it('is not sent after it was left', () => {
    stop();
    vi.advanceTimersByTime(10_000);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(keys()).toEqual(['a']);
  });
});

it('a page that is looked at before the photo on the screen is due sends it no sooner', () => {
  stop = queue.sendShown(photo('a'));
  server.upload().breaks();
  document.dispatchEvent(new Event('visibilitychange'));
  expect(keys()).toEqual(['a']);
});

it('waiting photos are sent once the network is back, although no event says so', async () => {
  networkIs(false);
  await queue.add([photo('a')], 'taken');
  stop = queue.sendWaiting();
  await vi.waitFor(() => { expect(queue.state().waiting.going).toBe(1); });
  await aMoment();
  expect(server.uploads).toHaveLength(0);
  networkIs(true);
  await vi.waitFor(() => { expect(keys()).toEqual(['a']); }, 3_000);
});

it.each(['online', 'visibilitychange'] as const)('after %s waiting photos are tried as if none had failed', async (type) => {
  const waits = vi.spyOn(globalThis, 'setTimeout');
  vi.spyOn(Math, 'random').mockReturnValue(1);
  /** A try fails; the answer is how long it is until the next one. */
  const waitAfter = async (tries: number) => {
    await uploads(tries);
    waits.mockClear();
    server.upload().breaks();
    return vi.waitFor(() => {
      const ms = waits.mock.calls.map(([, ms]) => ms ?? 0).find((ms) => ms >= 5_000);
      expect(ms).toBeDefined();
      return ms;
    });
  };
  await queue.add([photo('a')], 'taken');
  stop = queue.sendWaiting();
  expect(await waitAfter(1)).toBe(5_000);
  queue.release(photo('a'));
  expect(await waitAfter(2)).toBe(10_000);
  happens(type);
  expect(await waitAfter(3)).toBe(5_000);
});

it('a sent photo stays claimed until it is discarded', async () => {
  const locks = fakeLocks();
  let heldAtDelete: string[] | null = null;
  await queue.add([photo('a')], 'taken');
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
    heldAtDelete = locks.held();
    throw new DOMException('no room', 'QuotaExceededError');
  });
  stop = queue.sendWaiting();
  await uploads(1);
  server.upload().isAnswered(202, uploadedAnswer);
  await vi.waitFor(() => { expect(settled).toBe(1); });
  expect(heldAtDelete).toEqual(['receipts-outbox-a']);
  await vi.waitFor(() => { expect(locks.held()).toEqual([]); });
});

it('what another tab claims after the list was made is left to it', async () => {
  const locks = fakeLocks();
  await Promise.all([keep(photo('a')), keep(photo('b'))]);
  const query = navigator.locks.query.bind(navigator.locks);
  navigator.locks.query = async () => {
    const before = await query();
    if (locks.held().length === 0) locks.takenElsewhere('receipts-outbox-a');
    return before;
  };
  stop = queue.sendWaiting();
  await uploads(1);
  expect(keys()).toEqual(['b']);
});

it('what is sent while the person leaves home settles nothing there', async () => {
  await queue.add([photo('a')], 'taken');
  const leave = queue.sendWaiting();
  await uploads(1);
  server.upload().isAnswered(202, uploadedAnswer);
  await Promise.resolve();
  leave();
  await vi.waitFor(async () => { expect(await waitingPhotos()).toEqual([]); });
  await aMoment();
  expect(settled).toBe(0);
});

it('tries that are over leave no listeners behind', async () => {
  const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
  const removed = vi.spyOn(EventTarget.prototype, 'removeEventListener');
  const onSignals = ({ mock }: typeof added | typeof removed) => mock.contexts.filter((target) => target instanceof AbortSignal).length;
  await queue.add([photo('a')], 'taken');
  stop = queue.sendWaiting();
  for (let tries = 1; tries <= 3; tries += 1) {
    await uploads(tries);
    expect(onSignals(added) - onSignals(removed), 'those of the one try').toBe(2);
    server.upload().breaks();
    window.dispatchEvent(new Event('online'));
  }
});
