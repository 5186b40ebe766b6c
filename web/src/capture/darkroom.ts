// Runs in a worker: draws a photo upright and in the size that is sent, and looks at it.

import { hintsOn, lookedAtSide, type Gray, type Hint } from './inspect';
import { fittedSize, type Size } from './size';

/** `jpeg` is `null` where the file can go as it is. */
export type Developed = { jpeg: Blob | null; hints: Hint[] };

const quality = 0.88;
/** Of these, one that is small enough goes byte for byte. */
const kindsToKeep = ['image/jpeg', 'image/png'];
const mostBytesToKeep = 2_500_000;

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!(data instanceof Blob)) return;
  void develop(data).then(
    (developed) => { postMessage(developed); },
    () => { postMessage(null); },
  );
});

async function develop(photo: Blob): Promise<Developed> {
  const picture = await createImageBitmap(photo, { imageOrientation: 'from-image' });
  try {
    const size = fittedSize(picture);
    const fits = size.width === picture.width && photo.size <= mostBytesToKeep && kindsToKeep.includes(photo.type);
    const sheet = draw(picture, size);
    const hints = hintsOn(grayOf(sheet.canvas));
    return { jpeg: fits ? null : await sheet.canvas.convertToBlob({ type: 'image/jpeg', quality }), hints };
  } finally {
    picture.close();
  }
}

function grayOf(sheet: OffscreenCanvas): Gray {
  const scale = Math.min(1, lookedAtSide / Math.max(sheet.width, sheet.height));
  const width = Math.max(1, Math.round(sheet.width * scale));
  const height = Math.max(1, Math.round(sheet.height * scale));
  const { data } = draw(sheet, { width, height }).pen.getImageData(0, 0, width, height);
  const pixels = new Uint8ClampedArray(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = 0.299 * (data[4 * at] ?? 0) + 0.587 * (data[4 * at + 1] ?? 0) + 0.114 * (data[4 * at + 2] ?? 0);
  }
  return { width, height, pixels };
}

function draw(picture: CanvasImageSource, { width, height }: Size) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws nothing off the screen');
  pen.imageSmoothingQuality = 'high';
  // What is transparent would turn black.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return { canvas, pen };
}
