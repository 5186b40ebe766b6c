// The photo may be hard to read: a hint before it is sent, and the choice.

import type { ReactNode } from 'react';

import type { Hint } from '../capture/inspect';
import { Pick } from '../parts/pick';
import { texts } from '../texts';

type Props = { hints: Hint[]; onPick: (file: File) => void; onSendAnyway: () => void };

export function Doubtful({ hints, onPick, onSendAnyway }: Props): ReactNode {
  const { doubtful } = texts;
  return (
    <section className="outcome">
      <h1 tabIndex={-1}>{doubtful.heading}</h1>
      <ul className="lead">
        {hints.map((hint) => (
          <li key={hint}>{doubtful.hints[hint]}</li>
        ))}
      </ul>
      <div className="actions">
        <Pick from="camera" look="primary" onPick={onPick}>
          {doubtful.retake}
        </Pick>
        <button type="button" className="button quiet" onClick={onSendAnyway}>
          {doubtful.sendAnyway}
        </button>
      </div>
    </section>
  );
}
