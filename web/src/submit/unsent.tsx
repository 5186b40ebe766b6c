// The photo did not go through: what that means, and the one thing to do.

import { useEffect, useState, type ReactNode } from 'react';

import { isHopeless, type UploadProblem } from '../shared/api/upload';
import { asSentence } from '../shared/i18n/format';
import { texts } from '../shared/i18n/language';
import type { Message } from '../shared/i18n/texts';
import { wordingOfRefusal } from '../shared/i18n/wording';
import { Pick } from '../shared/ui/pick';

type Props = {
  problem: UploadProblem;
  nextTryAt: number | null;
  onSendAgain: () => void;
  onPick: (file: File) => void;
};

export function Unsent({ problem, nextTryAt, onSendAgain, onPick }: Props): ReactNode {
  const { heading, body } = messageOf(problem);
  const seconds = useSecondsUntil(nextTryAt);
  const online = navigator.onLine;
  return (
    <section className="outcome">
      <h1 tabIndex={-1}>{heading}</h1>
      <p className="lead">{body}</p>
      {isHopeless(problem) ? (
        <div className="actions">
          <Pick from="camera" look="primary" onPick={onPick}>
            {texts.unsent.takeAnother}
          </Pick>
          <Pick from="files" look="quiet" onPick={onPick}>
            {texts.unsent.chooseAnother}
          </Pick>
        </div>
      ) : (
        <>
          <p className="aside">{seconds !== null && online ? texts.unsent.inSeconds(seconds) : ''}</p>
          <div className="actions">
            <button type="button" className="button primary" onClick={onSendAgain}>
              {problem.is === 'busy' ? texts.unsent.sendNow : texts.unsent.sendAgain}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

/** Counts down; never below 0. */
function useSecondsUntil(at: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return undefined;
    const ticking = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(ticking);
    };
  }, [at]);
  return at === null ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

function messageOf(problem: UploadProblem): Message {
  const { unsent } = texts;
  switch (problem.is) {
    case 'no_network':
      return navigator.onLine ? unsent.unanswered : unsent.noNetwork;
    case 'busy':
      return unsent.busy;
    case 'day_over':
      return unsent.dayOver;
    case 'too_large':
      return unsent.tooLarge;
    case 'empty':
      return unsent.empty;
    case 'other_kind_of_file': {
      const why = wordingOfRefusal(problem.why);
      return why === null ? unsent.otherKind : { ...unsent.otherKind, body: asSentence(why) };
    }
    case 'deleted':
      return unsent.deleted;
    case 'puzzling':
      return unsent.puzzling;
  }
}
