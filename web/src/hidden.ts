// Receipts that the person deleted here: gone from every list at once, although the server may not know of it yet.

import { useSyncExternalStore } from 'react';

import { isRecord, listOf, parseJson, text } from './api/json';

/** What still has to be told to the server, kept on this device. `due`: when, in milliseconds. */
export type KeptRemoval = { imageId: string; name: string; due: number };

const place = 'receipts.removals';
/** More than anybody deletes while a page is open; beyond it the list on the server decides. */
const mostHidden = 1_000;
const listeners = new Set<() => void>();
let hidden: ReadonlySet<string> = new Set(keptRemovals().map(({ imageId }) => imageId));

export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(listen, () => hidden);
}

export function hide(imageId: string): void {
  change(new Set([...hidden, imageId].slice(-mostHidden)));
}

export function show(imageId: string): void {
  change(new Set([...hidden].filter((other) => other !== imageId)));
}

export function keptRemovals(): KeptRemoval[] {
  try {
    return listOf(decodeRemoval, parseJson(localStorage.getItem(place) ?? ''));
  } catch {
    return [];
  }
}

/** Where the browser keeps nothing, a deletion lives as long as its page. */
export function keepRemovals(removals: KeptRemoval[]): void {
  try {
    if (removals.length === 0) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify(removals));
  } catch {
    // Nothing to be done: it is sent when the page goes.
  }
}

function decodeRemoval(input: unknown): KeptRemoval | null {
  if (!isRecord(input)) return null;
  const imageId = text(input['imageId']);
  const { due } = input;
  return imageId === null || typeof due !== 'number' ? null : { imageId, name: text(input['name']) ?? '', due };
}

function change(now: ReadonlySet<string>): void {
  hidden = now;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
