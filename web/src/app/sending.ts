// A photo's way to the server: sent, and sent again where the way was closed.

import { useEffect, type Dispatch } from 'react';

import { upload } from '../shared/api/upload';
import { makeThumbnail } from '../shared/imaging/thumbnail-jobs';
import { visit } from '../shared/ui/route';
import { useNextTry } from '../submit/next-try';
import { discard, hold } from '../submit/photo-store';
import type { Action, State } from './state';

/** Answers the seconds until the next try, where one is due by itself. */
export function useSending(state: State, dispatch: Dispatch<Action>): number | null {
  const ownKey = 'photo' in state && state.at !== 'receipt' ? state.photo.key : null;
  useEffect(() => (ownKey === null ? undefined : hold(ownKey)), [ownKey]);

  const photo = state.at === 'sending' ? state.photo : null;
  const attempt = state.at === 'sending' ? state.attempt : 0;
  useEffect(() => {
    if (photo === null) return undefined;
    return upload(photo.file, photo.key, {
      onProgress: (share) => {
        dispatch({ type: 'progressed', share });
      },
      onUploaded: (imageId) => {
        void discard(photo.key);
        makeThumbnail(imageId, photo.file);
        visit({ to: 'receipt', imageId }, 'replace');
        dispatch({ type: 'uploaded', imageId });
      },
      onProblem: (problem) => {
        if (problem.is === 'empty' || problem.is === 'too_large' || problem.is === 'other_kind_of_file') void discard(photo.key);
        dispatch({ type: 'not sent', problem });
      },
    });
  }, [photo, attempt, dispatch]);

  return useNextTry(state.at === 'unsent' ? state : null, () => {
    dispatch({ type: 'sent again' });
  });
}
