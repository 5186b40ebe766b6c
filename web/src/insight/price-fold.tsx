// The price of an item over time, looked up when it is opened.

import { useState, type ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import { PriceLine } from './price-line';
import type { Priced, Purchases } from './prices';

type Props = { things: Priced[]; purchases: Purchases; open: boolean; onOpen: (open: boolean) => void };

export function PriceFold({ things, purchases: { done, all, missed }, open, onOpen }: Props): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null);
  const thing = things.find(({ key }) => key === chosen) ?? things[0];
  const words = moreTexts.insight.prices;
  return (
    <details
      className="fold prices"
      open={open}
      onToggle={(event) => {
        // The fold of the table inside says the same of itself.
        if (event.target === event.currentTarget && event.currentTarget.open !== open) onOpen(!open);
      }}
    >
      <summary>{words.heading}</summary>
      <p className="aside" role="status">
        {done < all ? words.looking(done + 1, all) : thing === undefined ? words.none : missed ? words.partly : ''}
      </p>
      {thing !== undefined && (
        <>
          <label className="price-item">
            <span>{words.item}</span>
            <select value={thing.key} onChange={(event) => { setChosen(event.currentTarget.value); }}>
              {things.map(({ key, name, currency, prices }) => (
                <option key={key} value={key}>
                  {`${name} (${[prices.length, ...(currency === null ? [] : [currency])].join(', ')})`}
                </option>
              ))}
            </select>
          </label>
          <PriceLine thing={thing} />
        </>
      )}
    </details>
  );
}
