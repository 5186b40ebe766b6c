// A receipt's way to its verdict, told to the page as it comes in.

import { useEffect, type Dispatch } from 'react';

import { isFinal } from '../shared/api/decode';
import { follow } from '../track/feed';
import { remember, stopwatch } from '../track/processing-time';
import { loadOutcome, outcomeCode } from './lazy';
import type { Action, State } from './state';

export function useFollowing(state: State, dispatch: Dispatch<Action>): void {
  const imageId = state.at === 'receipt' ? state.imageId : null;
  // What was just sent has surely not ended; anything else may have, and is looked at first.
  const lookFirst = state.at === 'receipt' && state.photo === null;
  useEffect(() => {
    if (imageId === null) return undefined;
    void loadOutcome();
    const takenTime = stopwatch();
    return follow(imageId, lookFirst, {
      onFrame: (frame) => {
        const pace = takenTime(frame);
        if (pace !== null) remember(pace);
        const show = () => {
          dispatch({ type: 'frame', frame });
        };
        if (isFinal(frame) && outcomeCode() === null) void loadOutcome().then(show);
        else show();
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
