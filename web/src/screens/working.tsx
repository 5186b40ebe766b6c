// While the photo is on its way and being read: the steps as they truly are.

import { useEffect, useState, type ReactNode } from 'react';

import type { WorkingFrame } from '../api/decode';
import type { Link } from '../api/feed';
import { recentPaces, timeLeft, type TimeLeft } from '../pace';
import { percentOf, Steps, type Progress } from '../parts/steps';
import { texts } from '../texts';
import { wordingOfWhy } from '../wording';

/** Sent, and on its way through the readers. */
export function Reading({ frame, link }: { frame: WorkingFrame; link: Link }): ReactNode {
  const left = useTimeLeft(frame);
  return <Working progress={{ is: 'at', status: frame.status, why: wordingOfWhy(frame), left }} link={link} />;
}

export function Working({ progress, link }: { progress: Progress; link: Link }): ReactNode {
  const uploading = progress.is === 'uploading';
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
        value={uploading ? percentOf(progress.share) : 100}
      />
      <Steps progress={progress} />
      <p className="time-left">{progress.is === 'at' && link !== 'lost' ? wordsOf(progress.left) : ''}</p>
      <p className={link === 'lost' ? 'aside help' : 'aside'} role={link === 'lost' ? 'status' : undefined}>
        {asideOf(progress, link)}
      </p>
    </section>
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
  const [seen] = useState(() => ({ at: Date.now(), paces: recentPaces() }));
  const [now, setNow] = useState(seen.at);
  useEffect(() => {
    const ticking = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(ticking);
    };
  }, [imageId]);
  return timeLeft(status, now - seen.at, seen.paces);
}

function asideOf(progress: Progress, link: Link): string {
  if (link === 'lost') return texts.working.lost;
  return progress.is === 'at' ? texts.working.safeToLeave : texts.working.keepOpen;
}
