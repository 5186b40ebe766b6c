// The upload queue on the page: which photo it sends follows from what is on the screen.

import { useEffect, useState, useSyncExternalStore } from 'react';

import type { LocalPhoto } from './photo';
import { type QueueListener, type QueueState, UploadQueue } from './upload-queue';

/** `shown` goes at once; without it, what waits goes while `atHome`. The first `listener` is used throughout. */
export function useUploadQueue(
  shown: LocalPhoto | null,
  atHome: boolean,
  listener: QueueListener,
): { queue: UploadQueue; state: QueueState } {
  const [queue] = useState(() => new UploadQueue(listener));
  const state = useSyncExternalStore(queue.subscribe, queue.state);
  useEffect(() => (shown === null ? undefined : queue.sendShown(shown)), [queue, shown]);
  useEffect(() => (atHome ? queue.sendWaiting() : undefined), [queue, atHome]);
  return { queue, state };
}
