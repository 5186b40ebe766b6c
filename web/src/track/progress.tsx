// The steps while the photo waits for a reader, is read and is checked, with the time that is left.

import { useEffect, useState, type ReactNode } from 'react';

import type { WorkingFrame, WorkingStatus } from '../shared/api/decode';
import { texts } from '../shared/i18n/language';
import { wordingOfWhy } from '../shared/i18n/wording';
import { type Step, Working } from '../shared/ui/working';
import type { Link } from './feed-state';
import { recentTimes, type TimeLeft, timeLeft } from './processing-time';

export function Progress({ frame, link }: { frame: WorkingFrame; link: Link }): ReactNode {
  const left = useTimeLeft(frame);
  const lost = link === 'lost';
  const steps = stepsOf(frame.status, wordingOfWhy(frame), left);
  return (
    <Working
      steps={steps}
      announcement={steps.find(({ mark }) => mark === 'now')?.words ?? ''}
      share={null}
      timeLeft={lost ? '' : wordsOf(left)}
      aside={lost ? texts.working.lost : texts.working.safeToLeave}
      lost={lost}
    />
  );
}

/** Until the server said how far this receipt is: mostly too short a moment to be seen. */
export function Opening({ link }: { link: Link }): ReactNode {
  return (
    <section className="opening">
      <h1 className="unseen" tabIndex={-1}>
        {texts.working.heading}
      </h1>
      <p className={link === 'lost' ? 'aside help' : 'aside'} role="status">
        {link === 'lost' ? texts.working.lost : texts.working.opening}
      </p>
    </section>
  );
}

/** `why`: why the present step takes longer, where the server says so. */
function stepsOf(status: WorkingStatus, why: string | null, left: TimeLeft): Step[] {
  const { upload, read, check } = texts.working;
  const uploaded: Step = { name: 'upload', words: upload.done, mark: 'done' };
  if (status === 'text_detected') {
    return [
      uploaded,
      { name: 'read', words: read.now[status], mark: 'done' },
      { name: 'check', words: why ?? check.later, mark: 'now' },
    ];
  }
  const reading = left.is === 'waking' ? read.waking : read.now[status];
  return [
    uploaded,
    { name: 'read', words: why ?? reading, mark: 'now' },
    { name: 'check', words: check.later, mark: 'later' },
  ];
}

/** In steps of five where it is long: a number that jumps every second is not more exact. */
function wordsOf(left: TimeLeft): string {
  const { left: words } = texts.working;
  switch (left.is) {
    case 'unknown':
    case 'waking':
      return '';
    case 'usual': {
      const seconds = Math.round(left.ms / 1000);
      if (seconds === 0) return words.soon;
      return words.seconds(seconds > 10 ? Math.round(seconds / 5) * 5 : seconds);
    }
    case 'slow':
      return words.slow;
  }
}

/** Goes by this device's clock from the moment at which the page first saw the receipt. */
function useTimeLeft({ imageId, status }: WorkingFrame): TimeLeft {
  const [seen] = useState(() => ({ at: Date.now(), times: recentTimes() }));
  const [now, setNow] = useState(seen.at);
  useEffect(() => {
    const ticking = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(ticking);
    };
  }, [imageId]);
  return timeLeft(status, now - seen.at, seen.times);
}
