// Every photo that the server does not have yet: the one on the screen, and those that wait while the person is at home. Claims
// them from other tabs, prepares and sends them, sends them again where that can help, and discards what the server has.

import { backoffMs } from '../shared/api/backoff';
import type { UploadProblem } from '../shared/api/upload';
import { canBePrepared, mustBePrepared } from '../shared/imaging/kinds';
import { makeThumbnail } from '../shared/imaging/thumbnail-jobs';
import { deliver, type Preparing, type Step } from './delivery';
import { claim, discard, isShared, keep, type KeptPhoto, waitingPhotos } from './photo-store';

/** Where the photo on the screen is. `nextTryAt`: when it goes again by itself; `null` where only the person can help. */
export type Phase =
  | Extract<Step, { is: 'preparing' | 'doubtful' | 'sending' }>
  | { is: 'unsent'; problem: UploadProblem; nextTryAt: number | null };

/** `asking`: they go when the person says so. `going`: how many are still to be sent by themselves. */
export type Waiting = { asking: KeptPhoto[]; going: number };
export type QueueState = { shown: { key: string; phase: Phase } | null; waiting: Waiting };

export type QueueListener = {
  /** The photo on the screen, as it was sent. */
  onShownSent: (photo: KeptPhoto, imageId: string) => void;
  /** One that waited was sent, or now asks. */
  onWaitingSettled: () => void;
};

const firstWaitMs = 5_000;
const longestWaitMs = 60_000;

export class UploadQueue {
  #state: QueueState = { shown: null, waiting: { asking: [], going: 0 } };
  readonly #subscribers = new Set<() => void>();
  readonly #listener: QueueListener;
  /** Of the photos that this page knows: whether a byte was sent. What comes from an earlier page may have been on its way. */
  readonly #bytesSent = new Map<string, boolean>();
  /** Shared photos that the person let go. */
  readonly #released = new Set<string>();
  /** What the server did not take goes again only when the person says so. */
  readonly #refused = new Set<string>();
  /** Sends the photo on the screen, where it waits for that. */
  #sendShownNow: (() => void) | null = null;
  /** While waiting photos are sent: ends the pause between two of them, if there is one. */
  #endPause: (() => void) | null = null;
  #sendsWaiting = false;
  #changedSinceListed = false;

  constructor(listener: QueueListener) {
    this.#listener = listener;
  }

  readonly state = (): QueueState => this.#state;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  };

  /** Keeps photos until they are sent or discarded. `taken`: they may still be prepared. */
  async add(photos: readonly KeptPhoto[], as: 'taken' | 'prepared'): Promise<void> {
    for (const { key } of photos) this.#bytesSent.set(key, as === 'prepared');
    await Promise.all(photos.map(keep));
    this.#wake();
  }

  /** The photo on the screen goes at once. The returned function stops that; the photo then waits like the others. */
  sendShown(photo: KeptPhoto): () => void {
    const leaving = new AbortController();
    const release = claim(photo.key);
    this.#deliverShown(photo, 1, leaving.signal);
    return () => {
      leaving.abort();
      release();
      this.#sendShownNow = null;
      this.#change({ ...this.#state, shown: null });
    };
  }

  /** The person wants the photo on the screen to go now, doubtful or not. */
  readonly sendShownNow = (): void => {
    this.#sendShownNow?.();
  };

  /** The phase of this photo on the screen, before its sending began too. */
  phaseOf(photo: KeptPhoto): Phase {
    const { shown } = this.#state;
    if (shown?.key === photo.key) return shown.phase;
    return this.#isToBePrepared(photo) ? { is: 'preparing' } : { is: 'sending', share: 0 };
  }

  /** Sends what waits, one photo after the other, and what is added meanwhile. The returned function stops that. */
  sendWaiting(): () => void {
    const leaving = new AbortController();
    const { signal } = leaving;
    window.addEventListener('online', () => { this.#wake(); }, { signal });
    this.#sendsWaiting = true;
    void this.#sendWaiting(signal, () => signal.aborted);
    return () => {
      leaving.abort();
      this.#sendsWaiting = false;
    };
  }

  /** The person says that a waiting photo may go. */
  readonly release = ({ key }: KeptPhoto): void => {
    this.#released.add(key);
    this.#refused.delete(key);
    this.#wake();
  };

  readonly discard = ({ key }: KeptPhoto): void => {
    void discard(key).then(() => { this.#wake(); });
  };

  #deliverShown(photo: KeptPhoto, attempt: number, signal: AbortSignal): void {
    const show = (phase: Phase) => { this.#change({ ...this.#state, shown: { key: photo.key, phase } }); };
    const onStep = (step: Step, photo: KeptPhoto) => {
      switch (step.is) {
        case 'preparing':
        case 'sending':
          show(step);
          break;
        case 'doubtful':
          this.#pauseShown(photo, attempt, null, signal);
          show(step);
          break;
        case 'unsent': {
          const { problem } = step;
          if (isHopeless(problem)) void discard(photo.key);
          const waitMs = waitMsAfter(problem, attempt);
          this.#pauseShown(photo, attempt + 1, waitMs, signal);
          show({ is: 'unsent', problem, nextTryAt: waitMs === null ? null : Date.now() + waitMs });
          break;
        }
        case 'sent':
          void discard(photo.key);
          this.#listener.onShownSent(photo, step.imageId);
          break;
      }
    };
    this.#deliver(photo, 'stop if doubtful', onStep, signal);
  }

  /** Until the person wants it to go, or, with `waitMs`, until the time is over or the network is back. */
  #pauseShown(photo: KeptPhoto, attempt: number, waitMs: number | null, signal: AbortSignal): void {
    const pause = new AbortController();
    const end = () => { pause.abort(); };
    const send = () => {
      if (pause.signal.aborted) return;
      end();
      this.#bytesSent.set(photo.key, true);
      this.#deliverShown(photo, attempt, signal);
    };
    signal.addEventListener('abort', end);
    this.#sendShownNow = send;
    if (waitMs === null) return;
    const timer = setTimeout(() => {
      if (navigator.onLine) send();
    }, waitMs);
    pause.signal.addEventListener('abort', () => { clearTimeout(timer); });
    window.addEventListener('online', send, { signal: pause.signal });
  }

  async #sendWaiting(signal: AbortSignal, isStopped: () => boolean): Promise<void> {
    let failures = 0;
    while (!isStopped()) {
      this.#changedSinceListed = false;
      const [photo] = await this.#listWaiting();
      if (isStopped()) return;
      if (photo === undefined || !navigator.onLine) {
        await this.#pause(null, signal);
        continue;
      }
      const end = await this.#deliverWaiting(photo, signal);
      if (end === null) return;
      const waitMs = end.is === 'sent' ? null : waitMsAfter(end.problem, failures + 1);
      if (waitMs !== null) {
        failures += 1;
        await this.#pause(waitMs, signal);
        continue;
      }
      failures = 0;
      if (end.is === 'sent') await discard(photo.key);
      else this.#refused.add(photo.key);
      this.#listener.onWaitingSettled();
    }
  }

  /** Those that go by themselves. */
  async #listWaiting(): Promise<KeptPhoto[]> {
    const photos = await waitingPhotos();
    const asks = ({ key }: KeptPhoto) => this.#refused.has(key) || (isShared(key) && !this.#released.has(key));
    const going = photos.filter((photo) => !asks(photo));
    this.#change({ ...this.#state, waiting: { asking: photos.filter(asks), going: going.length } });
    return going;
  }

  /** `null` where it was stopped. */
  async #deliverWaiting(photo: KeptPhoto, signal: AbortSignal): Promise<Extract<Step, { is: 'sent' | 'unsent' }> | null> {
    const release = claim(photo.key);
    try {
      return await new Promise((resolve) => {
        signal.addEventListener('abort', () => { resolve(null); });
        this.#deliver(photo, 'always send', (step) => {
          if (step.is === 'sent' || step.is === 'unsent') resolve(step);
        }, signal);
      });
    } finally {
      release();
    }
  }

  #deliver(photo: KeptPhoto, preparing: Preparing, onStep: (step: Step, photo: KeptPhoto) => void, signal: AbortSignal): void {
    deliver(photo, this.#isToBePrepared(photo) ? preparing : 'none', (step, photo) => {
      if (step.is === 'sending') this.#bytesSent.set(photo.key, true);
      if (step.is === 'sent') makeThumbnail(step.imageId, photo.file);
      onStep(step, photo);
    }, signal);
  }

  /** All tries under one key must send the same bytes, so only what was surely not sent yet is prepared where it need not be. */
  #isToBePrepared({ key, file }: KeptPhoto): boolean {
    switch (this.#bytesSent.get(key)) {
      case true:
        return false;
      case false:
        return canBePrepared(file);
      case undefined:
        return mustBePrepared(file);
    }
  }

  /** Until `ms` are over, something was added, released or discarded, or the network is back. */
  #pause(ms: number | null, signal: AbortSignal): Promise<void> {
    if (this.#changedSinceListed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#endPause = null;
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(end, ms);
      this.#endPause = end;
      signal.addEventListener('abort', end);
    });
  }

  /** What waits has changed, or may go sooner than it was to. */
  #wake(): void {
    if (!this.#sendsWaiting) return;
    this.#changedSinceListed = true;
    if (this.#endPause !== null) this.#endPause();
    else void this.#listWaiting();
  }

  #change(state: QueueState): void {
    this.#state = state;
    for (const subscriber of this.#subscribers) subscriber();
  }
}

/** `null` where the same try would come to the same end. */
function waitMsAfter(problem: UploadProblem, failures: number): number | null {
  switch (problem.is) {
    case 'no_network':
      return backoffMs(failures, { firstMs: firstWaitMs, longestMs: longestWaitMs });
    case 'busy': {
      const leastMs = 1000 * Math.max(1, problem.retryAfterSeconds ?? 1);
      const firstMs = problem.retryAfterSeconds === null ? firstWaitMs : leastMs;
      return backoffMs(failures, { firstMs, longestMs: longestWaitMs, leastMs });
    }
    case 'too_large':
    case 'empty':
    case 'other_kind_of_file':
    case 'heic':
    case 'puzzling':
      return null;
  }
}

/** Whether this file will never be taken. */
function isHopeless({ is }: UploadProblem): boolean {
  return is === 'too_large' || is === 'empty' || is === 'other_kind_of_file' || is === 'heic';
}
