// A photo on its way: the bar, the steps in words, the time left, and what the person may do meanwhile.

import type { ReactNode } from 'react';

import { texts } from '../i18n/language';
import { Mark, type MarkKind } from './mark';

export type Step = { name: string; words: string; mark: MarkKind };

type Props = {
  steps: Step[];
  /** For screen readers: changes once a step, where a step's words may change with every percent. */
  announcement: string;
  /** Of the bytes that were sent, from 0 to 1; `null` where nothing is being sent. */
  share: number | null;
  timeLeft: string;
  aside: string;
  /** Whether the server does not answer just now. */
  lost: boolean;
};

export function Working({ steps, announcement, share, timeLeft, aside, lost }: Props): ReactNode {
  const uploading = share !== null;
  return (
    <section className="working">
      <h1 className="unseen" tabIndex={-1}>
        {texts.working.heading}
      </h1>
      <progress
        className={uploading ? '' : 'spent'}
        aria-hidden={!uploading}
        aria-label={texts.working.upload.announced}
        max={100}
        value={uploading ? percentOf(share) : 100}
      />
      <ol className="steps">
        {steps.map(({ name, words, mark }) => (
          <li key={name} className={`step step-${mark}`} aria-current={mark === 'now' ? 'step' : undefined}>
            <Mark kind={mark} />
            <span>{words}</span>
          </li>
        ))}
      </ol>
      <p className="unseen" role="status">
        {announcement}
      </p>
      <p className="time-left">{timeLeft}</p>
      <p className={lost ? 'aside help' : 'aside'} role={lost ? 'status' : undefined}>
        {aside}
      </p>
    </section>
  );
}

/** Rounded down: 100 % is said when every byte is sent. */
export function percentOf(share: number): number {
  return Math.floor(Math.min(1, Math.max(0, share)) * 100);
}
