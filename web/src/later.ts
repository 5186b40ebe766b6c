// Code that is not needed for the first screen, and is there when it is.

import type { spotsOf } from './reading';
import type { Outcome } from './screens/outcome';

export type OutcomeCode = { Outcome: typeof Outcome; spotsOf: typeof spotsOf };

const tries = 3;
const betweenTriesMs = 2_000;
let outcome: OutcomeCode | null = null;

/** `null` until it is loaded. */
export function outcomeCode(): OutcomeCode | null {
  return outcome;
}

export async function loadOutcome(): Promise<void> {
  for (let attempt = 1; outcome === null; attempt += 1) {
    try {
      const [{ Outcome }, { spotsOf }] = await Promise.all([import('./screens/outcome'), import('./reading')]);
      outcome = { Outcome, spotsOf };
    } catch {
      // A page that was open while its server got a newer one asks for files that are gone. Nothing is lost by opening
      // it anew: what was sent stands at its address.
      if (attempt >= tries && navigator.onLine) location.reload();
      await new Promise((resolve) => setTimeout(resolve, betweenTriesMs * attempt));
    }
  }
}
