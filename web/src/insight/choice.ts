// Which receipts a person looks at: by words, by kind, by month.

import type { ListedReceipt } from '../shared/api/decode';
import { decimalOf, typedAmount, unitsOf } from '../shared/i18n/amounts';
import type { MoreTexts } from '../shared/i18n/more-texts';

export type Filter = keyof MoreTexts['insight']['filters'];
export const filters: readonly Filter[] = ['all', 'accepted', 'rejected', 'rebate'];
/**
 * `month`: "2018-12", or `null` for all. `most`: how many of them stand in the list. `prices`: whether what things cost is
 * looked at.
 */
export type Choice = { query: string; filter: Filter; month: string | null; most: number; prices: boolean };

/** In the list, until more are asked for. */
export const firstShown = 50;

/** The names of what was bought, by the receipt's id, where they are known. */
export type KnownItems = ReadonlyMap<string, readonly string[]>;

/** What is still being read, or could not be, is in no history. */
export function isJudged({ status }: ListedReceipt): boolean {
  return status === 'accepted' || status === 'rejected';
}

export function isChosen(receipt: ListedReceipt, choice: Choice, items: KnownItems): boolean {
  if (choice.month !== null && monthOf(receipt) !== choice.month) return false;
  return passes(receipt, choice.filter) && matches(receipt, choice.query, items);
}

/** Of all that is shown, only what was accepted is counted: the same receipt sent twice was paid once. */
export function isCounted({ status }: ListedReceipt, { filter }: Choice): boolean {
  return filter === 'rejected' ? status === 'rejected' : status === 'accepted';
}

/** That of the printed date; where there is none, of the day on which it was sent. */
export function dayOf({ createdAt, summary: { date } }: ListedReceipt): string {
  if (date !== null && /^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  const sent = new Date(createdAt);
  if (Number.isNaN(sent.getTime())) return createdAt.slice(0, 10);
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${sent.getFullYear()}-${twoDigits(sent.getMonth() + 1)}-${twoDigits(sent.getDate())}`;
}

export function monthOf(receipt: ListedReceipt): string {
  return dayOf(receipt).slice(0, 7);
}

/** For comparing: "Café  Noir" and "cafe noir" are one. */
export function folded(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

function passes({ status, summary }: ListedReceipt, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'accepted':
    case 'rejected':
      return status === filter;
    case 'rebate':
      return status === 'accepted' && summary.rebate !== null;
  }
}

function matches({ imageId, summary }: ListedReceipt, query: string, items: KnownItems): boolean {
  const wanted = folded(query);
  if (wanted === '') return true;
  if (folded(summary.merchant ?? '').includes(wanted)) return true;
  if ((items.get(imageId) ?? []).some((name) => folded(name).includes(wanted))) return true;
  const amount = typedAmount(query);
  const total = summary.total === null ? null : unitsOf(summary.total);
  if (amount === null || total === null) return false;
  // "9" finds 9.00 and 9.40, "9.4" only the latter.
  return amount.includes('.') ? unitsOf(amount) === total : decimalOf(total).replace(/\..*$/, '') === amount;
}
