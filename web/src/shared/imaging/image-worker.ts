// Runs in a worker: draws a photo upright and in the size that is sent, and inspects it; or in the size of a list's pictures.

import { type Gray, type Hint, hintsOn, lookedAtSide } from './inspect';
import { fittedSize, type Size } from './size';

export type Job = { wanted: 'prepared' | 'thumbnail'; photo: Blob };
/** `jpeg` is `null` where the file can go as it is. */
export type Prepared = { jpeg: Blob | null; hints: Hint[] };

const quality = 0.88;
/** Of a list's pictures: about 3 KB. */
const thumbnailSize = { width: 96, height: 120 };
const thumbnailQuality = 0.7;
/** Of these, one that is small enough goes byte for byte. */
const kindsToKeep = ['image/jpeg', 'image/png'];
const mostBytesToKeep = 2_500_000;

addEventListener('message', ({ data: { wanted, photo } }: MessageEvent<Job>) => {
  void (wanted === 'thumbnail' ? thumbnailOf(photo) : prepareImage(photo)).then(
    (made) => { postMessage(made); },
    () => { postMessage(null); },
  );
});

async function prepareImage(photo: Blob): Promise<Prepared> {
  const picture = await createImageBitmap(photo, { imageOrientation: 'from-image' });
  try {
    const size = fittedSize(picture);
    const fits = size.width === picture.width && photo.size <= mostBytesToKeep && kindsToKeep.includes(photo.type);
    const drawn = draw(picture, size);
    const hints = hintsOn(grayOf(drawn.canvas));
    return { jpeg: fits ? null : await drawn.canvas.convertToBlob({ type: 'image/jpeg', quality }), hints };
  } finally {
    picture.close();
  }
}

/** Filled to its edges. Of a long strip the upper end, where the shop's name stands. */
async function thumbnailOf(photo: Blob): Promise<Blob> {
  const picture = await createImageBitmap(photo, { imageOrientation: 'from-image' });
  try {
    const scale = Math.max(thumbnailSize.width / picture.width, thumbnailSize.height / picture.height);
    const [width, height] = [thumbnailSize.width / scale, thumbnailSize.height / scale];
    const { canvas } = draw(picture, thumbnailSize, { left: (picture.width - width) / 2, top: 0, width, height });
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: thumbnailQuality });
  } finally {
    picture.close();
  }
}

function grayOf(drawn: OffscreenCanvas): Gray {
  const scale = Math.min(1, lookedAtSide / Math.max(drawn.width, drawn.height));
  const width = Math.max(1, Math.round(drawn.width * scale));
  const height = Math.max(1, Math.round(drawn.height * scale));
  const { data } = draw(drawn, { width, height }).pen.getImageData(0, 0, width, height);
  const pixels = new Uint8ClampedArray(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = 0.299 * (data[4 * at] ?? 0) + 0.587 * (data[4 * at + 1] ?? 0) + 0.114 * (data[4 * at + 2] ?? 0);
  }
  return { width, height, pixels };
}

type Cutting = Size & { left: number; top: number };

/** Without a `cutting` all of it. */
function draw(picture: ImageBitmap | OffscreenCanvas, { width, height }: Size, cutting: Cutting = { left: 0, top: 0, width: picture.width, height: picture.height }) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws nothing off the screen');
  pen.imageSmoothingQuality = 'high';
  // What is transparent would turn black.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, cutting.left, cutting.top, cutting.width, cutting.height, 0, 0, width, height);
  return { canvas, pen };
}
