// Makes a photo one that can be read: pictures that are too large, or of a kind that only browsers know, become JPEGs.

import { largestPhotoBytes } from './api/upload';

/** More than enough for the smallest print; beyond it, canvases of older phones come out empty. */
const longestSide = 4000;
const quality = 0.88;
const kindsOfBrowsersOnly = ['image/webp', 'image/heic', 'image/heif', 'image/avif', 'image/gif', 'image/bmp'];

/** Whether it is worth trying; most photos are fine as they are and are sent byte for byte. */
export function wantsFitting(photo: File): boolean {
  const tooLarge = photo.size > largestPhotoBytes && photo.type.startsWith('image/');
  return 'createImageBitmap' in globalThis && (tooLarge || kindsOfBrowsersOnly.includes(photo.type));
}

/** The photo as a JPEG, upright; unchanged where this browser cannot draw it. */
export async function fitPhoto(photo: File): Promise<File> {
  try {
    const picture = await createImageBitmap(photo);
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext('2d');
    if (pen === null) return photo;
    // What is transparent would turn black.
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const jpeg = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', quality);
    });
    return jpeg === null ? photo : new File([jpeg], photo.name.replace(/(\.\w+)?$/, '.jpg'), { type: 'image/jpeg' });
  } catch {
    return photo;
  }
}
