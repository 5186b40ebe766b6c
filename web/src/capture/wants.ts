// Which photos are worth developing before they are sent.

import { largestPhotoBytes } from '../api/upload';

const kindsOfBrowsersOnly = ['image/webp', 'image/heic', 'image/heif', 'image/avif', 'image/gif', 'image/bmp'];

/** Whether this browser may be able to develop it. */
export function canBeDeveloped(photo: File): boolean {
  if (!('Worker' in globalThis && 'OffscreenCanvas' in globalThis)) return false;
  return isHeic(photo) || (photo.type.startsWith('image/') && photo.type !== 'image/tiff');
}

/** Whether it cannot be sent without. What can be must not change between two tries under one key. */
export function mustBeDeveloped(photo: File): boolean {
  return canBeDeveloped(photo) && (photo.size > largestPhotoBytes || isHeic(photo) || kindsOfBrowsersOnly.includes(photo.type));
}

/** Some systems name no kind for it. */
export function isHeic({ type, name }: File): boolean {
  return type === 'image/heic' || type === 'image/heif' || (type === '' && /\.hei[cf]$/i.test(name));
}
