// Following an image, by code that is loaded when the first image is under way.

import { untilLoaded } from '../shared/device/until-loaded';
import type { FeedListener } from './feed';

type Code = typeof import('./feed');
let code: Code | null = null;

export async function loadFeed(): Promise<Code> {
  code ??= await untilLoaded(() => import('./feed'));
  return code;
}

/** Follows as soon as the code is there; the returned function stops it. */
export function follow(imageId: string, pollFirst: boolean, listener: FeedListener): () => void {
  if (code !== null) return code.follow(imageId, pollFirst, listener);
  let isStopped = false;
  let stop = () => { isStopped = true; };
  void loadFeed().then((code) => {
    if (!isStopped) stop = code.follow(imageId, pollFirst, listener);
  });
  return () => { stop(); };
}
