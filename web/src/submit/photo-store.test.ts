import { expect, it, vi } from 'vitest';

import { jpeg } from '../../testing/samples';
import { claim, discard, keep, waitingPhoto } from './photo-store';

it('keeps a photo until it is discarded', async () => {
  await keep({ key: 'a', file: jpeg('a.jpg') });
  expect(await waitingPhoto()).toMatchObject({ key: 'a', file: { name: 'a.jpg' } });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});

it('leaves alone what another tab has claimed, but not what this one has', async () => {
  const held = new Set<string>();
  const request = async (name: string, _options: LockOptions, during: (lock: object | null) => Promise<void>) => {
    if (held.has(name)) {
      await during(null);
      return;
    }
    held.add(name);
    await during({ name });
    held.delete(name);
  };
  const query = () => Promise.resolve({ held: [...held].map((name) => ({ name })) });
  vi.stubGlobal('navigator', { locks: { query, request } });
  await keep({ key: 'a', file: jpeg() });
  const release = claim('a');
  expect(held.size).toBe(1);
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
  release();
  await vi.waitFor(() => { expect(held.size).toBe(0); });

  held.add('receipts-outbox-a');
  expect(await waitingPhoto()).toBeNull();
  claim('a')();
  expect(await waitingPhoto(), 'a claim that came too late is none').toBeNull();
});

it('keeps a photo as long as the page lives where the browser keeps nothing', async () => {
  vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('private window', 'SecurityError'); } });
  await keep({ key: 'a', file: jpeg() });
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});
