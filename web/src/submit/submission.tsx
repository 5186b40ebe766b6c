// The photo on the screen until the server has it: prepared and sent, doubtful, or not sent.

import type { ReactNode } from 'react';

import { doubtfulCode } from './doubtful-code';
import { SendingSteps } from './sending-steps';
import { Unsent } from './unsent';
import type { Phase } from './upload-queue';

type Props = { phase: Phase; onPick: (file: File) => void; onAddPart: () => void; onSendNow: () => void };

export function Submission({ phase, onPick, onAddPart, onSendNow }: Props): ReactNode {
  switch (phase.is) {
    case 'preparing':
      return <SendingSteps share={null} />;
    case 'sending':
      return <SendingSteps share={phase.share} />;
    case 'doubtful': {
      const code = doubtfulCode();
      return code === null ? null : <code.Doubtful hints={phase.hints} onPick={onPick} onAddPart={onAddPart} onSendAnyway={onSendNow} />;
    }
    case 'unsent':
      return <Unsent problem={phase.problem} nextTryAt={phase.nextTryAt} onSendAgain={onSendNow} onPick={onPick} />;
  }
}
