// What is done for small pictures in the background, by code that is loaded when it is first needed.

/** Makes one of a photo that the server has now. A list does without where that does not work. */
export function makeThumbnail(imageId: string, photo: File): void {
  void import('./thumbnail-store').then(({ keepThumbnail }) => keepThumbnail(imageId, photo)).catch(() => undefined);
}

/** For when the large picture did not load: if it is gone, the small one goes too. */
export function checkThumbnail(imageId: string): void {
  void import('./thumbnail-store').then(({ forgetThumbnailIfGone }) => forgetThumbnailIfGone(imageId)).catch(() => undefined);
}
