// The reading did not come to an end: why, and the way to try again.

import type { ReactNode } from 'react';

import { asSentence } from '../format';
import { Pick } from '../parts/pick';
import { texts } from '../texts';

type Props = {
  detail: string | null;
  /** `null` where the photo is not on this device any more. */
  onTryAgain: (() => void) | null;
  onPick: (file: File) => void;
};

export function Failed({ detail, onTryAgain, onPick }: Props): ReactNode {
  return (
    <section className="outcome">
      <h1 tabIndex={-1}>{texts.failed.heading}</h1>
      <p className="lead">{detail === null ? texts.failed.body : asSentence(detail)}</p>
      <div className="actions">
        {onTryAgain !== null && (
          <button type="button" className="button primary" onClick={onTryAgain}>
            {texts.failed.tryAgain}
          </button>
        )}
        <Pick from="camera" look={onTryAgain === null ? 'primary' : 'quiet'} onPick={onPick}>
          {texts.failed.takeAnother}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick}>
          {texts.failed.chooseAnother}
        </Pick>
      </div>
    </section>
  );
}
