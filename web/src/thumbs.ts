// Small pictures of what was sent from this device, for lists: the server has large ones only.

import { useSyncExternalStore } from 'react';

import { inStore } from './store';

/** Holds files named by their image's id, under that id. */
export const place = { database: 'receipts-thumbs', store: 'thumbs' };

/** Addresses of pictures by the image's id. */
let thumbs: ReadonlyMap<string, string> = new Map();
let looked: 'not yet' | 'looking' | 'done' = 'not yet';
const listeners = new Set<() => void>();

/** `null` where there is none; `undefined` while that is not known. */
export function useThumb(imageId: string): string | null | undefined {
  return useSyncExternalStore(listen, () => thumbs.get(imageId) ?? (looked === 'done' ? null : undefined));
}

/** Makes one of a photo that the server has now. Nobody waits for it, and a list does without. */
export function wantThumb(imageId: string, photo: File): void {
  void import('./thumb-keeping').then(({ keepThumb }) => keepThumb(imageId, photo)).catch(() => undefined);
}

/** The large picture did not come. If it is gone, so should this one. */
export function lookAfterThumb(imageId: string): void {
  void import('./thumb-keeping').then(({ forgetThumbIfGone }) => forgetThumbIfGone(imageId)).catch(() => undefined);
}

/** `null` takes it away. */
export function showThumb(imageId: string, picture: File | null): void {
  const now = new Map(thumbs);
  const before = now.get(imageId);
  if (before !== undefined) URL.revokeObjectURL(before);
  if (picture === null) now.delete(imageId);
  else now.set(imageId, URL.createObjectURL(picture));
  change(now);
}

async function look(): Promise<void> {
  looked = 'looking';
  const kept = await inStore(place, 'readonly', (store): IDBRequest<unknown[]> => store.getAll());
  looked = 'done';
  const pictures = (kept ?? []).filter((file) => file instanceof File).filter(({ name }) => !thumbs.has(name));
  change(new Map([...thumbs, ...pictures.map((picture): [string, string] => [picture.name, URL.createObjectURL(picture)])]));
}

function change(now: ReadonlyMap<string, string>): void {
  thumbs = now;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  if (looked === 'not yet') void look();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
