// What can be done with the part that is chosen.

import type { ReactNode } from 'react';

import { moreTexts } from '../../shared/i18n/language';
import { Pick } from '../../shared/ui/pick';
import type { Part } from './part-list';

type Props = {
  part: Part;
  /** From 0. */
  place: number;
  count: number;
  onMove: (to: number) => void;
  onRetake: (file: File) => void;
  onRemove: () => void;
};

export function Tools({ part, place, count, onMove, onRetake, onRemove }: Props): ReactNode {
  const words = moreTexts.parts;
  // That an end is missing is as it should be.
  const hints = part.hints.filter((hint) => hint !== 'cut off');
  return (
    <>
      {hints.map((hint) => (
        <p key={hint} className="help">{moreTexts.doubtful.hints[hint]}</p>
      ))}
      <div className="tools" role="group" aria-label={words.part(place + 1, count)}>
        {count > 1 && (
          <>
            <Tool name={words.earlier} path="M14.5 6l-6 6 6 6" isIdle={place === 0} onUse={() => { onMove(place - 1); }} />
            <Tool name={words.later} path="M9.5 6l6 6-6 6" isIdle={place === count - 1} onUse={() => { onMove(place + 1); }} />
          </>
        )}
        <Pick from="camera" look="quiet" onPick={onRetake}>{words.retake}</Pick>
        <Tool name={words.remove} path="M7 7l10 10M17 7L7 17" isIdle={false} onUse={onRemove} />
      </div>
    </>
  );
}

/** An idle one keeps the focus, which a disabled one would lose. */
function Tool({ name, path, isIdle, onUse }: { name: string; path: string; isIdle: boolean; onUse: () => void }): ReactNode {
  return (
    <button type="button" className="button quiet" aria-disabled={isIdle} onClick={() => { if (!isIdle) onUse(); }}>
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
      {name}
    </button>
  );
}
