import { describe, expect, it } from 'vitest';

import { type Gray, hintsOn, paperOf } from './inspect';

const width = 320;
const height = 480;

type Paper = { left: number; top: number; right: number; bottom: number };
const inside: Paper = { left: 50, top: 40, right: 270, bottom: 440 };

/** A receipt on a table: lines of print, drawn as bars. */
function photo(paper: Paper, { table = 70, light = 1 } = {}): Gray {
  const pixels = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const on = x >= paper.left && x < paper.right && y >= paper.top && y < paper.bottom;
      const print = on && x > paper.left + 16 && x < paper.right - 16 && y % 24 < 12 && (x * 7 + Math.floor(y / 24) * 13) % 11 < 5;
      pixels[y * width + x] = (on ? (print ? 50 : 235) : table) * light;
    }
  }
  return { width, height, pixels };
}

/** Each pixel the mean of those around it, `times` over. */
function blurred(gray: Gray, times: number): Gray {
  let { pixels } = gray;
  for (let time = 0; time < times; time += 1) {
    const before = pixels;
    pixels = before.map((here, at) => {
      const around = (before[at - 1] ?? here) + (before[at + 1] ?? here) + (before[at - width] ?? here) + (before[at + width] ?? here);
      return (here + around) / 5;
    });
  }
  return { ...gray, pixels };
}

describe('nothing is said', () => {
  it.each([
    ['of a receipt on a table', photo(inside)],
    ['of one on a dark table', photo(inside, { table: 10 })],
    ['of one on a white table', photo(inside, { table: 240 })],
    ['of one that fills the picture', photo({ left: 0, top: 0, right: width, bottom: height })],
    ['of one in soft light', photo(inside, { light: 0.5 })],
  ])('%s', (_, gray) => {
    expect(hintsOn(gray)).toEqual([]);
  });
});

it('blur is seen, in bright and in soft light', () => {
  expect(hintsOn(blurred(photo(inside), 40))).toEqual(['blurred']);
  expect(hintsOn(blurred(photo(inside, { light: 0.6 }), 40))).toEqual(['blurred']);
});

it('darkness is seen, and said alone', () => {
  const dark = photo(inside, { light: 0.2 });
  expect(paperOf(dark)).toBe(47);
  expect(hintsOn(blurred(dark, 40))).toEqual(['dark']);
});

it.each([
  ['above', { ...inside, top: -50 }],
  ['below', { ...inside, bottom: height + 50 }],
  ['at both ends', { ...inside, top: -50, bottom: height + 50 }],
])('a receipt that goes on %s is cut off', (_, paper) => {
  expect(hintsOn(photo(paper))).toEqual(['cut off']);
});

it('survives pictures of almost nothing', () => {
  expect(hintsOn({ width: 1, height: 1, pixels: new Uint8ClampedArray([255]) })).toEqual(['blurred']);
  expect(hintsOn({ width: 0, height: 0, pixels: new Uint8ClampedArray() })).toHaveLength(1);
});
