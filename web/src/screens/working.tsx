// While the photo is on its way and being read: the steps as they truly are.

import type { ReactNode } from 'react';

import type { Link } from '../api/feed';
import { percentOf, Steps, type Progress } from '../parts/steps';
import { texts } from '../texts';

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

function asideOf(progress: Progress, link: Link): string {
  if (link === 'lost') return texts.working.lost;
  return progress.is === 'uploading' ? texts.working.keepOpen : texts.working.safeToLeave;
}
