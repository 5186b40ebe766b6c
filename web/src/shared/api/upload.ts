// One receipt's photos to the server, with the true share of bytes sent.

import { decodeProblem, decodeUploaded, type Problem } from './decode';
import { parseJson } from './json';
import { maxPictureBytes } from './wire';

/** Of all parts of a receipt. */
const mostBytes = 3 * maxPictureBytes;
/** With no byte moving and no answer for this long, the connection counts as lost. */
const stallMs = 45_000;

export type UploadProblem =
  | { is: 'no_network' }
  /** Come back after `retryAfterSeconds`, where the server named it. */
  | { is: 'busy'; retryAfterSeconds: number | null }
  /** No more today: tomorrow, by the person's own hand. */
  | { is: 'day_over' }
  | { is: 'too_large' }
  | { is: 'empty' }
  /** `why` says what to send instead, where the server does. */
  | { is: 'other_kind_of_file'; why: Problem }
  /** The server had taken it, and its receipt was deleted since. */
  | { is: 'deleted' }
  | { is: 'puzzling' };

/** Whether the server will never take this photo. */
export function isHopeless({ is }: UploadProblem): boolean {
  return is === 'too_large' || is === 'empty' || is === 'other_kind_of_file' || is === 'deleted';
}

export type UploadListener = {
  /** From 0 to 1. */
  onProgress: (share: number) => void;
  onUploaded: (imageId: string) => void;
  onProblem: (problem: UploadProblem) => void;
};

/**
 * Sends `photos`, the parts of one receipt; the returned function stops it, after which the listener hears nothing more.
 * The same `key` on a second try lets a server that already took the photo answer with the same receipt.
 */
export function upload(photos: readonly File[], key: string, listener: UploadListener): () => void {
  if (photos.some(({ size }) => size === 0)) return later(() => { listener.onProblem({ is: 'empty' }); });
  if (isTooLarge(photos)) return later(() => { listener.onProblem({ is: 'too_large' }); });

  const request = new XMLHttpRequest();
  let stalled: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const end = (report: () => void) => {
    if (over) return;
    over = true;
    clearTimeout(stalled);
    report();
  };
  const watchForStall = () => {
    clearTimeout(stalled);
    stalled = setTimeout(() => {
      end(() => { listener.onProblem({ is: 'no_network' }); });
      request.abort();
    }, stallMs);
  };

  request.upload.addEventListener('progress', (event) => {
    if (over) return;
    watchForStall();
    if (event.lengthComputable && event.total > 0) listener.onProgress(event.loaded / event.total);
  });
  request.addEventListener('load', () => {
    end(() => { report(request, listener); });
  });
  request.addEventListener('error', () => {
    end(() => { listener.onProblem({ is: 'no_network' }); });
  });

  const body = new FormData();
  for (const photo of photos) body.append('image', photo, photo.name === '' ? 'receipt' : photo.name);
  request.open('POST', '/upload');
  request.setRequestHeader('accept', 'application/json');
  request.setRequestHeader('idempotency-key', key);
  request.send(body);
  watchForStall();

  return () => {
    end(() => { request.abort(); });
  };
}

function isTooLarge(photos: readonly File[]): boolean {
  return photos.some(({ size }) => size > maxPictureBytes) || photos.reduce((sum, { size }) => sum + size, 0) > mostBytes;
}

function report(request: XMLHttpRequest, listener: UploadListener): void {
  const answer = parseJson(request.responseText);
  const uploaded = request.status >= 200 && request.status < 300 ? decodeUploaded(answer) : null;
  if (uploaded === null) listener.onProblem(problemOf(request, answer));
  else listener.onUploaded(uploaded.imageId);
}

function problemOf(request: XMLHttpRequest, answer: unknown): UploadProblem {
  const problem = decodeProblem(answer);
  if (problem.code === 'day_budget_used_up') return { is: 'day_over' };
  switch (request.status) {
    case 400:
      return problem.code === 'empty_image' || problem.code === 'no_image' ? { is: 'empty' } : { is: 'puzzling' };
    case 408:
      return { is: 'no_network' };
    case 410:
      return { is: 'deleted' };
    case 413:
      return { is: 'too_large' };
    case 415:
      return { is: 'other_kind_of_file', why: problem };
    case 409:
    case 429:
    case 502:
    case 503:
    case 504:
      return { is: 'busy', retryAfterSeconds: secondsOf(request.getResponseHeader('retry-after')) };
    default:
      return { is: 'puzzling' };
  }
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) : null;
}

function later(report: () => void): () => void {
  const timer = setTimeout(report, 0);
  return () => {
    clearTimeout(timer);
  };
}
