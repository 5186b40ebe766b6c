// Code and words that the first screens do not need, loaded in the background or when a screen needs them.

import { lazy } from 'react';

import type { Outcome } from '../result/outcome';
import type { spotsOf } from '../result/reading';
import { backoffMs } from '../shared/api/backoff';
import { speakMore } from '../shared/i18n/language';

export type OutcomeCode = { Outcome: typeof Outcome; spotsOf: typeof spotsOf };

const tries = 3;
const firstWaitMs = 2_000;
const longestWaitMs = 30_000;
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

export const Insight = lazy(() => withTexts(() => import('../insight/insight')));
export const Removed = lazy(() => withTexts(() => import('../result/removed')));

function withTexts<T>(load: () => Promise<T>): Promise<T> {
  return untilLoaded(async () => {
    const [loaded] = await Promise.all([load(), speakMore()]);
    return loaded;
  });
}

async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch {
      // After a deployment the files of the page that is open are gone from the server. Reloading it loses nothing: a receipt
      // that was sent has its own address.
      if (attempt >= tries && navigator.onLine) location.reload();
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, { firstMs: firstWaitMs, longestMs: longestWaitMs })));
    }
  }
}
