// A photo on this device: what was picked, and addresses under which the page can show it.

import type { Files } from '../shared/device/file-store';
import { newKey } from '../shared/device/idempotency-key';

/**
 * `key` is the idempotency key: a photo that is sent twice under one key is read once. `files` are the parts of the receipt, with
 * an address for each.
 */
export type LocalPhoto = { key: string; files: Files; addresses: readonly string[] };

export function localPhoto(files: Files, key = newKey()): LocalPhoto {
  return { key, files, addresses: files.map((file) => URL.createObjectURL(file)) };
}

/** The same picture under a new key, to be read anew. The addresses stay valid for both. */
export function withNewKey(photo: LocalPhoto): LocalPhoto {
  return { ...photo, key: newKey() };
}
