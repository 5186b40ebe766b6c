// The photo on the screen until the server has it: prepared and sent, doubtful, or not sent.

import type { ReactNode } from 'react';

import { Doubtful } from './doubtful';
import { SendingSteps } from './sending-steps';
import { Unsent } from './unsent';
import type { Phase } from './upload-queue';

type Props = { phase: Phase; onPick: (file: File) => void; onSendNow: () => void };

export function Submission({ phase, onPick, onSendNow }: Props): ReactNode {
  switch (phase.is) {
    case 'preparing':
      return <SendingSteps share={null} />;
    case 'sending':
      return <SendingSteps share={phase.share} />;
    case 'doubtful':
      return <Doubtful hints={phase.hints} onPick={onPick} onSendAnyway={onSendNow} />;
    case 'unsent':
      return <Unsent problem={phase.problem} nextTryAt={phase.nextTryAt} onSendAgain={onSendNow} onPick={onPick} />;
  }
}
