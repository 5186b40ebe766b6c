// Every photo that the server does not have yet: the one on the screen, and the waiting ones, which are sent from the home screen.
// Claims them from other tabs, prepares and sends them, sends them again where that can help, and discards what the server has.

import { backoffMs } from '../shared/api/backoff';
import { isHopeless, type UploadProblem } from '../shared/api/upload';
import { onVisible } from '../shared/device/page-visible';
import { canBePrepared, mustBePrepared } from '../shared/imaging/kinds';
import { makeThumbnail } from '../shared/imaging/thumbnail-jobs';
import { deliver, type Preparing, type Step } from './delivery';
import { claim, claimIfFree, discard, isShared, keep, type KeptPhoto, waitingPhoto, waitingPhotos } from './photo-store';

/** How far the photo on the screen is. `nextTryAt`: when it is sent again; `null` where that is up to the person. */
export type Phase =
  | Extract<Step, { is: 'preparing' | 'doubtful' | 'sending' }>
  | { is: 'unsent'; problem: UploadProblem; nextTryAt: number | null };

/** `asking`: they are sent only when the person says so. `going`: how many are sent without that. */
export type Waiting = { asking: KeptPhoto[]; going: number };
export type QueueState = { shown: { key: string; phase: Phase } | null; waiting: Waiting };

export type QueueListener = {
  /** The photo on the screen, as it was sent. */
  onShownSent: (photo: KeptPhoto, imageId: string) => void;
  /** A waiting photo was sent, or is now among those that ask. */
  onWaitingSettled: () => void;
};

const firstWaitMs = 5_000;
const longestWaitMs = 60_000;
/** Not every browser tells each time that the network is back. */
const lookForNetworkMs = 1_000;

export class UploadQueue {
  #state: QueueState = { shown: null, waiting: { asking: [], going: 0 } };
  readonly #subscribers = new Set<() => void>();
  readonly #listener: QueueListener;
  /** Whether a byte of a photo was sent. A photo that an earlier page kept is not in it: its bytes may have been sent or not. */
  readonly #bytesSent = new Map<string, boolean>();
  /** Shared photos that may be sent, as the person said. */
  readonly #released = new Set<string>();
  /** Photos that the server did not take; they are sent again only when the person says so. */
  readonly #refused = new Set<string>();
  /** Photos that the server has, or had until the person deleted the receipt. Where the browser could not delete one, it is still among those that are kept. */
  readonly #sent = new Set<string>();
  /** Sends the photo on the screen, where it waits for that. */
  #sendShownNow: (() => void) | null = null;
  /** While waiting photos are sent: ends the pause between two of them, if there is one. */
  #endPause: (() => void) | null = null;
  #sendsWaiting = false;
  #changedSinceListed = false;
  /** Of tries to send waiting photos, in a row. */
  #failures = 0;

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

  /** The photo on the screen is sent at once. The returned function stops that; the photo then waits like the others. */
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

  /** Sends the photo on the screen now, doubtful or not. */
  readonly sendShownNow = (): void => {
    this.#sendShownNow?.();
  };

  /** The phase of this photo on the screen; that of its first step before `sendShown` was called. */
  phaseOf(photo: KeptPhoto): Phase {
    const { shown } = this.#state;
    if (shown?.key === photo.key) return shown.phase;
    return this.#isToBePrepared(photo) ? { is: 'preparing' } : { is: 'sending', share: 0 };
  }

  /** Sends what waits, one photo after the other, and what is added meanwhile. The returned function stops that. */
  sendWaiting(): () => void {
    const leaving = new AbortController();
    const { signal } = leaving;
    const tryAtOnce = () => {
      this.#failures = 0;
      this.#wake();
    };
    window.addEventListener('online', tryAtOnce, { signal });
    onVisible(tryAtOnce, signal);
    this.#failures = 0;
    this.#sendsWaiting = true;
    void this.#sendWaiting(signal, () => signal.aborted);
    return () => {
      leaving.abort();
      this.#sendsWaiting = false;
    };
  }

  /** The kept photo that a page without a photo on its screen goes on with; `null` where there is none. */
  readonly waitingPhoto = (): Promise<KeptPhoto | null> => waitingPhoto(this.#sent);

  /** The person says that a waiting photo may be sent. */
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

  /** Until `sendShownNow`, or, with `waitMs`, until the time is over and there is a network, or the network comes back. */
  #pauseShown(photo: KeptPhoto, attempt: number, waitMs: number | null, signal: AbortSignal): void {
    const pause = new AbortController();
    const end = () => {
      signal.removeEventListener('abort', end);
      pause.abort();
    };
    const send = () => {
      if (pause.signal.aborted) return;
      end();
      this.#bytesSent.set(photo.key, true);
      this.#deliverShown(photo, attempt, signal);
    };
    signal.addEventListener('abort', end);
    this.#sendShownNow = send;
    if (waitMs === null) return;
    const dueAt = Date.now() + waitMs;
    const look = () => {
      clearTimeout(timer);
      if (navigator.onLine) send();
      else timer = setTimeout(look, lookForNetworkMs);
    };
    let timer = setTimeout(look, waitMs);
    pause.signal.addEventListener('abort', () => { clearTimeout(timer); });
    window.addEventListener('online', send, { signal: pause.signal });
    onVisible(() => {
      if (Date.now() >= dueAt) look();
    }, pause.signal);
  }

  async #sendWaiting(signal: AbortSignal, isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      this.#changedSinceListed = false;
      const photos = await this.#listWaiting();
      if (isStopped()) return;
      if (photos.length > 0 && !navigator.onLine) {
        await this.#pauseWhileOffline(signal);
        continue;
      }
      const claimed = await claimFirst(photos);
      if (claimed === null) {
        // Where another tab has claimed them all, it may yet be closed before it has sent them.
        await this.#pause(photos.length === 0 ? null : firstWaitMs, signal);
        continue;
      }
      const { photo, release } = claimed;
      const end = await this.#deliverWaiting(photo, signal).finally(release);
      if (end === null || isStopped()) return;
      const waitMs = end.is === 'sent' ? null : waitMsAfter(end.problem, this.#failures + 1);
      if (waitMs !== null) {
        this.#failures += 1;
        await this.#pause(waitMs, signal);
        continue;
      }
      this.#failures = 0;
      if (end.is === 'unsent') this.#refused.add(photo.key);
      this.#listener.onWaitingSettled();
    }
  }

  /** Those that are sent without a word of the person. */
  async #listWaiting(): Promise<KeptPhoto[]> {
    const photos = (await waitingPhotos()).filter(({ key }) => !this.#sent.has(key));
    const asks = ({ key }: KeptPhoto) => this.#refused.has(key) || (isShared(key) && !this.#released.has(key));
    const going = photos.filter((photo) => !asks(photo));
    this.#change({ ...this.#state, waiting: { asking: photos.filter(asks), going: going.length } });
    return going;
  }

  /** One try, after which a sent photo is discarded; `null` where the try was stopped. */
  async #deliverWaiting(photo: KeptPhoto, signal: AbortSignal): Promise<Extract<Step, { is: 'sent' | 'unsent' }> | null> {
    if (signal.aborted) return null;
    const end = await new Promise<Extract<Step, { is: 'sent' | 'unsent' }> | null>((resolve) => {
      const stop = () => { resolve(null); };
      signal.addEventListener('abort', stop);
      this.#deliver(photo, 'always send', (step) => {
        if (step.is !== 'sent' && step.is !== 'unsent') return;
        signal.removeEventListener('abort', stop);
        resolve(step);
      }, signal);
    });
    if (end !== null && this.#sent.has(photo.key)) await discard(photo.key);
    return end;
  }

  #deliver(photo: KeptPhoto, preparing: Preparing, onStep: (step: Step, photo: KeptPhoto) => void, signal: AbortSignal): void {
    deliver(photo, this.#isToBePrepared(photo) ? preparing : 'none', (step, photo) => {
      if (step.is === 'sending') this.#bytesSent.set(photo.key, true);
      if (step.is === 'unsent' && step.problem.is === 'deleted') this.#sent.add(photo.key);
      if (step.is === 'sent') {
        this.#sent.add(photo.key);
        makeThumbnail(step.imageId, photo.files[0]);
      }
      onStep(step, photo);
    }, signal);
  }

  /**
   * All tries under one key must send the same bytes. So a photo that was surely not sent yet is prepared where that helps, and one
   * of which that is unknown only where it must be.
   */
  #isToBePrepared({ key, files }: KeptPhoto): boolean {
    switch (this.#bytesSent.get(key)) {
      case true:
        return false;
      case false:
        return files.some(canBePrepared);
      case undefined:
        return files.some(mustBePrepared);
    }
  }

  /** Until there is a network, or something was added, released or discarded. */
  async #pauseWhileOffline(signal: AbortSignal): Promise<void> {
    while (!navigator.onLine && !this.#changedSinceListed && !signal.aborted) await this.#pause(lookForNetworkMs, signal);
  }

  /** Until `ms` are over, `#wake` is called, or `signal`. */
  #pause(ms: number | null, signal: AbortSignal): Promise<void> {
    if (this.#changedSinceListed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#endPause = null;
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(end, ms);
      this.#endPause = end;
      signal.addEventListener('abort', end);
    });
  }

  /** The waiting photos have changed, or may be sent sooner than after the pause. */
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

/** The first one that no other tab has claimed, claimed by this one. */
async function claimFirst(photos: readonly KeptPhoto[]): Promise<{ photo: KeptPhoto; release: () => void } | null> {
  for (const photo of photos) {
    const release = await claimIfFree(photo.key);
    if (release !== null) return { photo, release };
  }
  return null;
}

/** `null` where another try would end in the same way. */
function waitMsAfter(problem: UploadProblem, failures: number): number | null {
  switch (problem.is) {
    case 'no_network':
      return backoffMs(failures, { firstMs: firstWaitMs, longestMs: longestWaitMs });
    case 'busy': {
      const leastMs = 1000 * Math.max(1, problem.retryAfterSeconds ?? 1);
      const firstMs = problem.retryAfterSeconds === null ? firstWaitMs : leastMs;
      return backoffMs(failures, { firstMs, longestMs: longestWaitMs, leastMs });
    }
    case 'day_over':
    case 'too_large':
    case 'empty':
    case 'other_kind_of_file':
    case 'deleted':
    case 'puzzling':
      return null;
  }
}
