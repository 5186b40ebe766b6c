// Deletes the receipt that is on the screen. There is no question before it, since there is a way back after it.

import type { ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import { remove } from './removals';

export function Remove({ imageId, name, onGone }: { imageId: string; name: string; onGone: () => void }): ReactNode {
  return (
    <button
      type="button"
      className="inline-button remove"
      onClick={() => {
        remove(imageId, name);
        onGone();
      }}
    >
      {moreTexts.removal.remove}
    </button>
  );
}
