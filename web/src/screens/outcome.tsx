// How it ended, and everything that stands on the screen then. Fetched while the receipt is read.

import type { ReactNode } from 'react';

import type { FinalFrame } from '../api/decode';
import { Accepted } from './accepted';
import { Failed } from './failed';
import { Rejected } from './rejected';

type Props = {
  frame: FinalFrame;
  lit: string | null;
  onLight: (key: string | null) => void;
  onPick: (file: File) => void;
  /** `null` where the photo is not on this device any more. */
  onTryAgain: (() => void) | null;
  onOpen: (imageId: string) => void;
  onHome: () => void;
};

export function Outcome({ frame, lit, onLight, onPick, onTryAgain, onOpen, onHome }: Props): ReactNode {
  switch (frame.status) {
    case 'accepted':
      return <Accepted receipt={frame.receipt} verdict={frame.verdict} lit={lit} onLight={onLight} onPick={onPick} />;
    case 'rejected':
      return (
        <Rejected
          receipt={frame.receipt}
          verdict={frame.verdict}
          lit={lit}
          onLight={onLight}
          onPick={onPick}
          onOpen={onOpen}
          onHome={onHome}
        />
      );
    case 'failed':
      return <Failed detail={frame.detail} tryAgain={frame.tryAgain} onPick={onPick} onTryAgain={onTryAgain} />;
  }
}
