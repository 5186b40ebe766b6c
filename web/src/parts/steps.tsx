// Where the receipt is on its way, in words.

import type { ReactNode } from 'react';

import type { WorkingStatus } from '../api/decode';
import type { TimeLeft } from '../pace';
import { texts } from '../texts';
import { Mark, type MarkKind } from './mark';

/** Before it is sent, the share of bytes sent, or what the server told; `why` says why that takes longer, where it does. */
export type Progress =
  | { is: 'developing' }
  | { is: 'uploading'; share: number }
  | { is: 'at'; status: WorkingStatus; why: string | null; left: TimeLeft };

type Step = { name: string; words: string; mark: MarkKind };

export function Steps({ progress }: { progress: Progress }): ReactNode {
  return (
    <>
      <ol className="steps">
        {stepsOf(progress).map(({ name, words, mark }) => (
          <li key={name} className={`step step-${mark}`} aria-current={mark === 'now' ? 'step' : undefined}>
            <Mark kind={mark} />
            <span>{words}</span>
          </li>
        ))}
      </ol>
      <p className="unseen" role="status">
        {announcementOf(progress)}
      </p>
    </>
  );
}

function stepsOf(progress: Progress): Step[] {
  const { upload, read, check } = texts.working;
  switch (progress.is) {
    case 'developing':
    case 'uploading':
      return [
        {
          name: 'upload',
          words: progress.is === 'developing' ? upload.before : upload.now(percentOf(progress.share)),
          mark: 'now',
        },
        { name: 'read', words: read.later, mark: 'later' },
        { name: 'check', words: check.later, mark: 'later' },
      ];
    case 'at': {
      const { status, why, left } = progress;
      const reading = left.is === 'waking' ? read.waking : read.now[status];
      const uploaded: Step = { name: 'upload', words: upload.done, mark: 'done' };
      // The server knows more: a started reading may have to wait again.
      return status === 'text_detected'
        ? [
            uploaded,
            { name: 'read', words: read.now[status], mark: 'done' },
            { name: 'check', words: why ?? check.later, mark: 'now' },
          ]
        : [
            uploaded,
            { name: 'read', words: why ?? reading, mark: 'now' },
            { name: 'check', words: check.later, mark: 'later' },
          ];
    }
  }
}

/** Said once a step: a voice that counts percents helps nobody. */
function announcementOf(progress: Progress): string {
  if (progress.is === 'uploading') return texts.working.upload.announced;
  return stepsOf(progress).find(({ mark }) => mark === 'now')?.words ?? '';
}

/** Rounded down: 100 % is said when every byte is gone. */
export function percentOf(share: number): number {
  return Math.floor(Math.min(1, Math.max(0, share)) * 100);
}
