import { expect, it } from 'vitest';

import { fittedSize } from './size';

it.each([
  [4000, 3000, 2309, 1732, 'four megapixels'],
  [3000, 4000, 1732, 2309, 'either way up'],
  [2000, 2000, 2000, 2000, 'small enough already'],
  [600, 900, 600, 900, 'never enlarged'],
  [2000, 12000, 1000, 6000, 'a long strip keeps 1,000 px across'],
  [900, 9000, 900, 9000, 'and what is narrower keeps all'],
  [1500, 30000, 500, 10000, 'no side is longer than the reading takes'],
  [9000, 9000, 2000, 2000, 'a large square'],
])('%d × %d becomes %d × %d: %s', (width, height, toWidth, toHeight) => {
  expect(fittedSize({ width, height })).toEqual({ width: toWidth, height: toHeight });
});
