// How long receipts took lately, remembered on this device, and what that says of the one that is being read.

import type { Frame, WorkingStatus } from '../shared/api/decode';
import { createdAt } from '../shared/api/image-id';
import { readList, writeList } from '../shared/device/kept-list';

/** In milliseconds of the server's clock: until a reader began, and until the end. */
export type ProcessingTime = { began: number; ended: number };
/** `usual`: milliseconds that are left. `waking`: no reader is awake. `slow`: it takes longer than usual. */
export type TimeLeft = { is: 'unknown' } | { is: 'usual'; ms: number } | { is: 'waking' } | { is: 'slow' };

const keptAs = 'receipts.pace';
const mostKept = 10;
/** Readers that are awake begin sooner, also where nothing is remembered. */
const wakingAfterMs = 6_000;
/** What takes so many times as long as usual is not usual. */
const patience = 3;

export function timeLeft(status: WorkingStatus, elapsedMs: number, times: readonly ProcessingTime[]): TimeLeft {
  const began = median(times.map(({ began }) => began));
  const ended = median(times.map(({ ended }) => ended));
  if (status === 'uploaded' && elapsedMs > Math.max(wakingAfterMs, patience * (began ?? 0))) return { is: 'waking' };
  if (ended === null) return { is: 'unknown' };
  if (elapsedMs < ended) return { is: 'usual', ms: ended - elapsedMs };
  return elapsedMs > patience * ended ? { is: 'slow' } : { is: 'usual', ms: 0 };
}

export function recentTimes(): ProcessingTime[] {
  return readList(keptAs, decodeTime).slice(-mostKept);
}

export function remember(time: ProcessingTime): void {
  writeList(keptAs, [...recentTimes(), time].slice(-mostKept));
}

/** Takes the frames of one receipt that is watched; answers its pace with the last one, if all of it was seen. */
export function stopwatch(): (frame: Frame) => ProcessingTime | null {
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

function decodeTime(input: unknown): ProcessingTime | null {
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
