import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { imageId, jpeg, uploadedAnswer } from '../../testing/samples';
import { sharedKey, waitingPhotos } from './photo-store';
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

const photo = (key: string) => ({ key, file: jpeg(`${key}.jpg`) });

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
