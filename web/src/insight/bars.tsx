// Bars that can be tapped. They are buttons with their words and figures, so that a screen reader reads the same.

import { useEffect, useRef, type ReactNode } from 'react';

import { decimalOf } from '../shared/i18n/amounts';
import { formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { nameOfMonth, shortMonth } from './month';
import { type Share, shareOf } from './sums';

type Props = {
  shares: Share[];
  currency: string | null;
  /** The key of the one that is looked at. */
  chosen: string | null;
  onChoose: (share: Share | null) => void;
};

export function MonthBars({ shares, currency, chosen, onChoose }: Props): ReactNode {
  const row = useRef<HTMLUListElement>(null);
  const months = shares.length;
  // The newest months are what people look for.
  useEffect(() => {
    row.current?.scrollTo({ left: row.current.scrollWidth });
  }, [months]);
  const largest = largestOf(shares);
  return (
    <ul className="month-bars" ref={row} aria-label={moreTexts.insight.byMonth}>
      {shares.map((share, index) => (
        <li key={share.key}>
          <button
            type="button"
            aria-pressed={share.key === chosen}
            aria-label={`${nameOfMonth(share.key)}: ${formatMoney(decimalOf(share.units), currency)}`}
            onClick={() => {
              onChoose(share.key === chosen ? null : share);
            }}
          >
            <span className="month-bar">
              <i style={{ height: percent(shareOf(share.units, largest)) }} />
            </span>
            <span>{shortMonth(share.key)}</span>
            <span className="month-year">{isNewYear(share, shares[index - 1]) ? share.key.slice(0, 4) : ''}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function ShopBars({ shares, currency, chosen, onChoose }: Props): ReactNode {
  const largest = largestOf(shares.filter(isOneShop));
  return (
    <ul className="shop-bars" aria-label={moreTexts.insight.byShop}>
      {shares.map((share) => {
        const figures = (
          <>
            <span className="shop-name">{share.name}</span>
            <span className="shop-sum">{formatMoney(decimalOf(share.units), currency)}</span>
          </>
        );
        return (
          <li key={`${share.key} ${share.name}`}>
            {isOneShop(share) ? (
              <button
                type="button"
                className="shop"
                aria-pressed={share.key === chosen}
                onClick={() => {
                  onChoose(share.key === chosen ? null : share);
                }}
              >
                {figures}
                <span className="shop-bar">
                  <i style={{ width: percent(shareOf(share.units, largest)) }} />
                </span>
              </button>
            ) : (
              // Many small ones together would dwarf the large ones.
              <div className="shop">{figures}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Not all others together, and not those without a name. */
function isOneShop({ key }: Share): boolean {
  return key !== '';
}

function isNewYear({ key }: Share, before: Share | undefined): boolean {
  return before?.key.slice(0, 4) !== key.slice(0, 4);
}

function largestOf(shares: Share[]): bigint {
  return shares.reduce((largest, { units }) => (units > largest ? units : largest), 0n);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
