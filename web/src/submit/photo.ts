// A photo on this device: what was picked, and an address under which the page can show it.

import { newKey } from '../shared/device/idempotency-key';

/** `key` names one wish to have this photo read; sending twice under one key is one wish. */
export type LocalPhoto = { key: string; file: File; address: string };

export function localPhoto(file: File, key = newKey()): LocalPhoto {
  return { key, file, address: URL.createObjectURL(file) };
}

/** The same picture, wished for anew. The old one's address stays valid for both. */
export function wishedAgain(photo: LocalPhoto): LocalPhoto {
  return { ...photo, key: newKey() };
}

/** The pictures and PDFs of what was dropped or pasted. */
export function photosAmong(files: FileList | undefined): File[] {
  return [...(files ?? [])].filter((file) => file.type.startsWith('image/') || file.type === 'application/pdf');
}
