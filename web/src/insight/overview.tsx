// What was spent in the months that are looked at: a figure above all, and bars to look at and to tap.

import type { ReactNode } from 'react';

import type { ListedReceipt } from '../shared/api/decode';
import { decimalOf } from '../shared/i18n/amounts';
import { formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { MonthBars, ShopBars } from './bars';
import { type Choice, folded } from './choice';
import { nameOfMonth } from './month';
import { byMonth, byShop, earnedBy, type Share, spentOn } from './sums';

type Props = {
  /** What is counted in the chosen month, and in every month. */
  counted: ListedReceipt[];
  inEveryMonth: ListedReceipt[];
  choice: Choice;
  onChoose: (choice: Choice) => void;
  currency: string | null;
  onCurrency: (currency: string) => void;
};

const mostShops = 6;

export function Overview({ counted, inEveryMonth, choice, onChoose, currency, onCurrency }: Props): ReactNode {
  const words = moreTexts.insight;
  const spent = spentOn(counted);
  const sum = spent.find((money) => money.currency === currency)?.amount ?? '0';
  const earned = earnedBy(counted).map(({ amount, currency }) => formatMoney(amount, currency)).join(' · ');
  const months = byMonth(inEveryMonth, currency);
  const shops = byShop(counted, currency, mostShops, words);
  const shop = shops.find(({ key }) => key !== '' && key === folded(choice.query))?.key ?? null;
  return (
    <>
      <section className="insight-sum" aria-label={words.spent}>
        <p className="insight-month">
          {choice.month === null ? words.allMonths : nameOfMonth(choice.month)}
          {choice.month !== null && (
            <button type="button" className="inline-button" onClick={() => { onChoose({ ...choice, month: null }); }}>
              {words.allMonths}
            </button>
          )}
        </p>
        <p className={sum.length > 7 ? 'amount amount-long' : 'amount'}>{formatMoney(sum, currency)}</p>
        <p className="aside" role="status">
          {[words.counted(counted.length), ...(earned === '' ? [] : [words.earned(earned)])].join(', ')}
        </p>
        {spent.length > 1 && (
          <div className="chips" role="group" aria-label={words.currency}>
            {spent.map((money) => (
              <button
                key={money.currency}
                type="button"
                className="chip"
                aria-pressed={money.currency === currency}
                onClick={() => { onCurrency(money.currency); }}
              >
                {formatMoney(money.amount, money.currency)}
              </button>
            ))}
          </div>
        )}
      </section>
      <section>
        <h2>{words.byMonth}</h2>
        <MonthBars
          shares={months}
          currency={currency}
          chosen={choice.month}
          onChoose={(month) => { onChoose({ ...choice, month: month?.key ?? null }); }}
        />
        <MonthTable months={months} currency={currency} />
      </section>
      {shops.length > 0 && (
        <section>
          <h2>{words.byShop}</h2>
          <ShopBars
            shares={shops}
            currency={currency}
            chosen={shop}
            onChoose={(shop) => { onChoose({ ...choice, query: shop?.name ?? '' }); }}
          />
        </section>
      )}
    </>
  );
}

function MonthTable({ months, currency }: { months: Share[]; currency: string | null }): ReactNode {
  const words = moreTexts.insight;
  return (
    <details className="fold">
      <summary>{words.asTable}</summary>
      <table className="figures">
        <caption className="unseen">{words.byMonth}</caption>
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            <th scope="col">{words.receipts}</th>
            <th scope="col">{words.spent}</th>
          </tr>
        </thead>
        <tbody>
          {months.toReversed().map(({ key, units, count }) => (
            <tr key={key}>
              <th scope="row">{nameOfMonth(key)}</th>
              <td>{count}</td>
              <td>{formatMoney(decimalOf(units), currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
