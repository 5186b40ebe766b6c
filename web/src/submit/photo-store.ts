// Photos that the server does not have yet, kept on this device through reloads and closed tabs.
// Where the browser keeps nothing (private windows, no room), a photo lives as long as its page.

import { fileStore } from '../shared/device/file-store';

const files = fileStore('receipts', 'outbox');

export type KeptPhoto = { key: string; file: File };

/** Photos that the browser did not keep; they live as long as this page. */
const unkept = new Map<string, File>();

export async function keep({ key, file }: KeptPhoto): Promise<void> {
  await inTurn(async () => {
    if ((await files.put(key, file)) === null) unkept.set(key, file);
  });
}

export async function discard(key: string): Promise<void> {
  unkept.delete(key);
  await inTurn(() => files.delete(key));
}

let turn: Promise<unknown> = Promise.resolve();

/** One write after the other: a large photo may still be on its way into the database when the server has it already. */
function inTurn(write: () => Promise<unknown>): Promise<unknown> {
  turn = turn.then(write);
  return turn;
}

/** Of a photo that another app sent here: it goes when the person says so. */
export function sharedKey(key: string): string {
  return `shared-${key}`;
}

export function isShared(key: string): boolean {
  return key.startsWith(sharedKey(''));
}

/** The person's own kept photo that no other tab has claimed. */
export async function waitingPhoto(): Promise<KeptPhoto | null> {
  return (await waitingPhotos()).find(({ key }) => !isShared(key)) ?? null;
}

/** All kept photos that no other tab has claimed. */
export async function waitingPhotos(): Promise<KeptPhoto[]> {
  const keys = (await files.keys()) ?? [];
  const claimed = await keysClaimedElsewhere();
  const photos = [...unkept].map(([key, file]): KeptPhoto => ({ key, file }));
  for (const key of keys) {
    const file = claimed.has(key) ? null : await files.get(key);
    if (file !== null) photos.push({ key, file });
  }
  return photos;
}

/** Of this tab, until the browser has let go of the lock. */
const ownClaims = new Set<string>();

/** Other tabs leave this photo alone, until the returned function is called or this tab is gone. */
export function claim(key: string): () => void {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hold = async (lock: Lock | null) => {
    if (lock === null) return;
    ownClaims.add(key);
    await released;
  };
  void locks()?.request(lockName(key), { ifAvailable: true }, hold).catch(() => undefined).finally(() => ownClaims.delete(key));
  return release;
}

async function keysClaimedElsewhere(): Promise<Set<string>> {
  const held = (await locks()?.query())?.held ?? [];
  const prefix = lockName('');
  const keys = held.flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : []));
  return new Set(keys.filter((key) => !ownClaims.has(key)));
}

function lockName(key: string): string {
  return `receipts-outbox-${key}`;
}

/** Browsers offer locks only to pages with https. */
function locks(): LockManager | null {
  return 'locks' in navigator ? navigator.locks : null;
}
