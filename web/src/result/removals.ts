// Deletions that can still be undone: each waits six seconds, or for the network, or until the page goes.

import { useSyncExternalStore } from 'react';

import { backoffMs } from '../shared/api/backoff';
import { addressOfReceipt, previewAddress, thumbnailAddress } from '../shared/api/receipts';
import { request } from '../shared/api/request';
import { keepRemovals, type KeptRemoval, keptRemovals, markRemoved, unmarkRemoved } from '../shared/device/removed-ids';
import { forgetThumbnail } from '../shared/imaging/thumbnail-store';

/** `stays`: the server did not want to delete it. */
export type Removal = KeptRemoval & { is: 'undoable' | 'leaving' | 'waiting for the network' | 'stays' };

const undoableMs = 6_000;
const againAfterMs = 5_000;
const longestWaitMs = 60_000;
/** Of one receipt. */
const mostPages = 10;
/** More at once are sent without waiting. */
const mostWaiting = 50;

const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();
let removals: readonly Removal[] = [];

export function useRemovals(): readonly Removal[] {
  return useSyncExternalStore(listen, () => removals);
}

export function remove(imageId: string, name: string): void {
  const [oldest] = removals;
  if (oldest !== undefined && removals.length >= mostWaiting) void send(oldest.imageId);
  put({ imageId, name, due: Date.now() + undoableMs, is: 'undoable' });
  markRemoved(imageId);
  sendAfter(imageId, undoableMs);
}

export function undo(imageId: string): void {
  drop(imageId);
  unmarkRemoved(imageId);
}

/** While the focus is on its button, a deletion is not sent. */
export function hold(imageId: string): void {
  clearTimeout(timers.get(imageId));
}

export function release(imageId: string): void {
  const removal = removals.find((removal) => removal.imageId === imageId);
  if (removal?.is === 'undoable' || removal?.is === 'waiting for the network') sendAfter(imageId, undoableMs);
}

/** Deletions that an earlier page of this device could not send. */
export function resume(): void {
  for (const kept of keptRemovals()) {
    if (removals.some(({ imageId }) => imageId === kept.imageId)) continue;
    put({ ...kept, is: navigator.onLine ? 'undoable' : 'waiting for the network' });
    sendAfter(kept.imageId, Math.min(undoableMs, Math.max(0, kept.due - Date.now())));
  }
}

async function send(imageId: string, tries = 1): Promise<void> {
  clearTimeout(timers.get(imageId));
  const removal = removals.find((removal) => removal.imageId === imageId);
  if (removal === undefined || removal.is === 'stays') return;
  put({ ...removal, is: 'leaving' });
  // `keepalive`: the request goes through even if the page is closed.
  const answer = navigator.onLine ? await request(addressOfReceipt(imageId), null, { method: 'DELETE', keepalive: true }) : null;
  const status = answer?.status ?? 0;
  // It was undone while the request was under way, which was too late, or was sent twice.
  if (!removals.some((removal) => removal.imageId === imageId)) return;
  if ((status >= 200 && status < 300) || status === 404) {
    drop(imageId);
    void forgetPictures(imageId);
    void forgetThumbnail(imageId);
  } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    put({ ...removal, is: 'stays' });
    keep();
    unmarkRemoved(imageId);
    timers.set(imageId, setTimeout(() => { drop(imageId); }, undoableMs));
  } else {
    put({ ...removal, is: 'waiting for the network' });
    sendAfter(imageId, backoffMs(tries, { firstMs: againAfterMs, longestMs: longestWaitMs }), tries + 1);
  }
}

/** The browser may keep its copies, though it asks before it shows them. A reload of an address replaces its copy by the server's 404. */
async function forgetPictures(imageId: string): Promise<void> {
  const addresses = Array.from({ length: mostPages }, (_, index) => previewAddress(imageId, index + 1));
  for (const address of [thumbnailAddress(imageId), ...addresses]) {
    // What the browser never had, the server need not be asked for.
    const had = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' }).catch(() => null);
    if (had?.ok === true) await request(address, null, { cache: 'reload' });
  }
}

function sendAfter(imageId: string, ms: number, tries = 1): void {
  clearTimeout(timers.get(imageId));
  timers.set(imageId, setTimeout(() => void send(imageId, tries), ms));
}

function sendAll(): void {
  for (const { imageId, is } of removals) if (is !== 'leaving') void send(imageId);
}

function put(removal: Removal): void {
  const known = removals.some(({ imageId }) => imageId === removal.imageId);
  change(known ? removals.map((other) => (other.imageId === removal.imageId ? removal : other)) : [...removals, removal]);
}

function drop(imageId: string): void {
  clearTimeout(timers.get(imageId));
  timers.delete(imageId);
  change(removals.filter((removal) => removal.imageId !== imageId));
}

function change(now: readonly Removal[]): void {
  removals = now;
  keep();
  for (const listener of listeners) listener();
}

function keep(): void {
  keepRemovals(removals.flatMap(({ imageId, name, due, is }) => (is === 'stays' ? [] : [{ imageId, name, due }])));
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

window.addEventListener('pagehide', sendAll);
window.addEventListener('online', sendAll);
resume();
