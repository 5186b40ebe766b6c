// Makes a photo ready to be sent, in a worker so that the page stays responsive. Whatever goes wrong, the original is sent.

import type { Job, Prepared } from './image-worker';
import type { Hint } from './inspect';
import { canBePrepared } from './kinds';

export type Ready = { file: File; hints: Hint[] };

const timeoutMs = 8_000;
const allHints: readonly Hint[] = ['blurred', 'dark', 'cut off'];

export async function prepareImage(photo: File): Promise<Ready> {
  const prepared = await inWorker({ wanted: 'prepared', photo }, preparedIn);
  if (prepared !== null) {
    const { jpeg, hints } = prepared;
    const name = photo.name.replace(/(\.\w+)?$/, '.jpg');
    return { file: jpeg === null ? photo : new File([jpeg], name, { type: 'image/jpeg' }), hints };
  }
  return { file: photo, hints: [] };
}

/** A small picture of it, for lists; `null` where this browser cannot draw it. */
export async function thumbnailOf(photo: File): Promise<Blob | null> {
  return canBePrepared(photo) ? inWorker({ wanted: 'thumbnail', photo }, blobIn) : null;
}

/** `null` where it could not be done. */
function inWorker<T>(job: Job, decode: (answer: unknown) => T | null): Promise<T | null> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      worker = new Worker(new URL('./image-worker.ts', import.meta.url), { type: 'module' });
    } catch {
      resolve(null);
      return;
    }
    const end = (made: T | null) => {
      clearTimeout(timer);
      worker.terminate();
      resolve(made);
    };
    const timer = setTimeout(() => { end(null); }, timeoutMs);
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => { end(decode(data)); });
    worker.addEventListener('error', () => { end(null); });
    worker.postMessage(job);
  });
}

function preparedIn(input: unknown): Prepared | null {
  if (typeof input !== 'object' || input === null || !('jpeg' in input) || !('hints' in input)) return null;
  const { jpeg, hints } = input;
  if ((jpeg !== null && !(jpeg instanceof Blob)) || !Array.isArray(hints)) return null;
  return { jpeg, hints: allHints.filter((hint) => hints.includes(hint)) };
}

function blobIn(input: unknown): Blob | null {
  return input instanceof Blob ? input : null;
}
