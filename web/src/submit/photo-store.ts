// Photos that the server does not have yet, kept on this device through reloads and closed tabs.
// Where the browser keeps nothing (private windows, no room), a photo lives as long as its page.

import { fileStore } from '../shared/device/file-store';

const files = fileStore('receipts', 'outbox');

export type KeptPhoto = { key: string; file: File };

/** What the browser would not keep, until the page is gone. */
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

/** A large photo is still being kept when a fast server has it already; it must not be kept for good then. */
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

/** The person's own kept photo that no tab is sending just now. */
export async function waitingPhoto(): Promise<KeptPhoto | null> {
  return (await waitingPhotos()).find(({ key }) => !isShared(key)) ?? null;
}

/** All kept photos that no tab is sending just now. */
export async function waitingPhotos(): Promise<KeptPhoto[]> {
  const keys = (await files.keys()) ?? [];
  const held = await heldKeys();
  const photos = [...unkept].filter(([key]) => !held.has(key)).map(([key, file]): KeptPhoto => ({ key, file }));
  for (const key of keys) {
    const file = held.has(key) ? null : await files.get(key);
    if (file !== null) photos.push({ key, file });
  }
  return photos;
}

/** Tells the other tabs to leave this photo alone, until the returned function is called or the tab is gone. */
export function hold(key: string): () => void {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  locks()?.request(lockName(key), () => released).catch(() => undefined);
  return release;
}

async function heldKeys(): Promise<Set<string>> {
  const held = (await locks()?.query())?.held ?? [];
  return new Set(held.flatMap(({ name }) => (name?.startsWith(lockName('')) === true ? [name.slice(lockName('').length)] : [])));
}

function lockName(key: string): string {
  return `receipts-outbox-${key}`;
}

/** Browsers offer locks only to pages with https. */
function locks(): LockManager | null {
  return 'locks' in navigator ? navigator.locks : null;
}
