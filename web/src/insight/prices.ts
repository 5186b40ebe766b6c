// What single things cost over time, from the items of the receipts. They are fetched when the fold is opened, a few at once.

import { useEffect, useState } from 'react';

import type { ListedReceipt } from '../shared/api/decode';
import type { Item } from '../shared/api/receipt-decoder';
import { fetchReceipt } from '../shared/api/receipts';
import { decimalOf, unitsOf } from '../shared/i18n/amounts';
import { dayOf, folded } from './choice';

/** `price` of one piece, as a decimal. */
export type Price = { imageId: string; day: string; shop: string; price: string };
/** One thing in one currency, bought at least twice; from the oldest price to the newest. */
export type Priced = { key: string; name: string; currency: string | null; prices: Price[] };
export type Purchase = { name: string; price: string };

/** The newest ones are looked at. */
export const mostLookedAt = 200;
const atOnce = 4;
/** By id and version, so that nothing is fetched twice while the page is open. */
const known = new Map<string, Purchase[]>();
const mostKnown = 500;

export type Purchases = { byReceipt: ReadonlyMap<string, Purchase[]>; done: number; all: number; missed: boolean };

export function usePurchases(receipts: readonly ListedReceipt[], asked: boolean): Purchases {
  const [, setRound] = useState(0);
  const [missed, setMissed] = useState<ReadonlySet<string>>(new Set());
  const wanted = receipts.filter(({ status }) => status === 'accepted').slice(0, mostLookedAt);
  const keys = wanted.map(keyOf).join(' ');

  useEffect(() => {
    if (!asked) return undefined;
    const leaving = new AbortController();
    const left = wanted.filter((receipt) => !known.has(keyOf(receipt)));
    const lookOneByOne = async () => {
      for (let receipt = left.shift(); receipt !== undefined; receipt = left.shift()) {
        const looked = await fetchReceipt(receipt.imageId, leaving.signal);
        if (leaving.signal.aborted) return;
        const key = keyOf(receipt);
        if (looked.is === 'found' && looked.frame.status === 'accepted') {
          remember(key, looked.frame.receipt.items.flatMap((item) => purchaseOf(item) ?? []));
          setRound((round) => round + 1);
        } else {
          setMissed((missed) => new Set([...missed, key]));
        }
      }
    };
    for (let worker = 0; worker < atOnce; worker += 1) void lookOneByOne();
    return () => {
      leaving.abort();
    };
    // The same receipts come as a new list with every page of the history.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [asked, keys]);

  const byReceipt = new Map(wanted.flatMap((receipt) => {
    const purchases = known.get(keyOf(receipt));
    return purchases === undefined ? [] : [[receipt.imageId, purchases] as const];
  }));
  const gone = wanted.filter((receipt) => missed.has(keyOf(receipt)) && !known.has(keyOf(receipt))).length;
  return { byReceipt, done: byReceipt.size + gone, all: wanted.length, missed: gone > 0 };
}

/** The most often bought first. */
export function pricesOf(receipts: readonly ListedReceipt[], purchases: ReadonlyMap<string, Purchase[]>): Priced[] {
  const things = new Map<string, Priced>();
  for (const receipt of receipts) {
    const { imageId, summary: { currency, merchant } } = receipt;
    for (const { name, price } of purchases.get(imageId) ?? []) {
      const key = `${folded(name)} ${currency ?? ''}`;
      const thing = things.get(key) ?? { key, name, currency, prices: [] };
      things.set(key, { ...thing, prices: [...thing.prices, { imageId, day: dayOf(receipt), shop: merchant ?? '', price }] });
    }
  }
  return [...things.values()]
    .filter(({ prices }) => new Set(prices.map(({ imageId }) => imageId)).size > 1)
    .map((thing) => ({ ...thing, prices: thing.prices.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)) }))
    .sort((a, b) => b.prices.length - a.prices.length || a.name.localeCompare(b.name));
}

/** `null` for what has no name or no price. */
export function purchaseOf({ description, quantity, unitPrice, amount }: Item): Purchase | null {
  const name = description?.value.trim() ?? '';
  if (name === '') return null;
  const each = unitsOf(unitPrice?.value ?? '');
  const sum = unitsOf(amount?.value ?? '');
  const pieces = unitsOf(quantity?.value ?? '') ?? 10_000n;
  const units = each ?? (sum === null || pieces <= 0n ? sum : (sum * 10_000n) / pieces);
  return units === null || units <= 0n ? null : { name, price: decimalOf(units) };
}

function keyOf({ imageId, version }: ListedReceipt): string {
  return `${imageId}:${version}`;
}

function remember(key: string, purchases: Purchase[]): void {
  const [oldest] = known.keys();
  if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
  known.set(key, purchases);
}
