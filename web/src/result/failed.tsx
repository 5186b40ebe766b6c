// The reading did not come to an end: why, and what helps: the same photo again, or another one.

import type { ReactNode } from 'react';

import { asSentence } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { Pick } from '../shared/ui/pick';

type Props = {
  why: string | null;
  /** `false` where this photo will never be read. */
  tryAgain: boolean | null;
  /** `null` where the photo is not on this device any more. */
  onTryAgain: (() => void) | null;
  onPick: (file: File) => void;
};

export function Failed({ why, tryAgain, onTryAgain, onPick }: Props): ReactNode {
  const hopeless = tryAgain === false;
  const again = hopeless ? null : onTryAgain;
  return (
    <section className="outcome">
      <h1 tabIndex={-1}>{hopeless ? moreTexts.failed.hopeless : moreTexts.failed.heading}</h1>
      <p className="lead">{why === null ? moreTexts.failed.body : asSentence(why)}</p>
      <div className="actions">
        {again !== null && (
          <button type="button" className="button primary" onClick={again}>
            {moreTexts.failed.tryAgain}
          </button>
        )}
        <Pick from="camera" look={again === null ? 'primary' : 'quiet'} onPick={onPick}>
          {hopeless ? moreTexts.failed.takeAnotherPhoto : moreTexts.failed.takeAnother}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick}>
          {moreTexts.failed.chooseAnother}
        </Pick>
      </div>
    </section>
  );
}
