// What was spent and earned: by currency, by month, by shop. Exact, in ten-thousandths.

import type { ListedReceipt, Money } from '../shared/api/decode';
import { decimalOf, unitsOf } from '../shared/i18n/amounts';
import { folded, monthOf } from './choice';

/** One bar. `units` are ten-thousandths of the currency. */
export type Share = { key: string; name: string; units: bigint; count: number };

const mostMonths = 24;

/** The currencies of what was spent, the most used first. */
export function currenciesOf(receipts: readonly ListedReceipt[]): string[] {
  const counts = new Map<string, number>();
  for (const { summary } of receipts) {
    if (summary.currency !== null && summary.total !== null) counts.set(summary.currency, (counts.get(summary.currency) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([currency]) => currency);
}

/** By currency, the most used first. */
export function spentOn(receipts: readonly ListedReceipt[]): Money[] {
  return currenciesOf(receipts).map((currency) => ({
    currency,
    amount: decimalOf(receipts.reduce((sum, receipt) => sum + spentIn(currency, receipt), 0n)),
  }));
}

/** By currency. */
export function earnedBy(receipts: readonly ListedReceipt[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { status, summary: { rebate } } of receipts) {
    if (status === 'accepted' && rebate !== null) {
      sums.set(rebate.currency, (sums.get(rebate.currency) ?? 0n) + (unitsOf(rebate.amount) ?? 0n));
    }
  }
  return [...sums].map(([currency, units]) => ({ currency, amount: decimalOf(units) }));
}

/** From the oldest month to the newest; empty ones between them stand too, where they are few. */
export function byMonth(receipts: readonly ListedReceipt[], currency: string | null): Share[] {
  const months = new Map<string, Share>();
  for (const receipt of receipts) {
    const month = monthOf(receipt);
    add(months, month, month, spentIn(currency, receipt));
  }
  const sorted = [...months.keys()].sort();
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const all = monthsBetween(oldest, newest) ?? sorted.slice(-mostMonths);
  return all.map((month) => months.get(month) ?? { key: month, name: month, units: 0n, count: 0 });
}

/** The largest first. The last one gathers what comes after the `most` largest. */
export function byShop(receipts: readonly ListedReceipt[], currency: string | null, most: number, words: { unnamed: string; others: string }): Share[] {
  const shops = new Map<string, Share>();
  for (const receipt of receipts) {
    const name = receipt.summary.merchant ?? '';
    const units = spentIn(currency, receipt);
    if (units > 0n) add(shops, folded(name), name === '' ? words.unnamed : name, units);
  }
  const sorted = [...shops.values()].sort((a, b) => (b.units > a.units ? 1 : b.units < a.units ? -1 : 0));
  if (sorted.length <= most + 1) return sorted;
  const others = sorted.slice(most);
  const units = others.reduce((sum, shop) => sum + shop.units, 0n);
  const count = others.reduce((sum, shop) => sum + shop.count, 0);
  return [...sorted.slice(0, most), { key: '', name: words.others, units, count }];
}

/** From 0 to 1, for drawing; money itself never becomes a float. */
export function shareOf(units: bigint, largest: bigint): number {
  return largest <= 0n ? 0 : Number((units * 10_000n) / largest) / 10_000;
}

function spentIn(currency: string | null, { summary }: ListedReceipt): bigint {
  return summary.currency === currency ? (unitsOf(summary.total ?? '') ?? 0n) : 0n;
}

function add(shares: Map<string, Share>, key: string, name: string, units: bigint): void {
  const known = shares.get(key);
  if (known === undefined) shares.set(key, { key, name, units, count: 1 });
  else shares.set(key, { ...known, units: known.units + units, count: known.count + 1 });
}

/** `null` where there are too many. */
function monthsBetween(oldest: string, newest: string): string[] | null {
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const [first, last] = [number(oldest), number(newest)];
  if (last - first >= mostMonths) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const month = first + index;
    return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}
