import { expect, it, vi } from 'vitest';

import { backoffMs } from './backoff';

it.each([
  [1, 1, { firstMs: 500, longestMs: 30_000 }, 500],
  [1, 0, { firstMs: 500, longestMs: 30_000 }, 250],
  [3, 1, { firstMs: 500, longestMs: 30_000 }, 2_000],
  [9, 1, { firstMs: 500, longestMs: 30_000 }, 30_000],
  [1_000, 1, { firstMs: 500, longestMs: 30_000 }, 30_000],
  [2, 1, { firstMs: 1_000, longestMs: 5_000, factor: 1.5 }, 1_500],
  [1, 0, { firstMs: 7_000, longestMs: 60_000, leastMs: 7_000 }, 7_000],
  [1, 1, { firstMs: 90_000, longestMs: 60_000, leastMs: 90_000 }, 90_000],
])('after %d failures, with %d drawn, and %j: %d ms', (failures, drawn, backoff, ms) => {
  vi.spyOn(Math, 'random').mockReturnValue(drawn);
  expect(backoffMs(failures, backoff)).toBe(ms);
});
