// What an image's id tells.

/** Ids begin with the server's time at which they were made (UUIDv7). */
export function createdAt(imageId: string): number | null {
  const [, high, low] = /^([\da-f]{8})-([\da-f]{4})-7/i.exec(imageId) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}
