// The reading did not come to an end: why, and what helps: the same photo again, or another one.

import type { ReactNode } from 'react';

import { asSentence } from '../shared/i18n/format';
import { texts } from '../shared/i18n/language';
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
      <h1 tabIndex={-1}>{hopeless ? texts.failed.hopeless : texts.failed.heading}</h1>
      <p className="lead">{why === null ? texts.failed.body : asSentence(why)}</p>
      <div className="actions">
        {again !== null && (
          <button type="button" className="button primary" onClick={again}>
            {texts.failed.tryAgain}
          </button>
        )}
        <Pick from="camera" look={again === null ? 'primary' : 'quiet'} onPick={onPick}>
          {hopeless ? texts.failed.takeAnotherPhoto : texts.failed.takeAnother}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick}>
          {texts.failed.chooseAnother}
        </Pick>
      </div>
    </section>
  );
}
