// Ids of receipts that the person deleted here: absent from every list at once, although the server may not know of it yet.

import { useSyncExternalStore } from 'react';

import { isRecord, text } from '../api/json';
import { readList, writeList } from './kept-list';

/** A deletion that the server does not know of yet, kept on this device. `due`: when it is sent, in milliseconds. */
export type KeptRemoval = { imageId: string; name: string; due: number };

const keptAs = 'receipts.removals';
/** More than anybody deletes while a page is open; beyond it the list on the server decides. */
const mostRemoved = 1_000;
const listeners = new Set<() => void>();
let removed: ReadonlySet<string> = new Set(keptRemovals().map(({ imageId }) => imageId));

export function useRemovedIds(): ReadonlySet<string> {
  return useSyncExternalStore(listen, () => removed);
}

export function markRemoved(imageId: string): void {
  change(new Set([...removed, imageId].slice(-mostRemoved)));
}

export function unmarkRemoved(imageId: string): void {
  change(new Set([...removed].filter((other) => other !== imageId)));
}

export function keptRemovals(): KeptRemoval[] {
  return readList(keptAs, decodeRemoval);
}

/** Where the browser keeps nothing, a deletion lives as long as its page, which sends it when it goes. */
export function keepRemovals(removals: readonly KeptRemoval[]): void {
  writeList(keptAs, removals);
}

function decodeRemoval(input: unknown): KeptRemoval | null {
  if (!isRecord(input)) return null;
  const imageId = text(input['imageId']);
  const { due } = input;
  return imageId === null || typeof due !== 'number' ? null : { imageId, name: text(input['name']) ?? '', due };
}

function change(now: ReadonlySet<string>): void {
  removed = now;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
