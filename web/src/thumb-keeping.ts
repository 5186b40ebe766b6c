// Makes and keeps the small pictures, and lets go of them: those of the newest receipts, as long as there is a large one.

import { ask } from './api/ask';
import { pictureAddress } from './api/receipts';
import { thumbOf } from './capture/develop';
import { inStore } from './store';
import { place, showThumb } from './thumbs';

/** About a megabyte; more rows are seldom looked at. */
const mostKept = 200;

export async function keepThumb(imageId: string, photo: File): Promise<void> {
  const picture = await thumbOf(photo);
  if (picture === null) return;
  const thumb = new File([picture], imageId, { type: picture.type });
  const kept = await inStore(place, 'readwrite', (store) => store.put(thumb, imageId));
  // Of what the browser does not keep, nothing would say when it is too much.
  if (kept === null) return;
  showThumb(imageId, thumb);
  await forgetOldest();
}

export async function forgetThumb(imageId: string): Promise<void> {
  await inStore(place, 'readwrite', (store) => store.delete(imageId));
  showThumb(imageId, null);
}

/** For when the large picture did not come: without a network it is still there. */
export async function forgetThumbIfGone(imageId: string): Promise<void> {
  const answer = await ask(pictureAddress(imageId), null);
  if (answer?.status === 404 || answer?.status === 410) await forgetThumb(imageId);
}

/** Ids begin with their time, and keys come in order. */
async function forgetOldest(): Promise<void> {
  const keys = (await inStore(place, 'readonly', (store) => store.getAllKeys())) ?? [];
  for (const key of keys.slice(0, -mostKept)) if (typeof key === 'string') await forgetThumb(key);
}
