// What can be seen of a photo before it is read: whether it is blurred, dark, or cut off. Only ever a hint.

export type Hint = 'blurred' | 'dark' | 'cut off';

/** One byte a pixel, row by row. */
export type Gray = { width: number; height: number; pixels: Uint8ClampedArray };

/** What is looked at has its longer side scaled to so many pixels: the limits below hold for pictures of this size. */
export const lookedAtSide = 1024;

/**
 * Tried on 160 scanned receipts, as they are and laid on tables: of these 800 pictures one got a hint. Blurred by 2 px, 150 of
 * 160 did; at 30 % of the light, and with an end off the table, all.
 */
const limits = {
  /** Of the sharpest tiles, the share of Laplacian in contrast. */
  sharpness: 0.12,
  /** The brightness of paper, of 255. */
  paper: 90,
  /** Paper and table differ by so much. */
  contrast: 60,
  /** The share of an edge that is paper where the receipt goes on beyond it, and where it does not. */
  beyond: 0.25,
  within: 0.1,
};

export function hintsOn(gray: Gray): Hint[] {
  const found: Hint[] = [];
  if (paperOf(gray) < limits.paper) found.push('dark');
  // Of what is dark, sharpness says nothing.
  else if (sharpnessOf(gray) < limits.sharpness) found.push('blurred');
  if (isCutOff(gray)) found.push('cut off');
  return found;
}

/** The brightness that a twentieth of the picture exceeds. */
export function paperOf({ pixels }: Gray): number {
  const counts = histogram(pixels);
  let brighter = 0;
  for (let level = 255; level > 0; level -= 1) {
    brighter += counts[level] ?? 0;
    if (brighter >= pixels.length / 20) return level;
  }
  return 0;
}

/**
 * The variance of the Laplacian over the variance of the picture, in the tiles with most contrast: where there is print.
 * Divided like this, it does not depend on the light.
 */
export function sharpnessOf({ width, height, pixels }: Gray): number {
  const side = 32;
  const tiles: { contrast: number; detail: number }[] = [];
  for (let top = 1; top + side < height; top += side) {
    for (let left = 1; left + side < width; left += side) {
      let sum = 0;
      let squares = 0;
      let edges = 0;
      let edgeSquares = 0;
      for (let y = top; y < top + side; y += 1) {
        for (let x = left; x < left + side; x += 1) {
          const at = y * width + x;
          const here = pixels[at] ?? 0;
          const edge = (pixels[at - 1] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at - width] ?? 0) + (pixels[at + width] ?? 0) - 4 * here;
          sum += here;
          squares += here * here;
          edges += edge;
          edgeSquares += edge * edge;
        }
      }
      const count = side * side;
      tiles.push({ contrast: squares / count - (sum / count) ** 2, detail: edgeSquares / count - (edges / count) ** 2 });
    }
  }
  const printed = tiles.sort((a, b) => b.contrast - a.contrast).slice(0, Math.max(1, Math.floor(tiles.length / 3)));
  const ratios = printed.map(({ contrast, detail }) => (contrast === 0 ? 0 : detail / contrast)).sort((a, b) => b - a);
  return ratios[Math.floor(ratios.length / 5)] ?? 0;
}

/** Bright paper on a darker table goes over the upper or the lower edge, but not over the others. */
export function isCutOff({ width, height, pixels }: Gray): boolean {
  const { level, below, above } = split(pixels);
  if (above - below < limits.contrast) return false;
  const depth = Math.max(2, Math.round(Math.min(width, height) / 100));
  const paperAmong = (left: number, top: number, wide: number, high: number) => {
    let paper = 0;
    for (let y = top; y < top + high; y += 1) {
      for (let x = left; x < left + wide; x += 1) {
        if ((pixels[y * width + x] ?? 0) > level) paper += 1;
      }
    }
    return paper / (wide * high);
  };
  const sides = [paperAmong(0, 0, depth, height), paperAmong(width - depth, 0, depth, height)];
  const ends = [paperAmong(0, 0, width, depth), paperAmong(0, height - depth, width, depth)];
  return sides.every((share) => share < limits.within) && ends.some((share) => share > limits.beyond);
}

/** Otsu's threshold, with the mean brightness on both sides of it. */
function split(pixels: Uint8ClampedArray): { level: number; below: number; above: number } {
  const counts = histogram(pixels);
  const total = counts.reduce((sum, count, level) => sum + count * level, 0);
  let best = { level: 127, below: 0, above: 0 };
  let widest = -1;
  let count = 0;
  let sum = 0;
  counts.forEach((here, level) => {
    count += here;
    sum += here * level;
    const rest = pixels.length - count;
    if (count === 0 || rest === 0) return;
    const below = sum / count;
    const above = (total - sum) / rest;
    const between = count * rest * (above - below) ** 2;
    if (between > widest) {
      widest = between;
      best = { level, below, above };
    }
  });
  return best;
}

function histogram(pixels: Uint8ClampedArray): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const level of pixels) counts[level] = (counts[level] ?? 0) + 1;
  return counts;
}
