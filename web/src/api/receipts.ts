// What the server keeps: one receipt, its picture's address, the list.

import { decodeContentType, decodeFrame, decodeReceiptPage, type Frame, type ReceiptPage } from './decode';

const patienceMs = 10_000;
const pageSize = 50;

export type Found = { is: 'found'; frame: Frame; contentType: string | null };
/** `missing`: not there, or not yours. `unreachable`: no answer that makes sense; ask again later. */
export type Looked = Found | { is: 'missing' } | { is: 'unreachable' };
export type Listed = { is: 'listed'; page: ReceiptPage } | { is: 'unreachable' };

export async function lookAtReceipt(imageId: string, signal: AbortSignal): Promise<Looked> {
  const answer = await getJson(`/receipts/${encodeURIComponent(imageId)}`, signal);
  if (answer === null) return { is: 'unreachable' };
  if (answer.status === 404) return { is: 'missing' };
  const frame = decodeFrame(answer.body);
  if (frame === null) return { is: 'unreachable' };
  return { is: 'found', frame, contentType: decodeContentType(answer.body) };
}

/** The receipts before `before`, newest first; from the newest one where it is `null`. */
export async function listReceipts(before: string | null, signal: AbortSignal): Promise<Listed> {
  const query = new URLSearchParams({ limit: String(pageSize) });
  if (before !== null) query.set('before', before);
  const answer = await getJson(`/receipts?${query.toString()}`, signal);
  const page = decodeReceiptPage(answer?.body);
  return page === null ? { is: 'unreachable' } : { is: 'listed', page };
}

export function pictureAddress(imageId: string): string {
  return `/receipts/${encodeURIComponent(imageId)}/image`;
}

/** `null` when nobody answered in time. */
async function getJson(path: string, signal: AbortSignal): Promise<{ status: number; body: unknown } | null> {
  const patience = new AbortController();
  const giveUp = () => {
    patience.abort();
  };
  const timer = setTimeout(giveUp, patienceMs);
  signal.addEventListener('abort', giveUp);
  try {
    if (signal.aborted) return null;
    const response = await fetch(path, { headers: { accept: 'application/json' }, signal: patience.signal });
    const body: unknown = response.ok ? await response.json() : null;
    return { status: response.status, body };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
