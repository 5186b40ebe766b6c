// The final screen of a receipt, by its status. Loaded while the receipt is read.

import './edit.css';

import type { ReactNode } from 'react';

import type { FinalFrame, Frame, JudgedFrame } from '../shared/api/decode';
import { wordingOfWhy } from '../shared/i18n/wording';
import { Accepted } from './accepted';
import { correctedReceipt } from './corrected-receipt';
import { Failed } from './failed';
import type { OutcomeProps } from './outcome-props';
import { Rejected } from './rejected';
import { Remove } from './remove';
import { useCorrections } from './use-corrections';

type Props = OutcomeProps & {
  frame: FinalFrame;
  onFrame: (frame: Frame) => void;
  /** `null` where the photo is not on this device any more. */
  onTryAgain: (() => void) | null;
};

export function Outcome(props: Props): ReactNode {
  const { frame, onTryAgain, onPick, onHome } = props;
  switch (frame.status) {
    case 'accepted':
    case 'rejected':
      return <Judged {...props} frame={frame} />;
    case 'failed':
      return (
        <>
          <Failed why={wordingOfWhy(frame)} tryAgain={frame.tryAgain} onPick={onPick} onTryAgain={onTryAgain} />
          <Remove imageId={frame.imageId} name="" onGone={onHome} />
        </>
      );
  }
}

function Judged({ frame, onFrame, lit, onLight, onPick, parts, onParts, onOpen, onHome }: Props & { frame: JudgedFrame }): ReactNode {
  const correcting = useCorrections(frame, onFrame);
  const shown = { frame, receipt: correctedReceipt(frame), correcting, lit, onLight, onPick, parts, onParts, onOpen, onHome };
  return frame.status === 'accepted' ? <Accepted {...shown} /> : <Rejected {...shown} />;
}
