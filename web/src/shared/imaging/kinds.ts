// Kinds of photos: which ones this browser can draw, and which are drawn anew before they are sent.

import { maxPictureBytes, type PictureType } from '../api/wire';

/** Of what browsers draw, what the server does not read. */
const kindsOfBrowsersOnly = ['image/bmp', 'image/x-icon', 'image/vnd.microsoft.icon', 'image/svg+xml'];

/** Whether this browser may be able to draw it anew before it is sent. */
export function canBePrepared(photo: File): boolean {
  if (!('Worker' in globalThis && 'OffscreenCanvas' in globalThis)) return false;
  return isHeic(photo) || (photo.type.startsWith('image/') && photo.type !== 'image/tiff');
}

/** Whether it cannot be sent as it is. The answer must not change between two tries under one key. */
export function mustBePrepared(photo: File): boolean {
  return canBePrepared(photo) && (photo.size > maxPictureBytes || kindsOfBrowsersOnly.includes(photo.type));
}

/** Some systems name no kind for it. */
function isHeic({ type, name }: File): boolean {
  return type === 'image/heic' || type === 'image/heif' || (type === '' && /\.hei[cf]$/i.test(name));
}

const drawnByBrowsers = {
  'image/jpeg': true,
  'image/png': true,
  'image/webp': true,
  'image/avif': true,
  'image/gif': true,
  'image/heic': false,
  'image/tiff': false,
  'application/pdf': false,
} satisfies Record<PictureType, boolean>;

/** Pictures that browsers draw. Anything unknown is tried. */
export function isDrawable(contentType: string | null): boolean {
  return !Object.entries(drawnByBrowsers).some(([type, isDrawn]) => type === contentType && !isDrawn);
}
