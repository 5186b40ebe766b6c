// Parts that were picked and not sent yet, kept on this device: a phone may close the page while its camera is open.

import { fileStore, someOf } from '../../shared/device/file-store';

const drafts = fileStore('receipts-draft', 'draft');
const key = 'parts';

export async function keptParts(): Promise<readonly File[]> {
  return (await drafts.get(key)) ?? [];
}

let turn: Promise<unknown> = Promise.resolve();

/** One write after the other: what comes last stays. */
export function keepParts(files: readonly File[]): void {
  const some = someOf(files);
  turn = turn.then(async () => {
    if (some === null) await drafts.delete(key);
    else await drafts.put(key, some);
  });
}
