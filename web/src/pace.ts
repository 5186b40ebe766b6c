// How long receipts took lately, remembered on this device, and what that says of the one that is being read.

import type { Frame, WorkingStatus } from './api/decode';
import { parseJson } from './api/json';

/** In milliseconds of the server's clock: until a reader began, and until the end. */
export type Pace = { began: number; ended: number };
/** `usual`: milliseconds that are left. `waking`: no reader is awake. `slow`: it takes longer than usual. */
export type TimeLeft = { is: 'unknown' } | { is: 'usual'; ms: number } | { is: 'waking' } | { is: 'slow' };

const place = 'receipts.pace';
const remembered = 10;
/** Readers that are awake begin sooner, also where nothing is remembered. */
const wakingAfterMs = 6_000;
/** What takes so many times as long as usual is not usual. */
const patience = 3;

export function timeLeft(status: WorkingStatus, elapsedMs: number, paces: readonly Pace[]): TimeLeft {
  const began = median(paces.map(({ began }) => began));
  const ended = median(paces.map(({ ended }) => ended));
  if (status === 'uploaded' && elapsedMs > Math.max(wakingAfterMs, patience * (began ?? 0))) return { is: 'waking' };
  if (ended === null) return { is: 'unknown' };
  if (elapsedMs < ended) return { is: 'usual', ms: ended - elapsedMs };
  return elapsedMs > patience * ended ? { is: 'slow' } : { is: 'usual', ms: 0 };
}

export function recentPaces(): Pace[] {
  try {
    const stored = parseJson(localStorage.getItem(place) ?? '');
    return Array.isArray(stored) ? stored.flatMap((entry: unknown) => decodePace(entry) ?? []).slice(-remembered) : [];
  } catch {
    return [];
  }
}

export function remember(pace: Pace): void {
  try {
    localStorage.setItem(place, JSON.stringify([...recentPaces(), pace].slice(-remembered)));
  } catch {
    // A browser that keeps nothing has no recent receipts to tell of.
  }
}

/** Takes the frames of one receipt that is watched; answers its pace with the last one, if all of it was seen. */
export function stopwatch(): (frame: Frame) => Pace | null {
  let began: number | null = null;
  return (frame) => {
    const created = createdAt(frame.imageId);
    if (created === null || frame.at === null) return null;
    const ms = Math.max(0, frame.at - created);
    switch (frame.status) {
      case 'uploaded':
        return null;
      case 'started':
      case 'text_detected':
        began ??= ms;
        return null;
      case 'accepted':
      case 'rejected':
        return began === null ? null : { began, ended: ms };
      case 'failed':
        return null;
    }
  };
}

/** Ids begin with the server's time at which they were made (UUIDv7). */
export function createdAt(imageId: string): number | null {
  const [, high, low] = /^([\da-f]{8})-([\da-f]{4})-7/i.exec(imageId) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}

function decodePace(input: unknown): Pace | null {
  if (typeof input !== 'object' || input === null || !('began' in input) || !('ended' in input)) return null;
  const { began, ended } = input;
  return isDuration(began) && isDuration(ended) ? { began, ended } : null;
}

function isDuration(input: unknown): input is number {
  return typeof input === 'number' && Number.isFinite(input) && input >= 0;
}

function median(numbers: number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
