// Small pictures of what was sent from this device, for lists: they are there before the server has made its own.

import { useSyncExternalStore } from 'react';

import { fileStore } from '../device/file-store';

/** Each is named by its image's id, and kept under that id. */
export const thumbnailFiles = fileStore('receipts-thumbs', 'thumbs');

/** Addresses of pictures by the image's id. */
let thumbnails: ReadonlyMap<string, string> = new Map();
let loaded: 'not yet' | 'loading' | 'done' = 'not yet';
const listeners = new Set<() => void>();

/** `null` where there is none; `undefined` while that is not known. */
export function useThumbnail(imageId: string): string | null | undefined {
  return useSyncExternalStore(listen, () => thumbnails.get(imageId) ?? (loaded === 'done' ? null : undefined));
}

/** `null` takes it away. */
export function showThumbnail(imageId: string, picture: File | null): void {
  const now = new Map(thumbnails);
  const before = now.get(imageId);
  if (before !== undefined) URL.revokeObjectURL(before);
  if (picture === null) now.delete(imageId);
  else now.set(imageId, URL.createObjectURL(picture));
  change(now);
}

async function load(): Promise<void> {
  loaded = 'loading';
  const kept = (await thumbnailFiles.all()) ?? [];
  loaded = 'done';
  const pictures = kept.filter(({ name }) => !thumbnails.has(name));
  change(new Map([...thumbnails, ...pictures.map((picture): [string, string] => [picture.name, URL.createObjectURL(picture)])]));
}

function change(now: ReadonlyMap<string, string>): void {
  thumbnails = now;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  if (loaded === 'not yet') void load();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
