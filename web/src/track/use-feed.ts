// The feed of the receipt on the screen. How long the receipt took is remembered, for the estimate of the next one.

import { useEffect, useEffectEvent } from 'react';

import type { FeedListener } from './feed';
import { follow } from './follow';
import { remember, stopwatch } from './processing-time';

/** Follows `imageId` while it is not `null`. With `pollFirst` its state is asked for before anything else. */
export function useFeed(imageId: string | null, pollFirst: boolean, listener: FeedListener): void {
  const onFrame = useEffectEvent(listener.onFrame);
  const onFound = useEffectEvent(listener.onFound);
  const onLink = useEffectEvent(listener.onLink);
  const onMissing = useEffectEvent(listener.onMissing);
  useEffect(() => {
    if (imageId === null) return undefined;
    const timeOf = stopwatch();
    return follow(imageId, pollFirst, {
      onFrame: (frame) => {
        const time = timeOf(frame);
        if (time !== null) remember(time);
        onFrame(frame);
      },
      onFound: (found) => { onFound(found); },
      onLink: (link) => { onLink(link); },
      onMissing: () => { onMissing(); },
    });
  }, [imageId, pollFirst]);
}
