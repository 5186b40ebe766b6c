// A photo's way to the server: made to fit, sent, and sent again where the way was closed.

import { useEffect, type Dispatch } from 'react';

import { upload, type UploadListener } from './api/upload';
import { fitPhoto, wantsFitting } from './fit-photo';
import { useNextTry } from './next-try';
import { discard, hold } from './outbox';
import type { LocalPhoto } from './photo';
import { visit } from './route';
import type { Action, State } from './state';

/** Answers the seconds until the next try, where one is due by itself. */
export function useSending(state: State, dispatch: Dispatch<Action>): number | null {
  const ownKey = state.at === 'sending' || state.at === 'unsent' ? state.photo.key : null;
  useEffect(() => (ownKey === null ? undefined : hold(ownKey)), [ownKey]);

  const photo = state.at === 'sending' ? state.photo : null;
  const attempt = state.at === 'sending' ? state.attempt : 0;
  useEffect(() => {
    if (photo === null) return undefined;
    return sendFitting(photo, {
      onProgress: (share) => {
        dispatch({ type: 'progressed', share });
      },
      onUploaded: (imageId) => {
        void discard(photo.key);
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

/** Like `upload`, for any photo that this browser can turn into one that can be read. */
function sendFitting({ file, key }: LocalPhoto, listener: UploadListener): () => void {
  if (!wantsFitting(file)) return upload(file, key, listener);
  let stopped = false;
  let stop: () => void = () => {
    stopped = true;
  };
  void fitPhoto(file).then((fitted) => {
    if (!stopped) stop = upload(fitted, key, listener);
  });
  return () => {
    stop();
  };
}
