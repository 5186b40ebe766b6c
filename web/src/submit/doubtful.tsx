// The photo may be hard to read: a hint before it is sent, and the choice.

import type { ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import type { Hint } from '../shared/imaging/inspect';
import { Pick } from '../shared/ui/pick';

type Props = { hints: Hint[]; onPick: (file: File) => void; onAddPart: () => void; onSendAnyway: () => void };

export function Doubtful({ hints, onPick, onAddPart, onSendAnyway }: Props): ReactNode {
  const { doubtful } = moreTexts;
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
        <button type="button" className="button quiet" onClick={onAddPart}>
          {doubtful.addPart}
        </button>
        <button type="button" className="button quiet" onClick={onSendAnyway}>
          {doubtful.sendAnyway}
        </button>
      </div>
    </section>
  );
}
