import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeLocks, fakeLocks } from '../../testing/fake-locks';
import { jpeg } from '../../testing/samples';
import { claim, claimIfFree, discard, keep, sharedKey, waitingPhoto } from './photo-store';

it('keeps a photo until it is discarded', async () => {
  await keep({ key: 'a', files: [jpeg('a.jpg')] });
  expect(await waitingPhoto()).toMatchObject({ key: 'a', files: [{ name: 'a.jpg' }] });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});

describe('where several tabs are open', () => {
  const name = 'receipts-outbox-a';
  let locks: FakeLocks;

  beforeEach(async () => {
    locks = fakeLocks();
    await keep({ key: 'a', files: [jpeg()] });
  });

  it('leaves alone what another tab has claimed, but not what this one has', async () => {
    const release = claim('a');
    expect(locks.held()).toEqual([name]);
    expect(await waitingPhoto()).toMatchObject({ key: 'a' });
    release();
    await vi.waitFor(() => { expect(locks.held()).toEqual([]); });

    locks.takenElsewhere(name);
    expect(await waitingPhoto()).toBeNull();
    expect(await claimIfFree('a')).toBeNull();
    claim('a')();
    expect(await waitingPhoto(), 'a claim that came too late is none').toBeNull();
  });

  it('a claim holds once the other tab has given back its own', async () => {
    const giveBack = locks.takenElsewhere(name);
    const release = claim('a');
    expect(await waitingPhoto()).toBeNull();
    giveBack();
    await vi.waitFor(async () => { expect(await waitingPhoto()).toMatchObject({ key: 'a' }); });
    expect(locks.held()).toEqual([name]);
    release();
    await vi.waitFor(() => { expect(locks.held()).toEqual([]); });
  });

  it('an earlier claim of this tab neither hinders the next one nor takes it away', async () => {
    claim('a')();
    const release = await claimIfFree('a');
    expect(release).not.toBeNull();
    expect(locks.held()).toEqual([name]);
    expect(await waitingPhoto()).toMatchObject({ key: 'a' });
    release?.();
    await vi.waitFor(() => { expect(locks.held()).toEqual([]); });
  });
});

it('claims everything where the browser refuses its locks', async () => {
  const refuse = () => Promise.reject(new DOMException('not here', 'SecurityError'));
  vi.stubGlobal('navigator', { locks: { query: refuse, request: refuse } });
  await keep({ key: 'a', files: [jpeg()] });
  expect(await claimIfFree('a')).not.toBeNull();
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
});

it('does not go on with what was sent or shared', async () => {
  await keep({ key: 'a', files: [jpeg()] });
  await keep({ key: sharedKey('b'), files: [jpeg()] });
  expect(await waitingPhoto(new Set(['a']))).toBeNull();
});

it('keeps a photo as long as the page lives where the browser keeps nothing', async () => {
  vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('private window', 'SecurityError'); } });
  await keep({ key: 'a', files: [jpeg()] });
  expect(await waitingPhoto()).toMatchObject({ key: 'a' });
  await discard('a');
  expect(await waitingPhoto()).toBeNull();
});
