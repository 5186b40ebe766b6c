import { beforeEach, describe, expect, it, vi } from 'vitest';

import { accepted, firstId } from '../../testing/samples';
import { decodeFrame } from '../shared/api/decode';
import { recentTimes, remember, stopwatch, timeLeft } from './processing-time';

beforeEach(() => {
  localStorage.clear();
});

const times = [2_000, 4_000, 60_000].map((ended) => ({ began: ended / 4, ended }));

describe('the time left', () => {
  it.each([
    ['uploaded', 0, [], { is: 'unknown' }],
    ['uploaded', 6_001, [], { is: 'waking' }],
    ['started', 60_000, [], { is: 'unknown' }],
    ['uploaded', 1_000, times, { is: 'usual', ms: 3_000 }],
    ['started', 4_500, times, { is: 'usual', ms: 0 }],
    ['started', 12_001, times, { is: 'slow' }],
    ['uploaded', 6_001, times, { is: 'waking' }],
    ['uploaded', 6_001, [{ began: 5_000, ended: 9_000 }], { is: 'usual', ms: 2_999 }],
  ] as const)('%s after %d ms', (status, elapsed, times, left) => {
    expect(timeLeft(status, elapsed, times)).toEqual(left);
  });
});

describe('recent receipts', () => {
  it('are the last ten', () => {
    for (let ended = 1; ended <= 12; ended += 1) remember({ began: 0, ended });
    expect(recentTimes().map(({ ended }) => ended)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it.each(['', '{', '7', '[7, null, {"began": -1, "ended": 2}, {"began": "1", "ended": 2}]'])('are none in %j', (stored) => {
    localStorage.setItem('receipts.pace', stored);
    expect(recentTimes()).toEqual([]);
  });

  it('are none where the browser keeps nothing', () => {
    vi.stubGlobal('localStorage', { getItem: () => { throw new DOMException('no', 'SecurityError'); } });
    remember({ began: 1, ended: 2 });
    expect(recentTimes()).toEqual([]);
  });
});

describe('the stopwatch', () => {
  const at = (status: string, seconds: number) => {
    const frame = decodeFrame({ ...accepted, imageId: firstId, status, at: new Date(1545652800000 + seconds * 1000).toISOString() });
    if (frame === null) throw new Error('the sample is a frame');
    return frame;
  };

  it('goes by the server’s clock, from the id’s making', () => {
    const watch = stopwatch();
    expect([at('uploaded', 0), at('started', 1), at('text_detected', 3), at('accepted', 4)].map(watch)).toEqual([
      null, null, null, { began: 1_000, ended: 4_000 },
    ]);
  });

  it('does not count what it did not see working, or what came to nothing', () => {
    expect(stopwatch()(at('accepted', 4))).toBeNull();
    const watch = stopwatch();
    watch(at('started', 1));
    expect(watch(at('failed', 9))).toBeNull();
  });
});
