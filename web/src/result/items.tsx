// What was bought, in a fold.

import { useEffect, useRef, type ReactNode } from 'react';

import type { ItemSum, Rebate } from '../shared/api/decode';
import { itemCells, type Receipt } from '../shared/api/receipt-decoder';
import { formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { Lightable } from './facts';
import { boxOfItem, cellOf, itemKey, offersOn } from './reading';

type Props = {
  receipt: Receipt;
  rebate: Rebate | null;
  /** What the verdict says that the amounts come to. */
  sum: ItemSum | null;
  lit: string | null;
  onLight: (key: string | null) => void;
};

export function Items({ receipt, rebate, sum, lit, onLight }: Props): ReactNode {
  const { items } = receipt;
  const fold = useRef<HTMLDetailsElement>(null);
  const isLit = items.some((_, index) => itemKey(index) === lit);
  useEffect(() => {
    if (isLit && fold.current !== null) fold.current.open = true;
  }, [isLit]);

  if (items.length === 0) return null;
  const cells = itemCells.filter((cell) => items.some((item) => item[cell] !== undefined));
  return (
    <details className="fold" ref={fold}>
      <summary>
        <span>
          {moreTexts.receipt.items(items.length)}{' '}
          {sum !== null && (
            <small className={sum.is === 'fits' ? 'sum-check' : 'sum-check help'}>
              {wordsOf(sum, receipt.fields.currency?.value ?? null)}
            </small>
          )}
        </span>
      </summary>
      <table className="items">
        <thead>
          <tr>
            {cells.map((cell) => (
              <th key={cell} scope="col" className={`cell-${cell}`}>
                {moreTexts.receipt.item[cell]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => {
            const key = itemKey(index);
            return (
              <tr key={key} className={key === lit ? 'is-lit' : ''}>
                {cells.map((cell, place) => (
                  <td key={cell} className={`cell-${cell}`}>
                    {place === 0 ? (
                      <Lightable id={boxOfItem(item) === null ? null : key} className="item" lit={lit} onLight={onLight}>
                        {cellOf(cell, item)}
                        {offersOn(index, rebate).map((amount, offer) => (
                          <span key={offer} className="offer">
                            {moreTexts.receipt.offer(amount)}
                          </span>
                        ))}
                      </Lightable>
                    ) : (
                      cellOf(cell, item)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        {sum !== null && cells.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={cells.length - 1}>
                {moreTexts.sum}
              </th>
              <td>{formatMoney(sum.sum, null)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </details>
  );
}

function wordsOf({ is, sum, difference }: ItemSum, currency: string | null): string {
  switch (is) {
    case 'fits':
      return moreTexts.addsUp(formatMoney(sum, currency));
    case 'missing':
      return difference === null ? '' : moreTexts.missing(formatMoney(difference, currency));
    case 'too_much':
      return difference === null ? '' : moreTexts.tooMuch(formatMoney(difference, currency));
  }
}
