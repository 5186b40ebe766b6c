// The price of one thing over time: a line to look at, and the same as a table.

import { type ReactNode } from 'react';

import { unitsOf } from '../shared/i18n/amounts';
import { formatDay, formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import type { Priced } from './prices';

type Point = { left: number; top: number };

export function PriceLine({ thing: { name, currency, prices } }: { thing: Priced }): ReactNode {
  const points = pointsOf(prices);
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return null;
  const sorted = prices.map(({ price }) => unitsOf(price) ?? 0n);
  const cheapest = prices[sorted.indexOf(sorted.reduce((a, b) => (a < b ? a : b)))] ?? first;
  const dearest = prices[sorted.indexOf(sorted.reduce((a, b) => (a > b ? a : b)))] ?? last;
  const money = (price: string) => formatMoney(price, currency);
  const words = moreTexts.insight.prices;
  return (
    <>
      <p className="price-told">{words.told(money(first.price), money(last.price))}</p>
      <figure className="price-line" aria-hidden="true">
        <div className="price-scale">
          <span>{money(dearest.price)}</span>
          <span>{cheapest.price === dearest.price ? '' : money(cheapest.price)}</span>
        </div>
        <div className="price-plot">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none">
            <polyline points={points.map(({ left, top }) => `${left},${top}`).join(' ')} />
          </svg>
          {points.map(({ left, top }, index) => (
            <i key={index} style={{ left: `${left}%`, top: `${top}%` }} title={titleOf(index)} />
          ))}
        </div>
        <div className="price-days">
          <span>{formatDay(first.day)}</span>
          <span>{formatDay(last.day)}</span>
        </div>
      </figure>
      <details className="fold">
        <summary>{moreTexts.insight.asTable}</summary>
        <table className="figures">
          <caption className="unseen">{`${words.heading}: ${name}`}</caption>
          <thead>
            <tr>
              <th scope="col">{words.date}</th>
              <th scope="col">{moreTexts.insight.shop}</th>
              <th scope="col">{words.price}</th>
            </tr>
          </thead>
          <tbody>
            {prices.map(({ imageId, day, shop, price }, index) => (
              <tr key={`${imageId}-${index}`}>
                <td>{formatDay(day)}</td>
                <td>{shop}</td>
                <td>{money(price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );

  function titleOf(index: number): string {
    const point = prices[index];
    return point === undefined ? '' : words.point(formatDay(point.day), money(point.price), point.shop);
  }
}

/** In per cent of the plot. Days lie as far apart as they were; one price alone lies in the middle. */
export function pointsOf(prices: Priced['prices']): Point[] {
  const days = prices.map(({ day }) => Date.parse(`${day}T12:00:00Z`));
  const amounts = prices.map(({ price }) => Number(price));
  const [lefts, rights] = [scaleOf(days), scaleOf(amounts)];
  return prices.map((_, index) => ({ left: lefts[index] ?? 50, top: 100 - (rights[index] ?? 50) }));
}

function scaleOf(values: number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (most > least ? Math.round((10_000 * (value - least)) / (most - least)) / 100 : 50));
}
