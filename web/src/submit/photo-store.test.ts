import { expect, it, vi } from 'vitest';

import { jpeg } from '../../testing/samples';
import { discard, hold, keep, waitingPhoto } from './photo-store';

it('keeps a photo until it is discarded', async () => {
  await keep({ key: 'a', file: jpeg('a.jpg') });
  expect(await waitingPhoto()).toMatchObject({ key: 'a', file: { name: 'a.jpg' } });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});

it('leaves alone what another tab is sending', async () => {
  const held: { name: string }[] = [];
  vi.stubGlobal('navigator', {
    locks: {
      query: () => Promise.resolve({ held }),
      request: async (name: string, during: () => Promise<void>) => {
        held.push({ name });
        await during();
        held.length = 0;
      },
    },
  });
  await keep({ key: 'a', file: jpeg() });
  const release = hold('a');
  expect(await waitingPhoto()).toBeNull();
  release();
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
});

it('keeps a photo as long as the page lives where the browser keeps nothing', async () => {
  vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('private window', 'SecurityError'); } });
  await keep({ key: 'a', file: jpeg() });
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});
