// A photo on this device: what was picked, and an address under which the page can show it.

import { newKey } from '../shared/device/idempotency-key';

/** `key` is the idempotency key: a photo that is sent twice under one key is read once. */
export type LocalPhoto = { key: string; file: File; address: string };

export function localPhoto(file: File, key = newKey()): LocalPhoto {
  return { key, file, address: URL.createObjectURL(file) };
}

/** The same picture under a new key, to be read anew. The address stays valid for both. */
export function withNewKey(photo: LocalPhoto): LocalPhoto {
  return { ...photo, key: newKey() };
}

/** The pictures and PDFs of what was dropped or pasted. */
export function photosAmong(files: FileList | undefined): File[] {
  return [...(files ?? [])].filter((file) => file.type.startsWith('image/') || file.type === 'application/pdf');
}
