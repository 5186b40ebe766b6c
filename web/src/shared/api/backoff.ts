// How long to wait before the next try of something that did not work.

export type Backoff = {
  firstMs: number;
  longestMs: number;
  /** By which each wait is longer than the one before. */
  factor?: number;
  /** What the other side asked for; no wait is shorter. */
  leastMs?: number;
};

/**
 * After `failures` in a row. Of the full wait a random part between half and all is taken, so that clients that lost a server
 * together do not come back together.
 */
export function backoffMs(failures: number, { firstMs, longestMs, factor = 2, leastMs = 0 }: Backoff): number {
  const fullMs = Math.min(longestMs, firstMs * factor ** (failures - 1));
  return Math.max(leastMs, fullMs * (0.5 + Math.random() / 2));
}
