// A photo's way from the camera to one that can be sent.

import { useEffect, type Dispatch } from 'react';

import type { Ready } from '../shared/imaging/prepare-image';
import { discard, keep } from '../submit/photo-store';
import type { Action, State } from './state';

export function useDeveloping(state: State, dispatch: Dispatch<Action>): void {
  const photo = state.at === 'developing' ? state.photo : null;
  useEffect(() => {
    if (photo === null) return undefined;
    let left = false;
    const prepareImage = async () => {
      const ready = await import('../shared/imaging/prepare-image')
        .then(({ prepareImage }) => prepareImage(photo.file))
        .catch((): Ready => ({ is: 'ready', file: photo.file, hints: [] }));
      if (left) return;
      if (ready.is === 'heic') {
        void discard(photo.key);
        dispatch({ type: 'not sent', problem: { is: 'heic' } });
        return;
      }
      // Before the first byte goes: a second try must send the same ones.
      if (ready.file !== photo.file) await keep({ key: photo.key, file: ready.file });
      dispatch({ type: 'developed', photo: { ...photo, file: ready.file }, hints: ready.hints });
    };
    void prepareImage();
    return () => {
      left = true;
    };
  }, [photo, dispatch]);
}
