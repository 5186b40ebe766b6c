// The receipts that were found, by month, each month with its sums.

import type { ReactNode } from 'react';

import type { ListedReceipt } from '../shared/api/decode';
import { formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { InnerLink } from '../shared/ui/inner-link';
import { ReceiptRow } from '../shared/ui/receipt-row';
import { type Choice, dayOf, firstShown, isCounted, monthOf } from './choice';
import { nameOfMonth, shortDay } from './month';
import { spentOn } from './sums';

type Props = { receipts: ListedReceipt[]; choice: Choice; onChoose: (choice: Choice) => void; onOpen: (imageId: string) => void };

export function Found({ receipts, choice, onChoose, onOpen }: Props): ReactNode {
  const { most } = choice;
  const sorted = receipts.toSorted((a, b) => (dayOf(a) < dayOf(b) ? 1 : dayOf(a) > dayOf(b) ? -1 : 0));
  const months = new Map<string, ListedReceipt[]>();
  for (const receipt of sorted) months.set(monthOf(receipt), [...(months.get(monthOf(receipt)) ?? []), receipt]);
  let room = most;
  return (
    <section className="receipts" aria-label={moreTexts.insight.list}>
      {[...months].map(([month, all]) => {
        const shown = all.slice(0, Math.max(0, room));
        room -= all.length;
        if (shown.length === 0) return null;
        const sums = spentOn(all.filter((receipt) => isCounted(receipt, choice)));
        return (
          <section key={month} aria-label={nameOfMonth(month)}>
            <h2 className="month-head">
              <span>{nameOfMonth(month)}</span>
              <span>{sums.map(({ amount, currency }) => formatMoney(amount, currency)).join(' · ')}</span>
            </h2>
            <ul>
              {shown.map((receipt) => (
                <li key={receipt.imageId}>
                  <InnerLink
                    to={{ to: 'receipt', imageId: receipt.imageId }}
                    className="row"
                    onFollow={() => { onOpen(receipt.imageId); }}
                  >
                    <ReceiptRow receipt={receipt} when={shortDay(dayOf(receipt))} />
                  </InnerLink>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {receipts.length > most && (
        <button type="button" className="button quiet" onClick={() => { onChoose({ ...choice, most: most + firstShown }); }}>
          {moreTexts.insight.more}
        </button>
      )}
    </section>
  );
}
