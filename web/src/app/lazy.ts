// Code and words that the first screens do not need, loaded in the background or when a screen needs them.

import { lazy } from 'react';

import type { Outcome } from '../result/outcome';
import type { spotsOf } from '../result/reading';
import { untilLoaded } from '../shared/device/until-loaded';
import { speakMore } from '../shared/i18n/language';

export type OutcomeCode = { Outcome: typeof Outcome; spotsOf: typeof spotsOf };

let outcome: OutcomeCode | null = null;

/** `null` until it is loaded. */
export function outcomeCode(): OutcomeCode | null {
  return outcome;
}

export async function loadOutcome(): Promise<void> {
  if (outcome !== null) return;
  // The way back from a deletion must be there without a network too.
  const [{ Outcome }, { spotsOf }] = await untilLoaded(() =>
    Promise.all([import('../result/outcome'), import('../result/reading'), speakMore(), import('../result/removed')]),
  );
  outcome = { Outcome, spotsOf };
}

export const PartsScreen = lazy(() => withTexts(() => import('../submit/parts/parts-screen')));
export const Pager = lazy(() => withTexts(() => import('../shared/ui/pager')));
export const Insight = lazy(() => withTexts(() => import('../insight/insight')));
export const Removed = lazy(() => withTexts(() => import('../result/removed')));

function withTexts<T>(load: () => Promise<T>): Promise<T> {
  return untilLoaded(async () => {
    const [loaded] = await Promise.all([load(), speakMore()]);
    return loaded;
  });
}
