// Photos that the server does not have yet, kept on this device through reloads and closed tabs.
// Where the browser keeps nothing (private windows, no room), a photo lives as long as its page.

import { type Files, fileStore } from '../shared/device/file-store';

const outbox = fileStore('receipts', 'outbox');

/** The parts of one receipt, in their order; mostly there is one. */
export type KeptPhoto = { key: string; files: Files };

/** Photos that the browser did not keep; they live as long as this page. */
const unkept = new Map<string, Files>();

export async function keep({ key, files }: KeptPhoto): Promise<void> {
  await inTurn(async () => {
    if ((await outbox.put(key, files)) === null) unkept.set(key, files);
  });
}

export async function discard(key: string): Promise<void> {
  unkept.delete(key);
  await inTurn(() => outbox.delete(key));
}

let turn: Promise<unknown> = Promise.resolve();

/** One write after the other: a large photo may still be on its way into the database when the server has it already. */
function inTurn(write: () => Promise<unknown>): Promise<unknown> {
  turn = turn.then(write);
  return turn;
}

/** The key of a photo that another app shared with this one: it is sent only when the person says so. */
export function sharedKey(key: string): string {
  return `shared-${key}`;
}

export function isShared(key: string): boolean {
  return key.startsWith(sharedKey(''));
}

/** The first kept photo that was taken here, is not among `sent`, and that no other tab has claimed. */
export async function waitingPhoto(sent: ReadonlySet<string> = new Set()): Promise<KeptPhoto | null> {
  return (await waitingPhotos()).find(({ key }) => !isShared(key) && !sent.has(key)) ?? null;
}

/** All kept photos that no other tab has claimed. */
export async function waitingPhotos(): Promise<KeptPhoto[]> {
  const keys = (await outbox.keys()) ?? [];
  const claimed = await keysClaimedElsewhere();
  const photos = [...unkept].map(([key, files]): KeptPhoto => ({ key, files }));
  for (const key of keys) {
    const files = claimed.has(key) ? null : await outbox.get(key);
    if (files !== null) photos.push({ key, files });
  }
  return photos;
}

/** A lock of this tab, until the browser has given it back: `ended` is then fulfilled. */
type OwnClaim = { key: string; ended: Promise<void> };
const ownClaims = new Set<OwnClaim>();

/**
 * Other tabs leave this photo alone, until the returned function is called or this tab is gone. Where another tab has claimed it,
 * the claim holds as soon as that one is given back.
 */
export function claim(key: string): () => void {
  const waiting = new AbortController();
  const { release } = requestLock(key, { signal: waiting.signal });
  return () => {
    waiting.abort();
    release();
  };
}

/** Like `claim`, but `null` where another tab has claimed the photo. */
export async function claimIfFree(key: string): Promise<(() => void) | null> {
  // The browser gives a lock back some time after its release.
  await Promise.all([...ownClaims].filter((own) => own.key === key).map(({ ended }) => ended));
  const { isGranted, release } = requestLock(key, { ifAvailable: true });
  return (await isGranted) ? release : null;
}

/** Where the browser offers no locks, every claim is granted. */
function requestLock(key: string, options: LockOptions): { isGranted: Promise<boolean>; release: () => void } {
  const manager = locks();
  if (manager === null) return { isGranted: Promise.resolve(true), release: () => undefined };
  const [released, release] = openPromise();
  const [ended, end] = openPromise();
  const own: OwnClaim = { key, ended };
  const isGranted = new Promise<boolean>((resolve) => {
    const hold = async (lock: Lock | null) => {
      resolve(lock !== null);
      if (lock === null) return;
      ownClaims.add(own);
      await released;
    };
    const over = () => {
      resolve(true);
      ownClaims.delete(own);
      end();
    };
    manager.request(lockName(key), options, hold).then(over, over);
  });
  return { isGranted, release };
}

/** A promise, and the function that fulfils it. */
function openPromise(): [Promise<void>, () => void] {
  let fulfil: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    fulfil = resolve;
  });
  return [promise, fulfil];
}

async function keysClaimedElsewhere(): Promise<Set<string>> {
  const held = (await locks()?.query().catch(() => null))?.held ?? [];
  const own = new Set([...ownClaims].map(({ key }) => key));
  const prefix = lockName('');
  const keys = held.flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : []));
  return new Set(keys.filter((key) => !own.has(key)));
}

function lockName(key: string): string {
  return `receipts-outbox-${key}`;
}

/** Browsers offer locks only to pages with https. */
function locks(): LockManager | null {
  return 'locks' in navigator ? navigator.locks : null;
}
