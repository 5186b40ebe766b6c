// How large a photo is sent: small enough for a phone's network, large enough for the smallest print.

const mostPixels = 4_000_000;
/** A long strip must stay readable across. */
const leastShortSide = 1_000;
/** What the reading takes, and what the canvases of older phones draw. */
const longestSide = 10_000;
const mostPixelsDrawn = 16_000_000;

export type Size = { width: number; height: number };

/** Never enlarged. */
export function fittedSize({ width, height }: Size): Size {
  const pixels = width * height;
  const wished = Math.max(Math.sqrt(mostPixels / pixels), leastShortSide / Math.min(width, height));
  const scale = Math.min(1, wished, longestSide / Math.max(width, height), Math.sqrt(mostPixelsDrawn / pixels));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
