// The steps while a photo is prepared and sent.

import type { ReactNode } from 'react';

import { texts } from '../shared/i18n/language';
import { percentOf, type Step, Working } from '../shared/ui/working';

/** `share` of the bytes that were sent, from 0 to 1; `null` while the photo is prepared. */
export function SendingSteps({ share }: { share: number | null }): ReactNode {
  const { upload, read, check, keepOpen } = texts.working;
  const steps: Step[] = [
    { name: 'upload', words: share === null ? upload.before : upload.now(percentOf(share)), mark: 'now' },
    { name: 'read', words: read.later, mark: 'later' },
    { name: 'check', words: check.later, mark: 'later' },
  ];
  const announcement = share === null ? upload.before : upload.announced;
  return <Working steps={steps} announcement={announcement} share={share} timeLeft="" aside={keepOpen} lost={false} />;
}
