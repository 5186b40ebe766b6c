// What the server keeps: one receipt, the addresses of its pictures, the list.

import { decodeFrame, decodeReceiptPage, decodeSent, type Frame, type ReceiptPage, type Sent } from './decode';
import { request } from './request';

/** Of the list on the first screen. */
const pageSize = 50;

export type Found = { is: 'found'; frame: Frame; sent: Sent };
/** `missing`: not there, or not yours. `unreachable`: no answer that makes sense; it may come later. */
export type Fetched = Found | { is: 'missing' } | { is: 'unreachable' };
export type Listed = { is: 'listed'; page: ReceiptPage } | { is: 'unreachable' };

export async function fetchReceipt(imageId: string, signal: AbortSignal): Promise<Fetched> {
  const answer = await request(addressOfReceipt(imageId), signal);
  if (answer === null) return { is: 'unreachable' };
  if (answer.status === 404) return { is: 'missing' };
  const frame = answer.status === 200 ? decodeFrame(answer.body) : null;
  if (frame === null) return { is: 'unreachable' };
  return { is: 'found', frame, sent: decodeSent(answer.body) };
}

/** The receipts before `before`, newest first; from the newest one where it is `null`. */
export async function listReceipts(before: string | null, signal: AbortSignal, limit = pageSize): Promise<Listed> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (before !== null) query.set('before', before);
  const answer = await request(`/receipts?${query.toString()}`, signal);
  const page = answer?.status === 200 ? decodeReceiptPage(answer.body) : null;
  return page === null ? { is: 'unreachable' } : { is: 'listed', page };
}

/** Of a page as every browser shows it, counted from 1. */
export function previewAddress(imageId: string, page: number): string {
  return `${addressOfReceipt(imageId)}/preview?page=${page}`;
}

/** Of the small picture, for lists. */
export function thumbnailAddress(imageId: string): string {
  return `${addressOfReceipt(imageId)}/thumbnail`;
}

export function addressOfReceipt(imageId: string): string {
  return `/receipts/${encodeURIComponent(imageId)}`;
}
