// Corrections, sent to the server, which keeps them beside the machine's reading.

import { type Correctable, decodeFrame, decodeProblem, type JudgedFrame } from './decode';
import { addressOfReceipt } from './receipts';
import { request } from './request';

/** `null` takes a correction back. */
export type Changes = Partial<Record<Correctable, string | null>> & { contested?: boolean };

/** `overtaken`: another change came first. `refused`: the server does not take it, by its code. */
export type Kept =
  | { is: 'kept'; frame: JudgedFrame }
  | { is: 'overtaken' }
  | { is: 'refused'; code: string | null }
  | { is: 'missing' }
  | { is: 'unreachable' };

export async function keepChanges({ imageId, version }: JudgedFrame, changes: Changes): Promise<Kept> {
  const answer = await request(addressOfReceipt(imageId), null, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json', 'if-match': `"${version}"` },
    body: JSON.stringify(changes),
    // The request goes through even if the page is closed at once.
    keepalive: true,
  });
  if (answer === null) return { is: 'unreachable' };
  switch (answer.status) {
    case 200: {
      const frame = decodeFrame(answer.body);
      return frame?.status === 'accepted' || frame?.status === 'rejected' ? { is: 'kept', frame } : { is: 'unreachable' };
    }
    case 404:
      return { is: 'missing' };
    case 412:
      return { is: 'overtaken' };
    case 408:
    case 429:
      return { is: 'unreachable' };
    default:
      return answer.status < 500 ? { is: 'refused', code: decodeProblem(answer.body).code } : { is: 'unreachable' };
  }
}
