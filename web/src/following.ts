// A receipt's way to its verdict, told to the page as it comes in.

import { useEffect, type Dispatch } from 'react';

import { follow } from './api/feed';
import { remember, stopwatch } from './pace';
import type { Action, State } from './state';

export function useFollowing(state: State, dispatch: Dispatch<Action>): void {
  const imageId = state.at === 'receipt' ? state.imageId : null;
  // What was just sent has surely not ended; anything else may have, and is looked at first.
  const lookFirst = state.at === 'receipt' && state.photo === null;
  useEffect(() => {
    if (imageId === null) return undefined;
    const takenTime = stopwatch();
    return follow(imageId, lookFirst, {
      onFrame: (frame) => {
        const pace = takenTime(frame);
        if (pace !== null) remember(pace);
        dispatch({ type: 'frame', frame });
      },
      onFound: ({ contentType }) => {
        dispatch({ type: 'content type', contentType });
      },
      onLink: (link) => {
        dispatch({ type: 'link', link });
      },
      onMissing: () => {
        dispatch({ type: 'missing' });
      },
    });
  }, [imageId, lookFirst, dispatch]);
}
