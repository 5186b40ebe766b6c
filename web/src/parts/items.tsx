// What was bought, in a fold.

import { useEffect, useRef, type ReactNode } from 'react';

import { itemCells, type Item, type Rebate } from '../api/decode';
import { boxOfItem, cellOf, itemKey, offersOn } from '../reading';
import { texts } from '../texts';
import { Lightable } from './facts';

type Props = { items: Item[]; rebate: Rebate | null; lit: string | null; onLight: (key: string | null) => void };

export function Items({ items, rebate, lit, onLight }: Props): ReactNode {
  const fold = useRef<HTMLDetailsElement>(null);
  const isLit = items.some((_, index) => itemKey(index) === lit);
  useEffect(() => {
    if (isLit && fold.current !== null) fold.current.open = true;
  }, [isLit]);

  if (items.length === 0) return null;
  const cells = itemCells.filter((cell) => items.some((item) => item[cell] !== undefined));
  return (
    <details className="fold" ref={fold}>
      <summary>{texts.receipt.items(items.length)}</summary>
      <table className="items">
        <thead>
          <tr>
            {cells.map((cell) => (
              <th key={cell} scope="col" className={`cell-${cell}`}>
                {texts.receipt.item[cell]}
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
                            {texts.receipt.offer(amount)}
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
      </table>
    </details>
  );
}
