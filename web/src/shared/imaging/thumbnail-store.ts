// Makes and keeps the small pictures, and drops them: those of the newest receipts, as long as the server has the large one.

import { previewAddress } from '../api/receipts';
import { request } from '../api/request';
import { thumbnailOf } from './prepare-image';
import { showThumbnail, thumbnailFiles } from './thumbnails';

/** About a megabyte; more rows are seldom looked at. */
const mostKept = 200;

export async function keepThumbnail(imageId: string, photo: File): Promise<void> {
  const picture = await thumbnailOf(photo);
  if (picture === null) return;
  const thumbnail = new File([picture], imageId, { type: picture.type });
  // Where the browser keeps nothing there is no count either, so nothing would bound how many are shown.
  if ((await thumbnailFiles.put(imageId, [thumbnail])) === null) return;
  showThumbnail(imageId, thumbnail);
  await forgetOldest();
}

export async function forgetThumbnail(imageId: string): Promise<void> {
  await thumbnailFiles.delete(imageId);
  showThumbnail(imageId, null);
}

/** For when the large picture did not load: without a network it is still there. */
export async function forgetThumbnailIfGone(imageId: string): Promise<void> {
  const answer = await request(previewAddress(imageId, 1), null);
  if (answer?.status === 404 || answer?.status === 410) await forgetThumbnail(imageId);
}

/** Ids begin with their time, and keys come in ascending order. */
async function forgetOldest(): Promise<void> {
  const keys = (await thumbnailFiles.keys()) ?? [];
  for (const key of keys.slice(0, -mostKept)) await forgetThumbnail(key);
}
