// The earlier receipts, newest first, by day.

import type { ReactNode } from 'react';

import type { ListedReceipt } from '../shared/api/decode';
import { useRemovedIds } from '../shared/device/removed-ids';
import { formatTime, nameOfDay } from '../shared/i18n/format';
import { texts } from '../shared/i18n/language';
import { InnerLink } from '../shared/ui/inner-link';
import { ReceiptRow } from '../shared/ui/receipt-row';
import type { ReceiptList } from './receipt-list';

type Props = { list: ReceiptList; onOpen: (imageId: string) => void };

export function Receipts({ list, onOpen }: Props): ReactNode {
  const { next, reachable, look, older } = list;
  const hidden = useRemovedIds();
  const receipts = list.receipts?.filter(({ imageId }) => !hidden.has(imageId)) ?? null;
  return (
    <section className="receipts" aria-label={texts.home.receipts}>
      {receipts === null && reachable && <p className="aside">{texts.home.loading}</p>}
      {receipts?.length === 0 && <p className="aside">{texts.home.none}</p>}
      {byDay(receipts ?? []).map(({ day, receipts }) => (
        <section key={day} aria-label={day}>
          <h2>{day}</h2>
          <ul>
            {receipts.map((receipt) => (
              <li key={receipt.imageId}>
                <InnerLink
                  to={{ to: 'receipt', imageId: receipt.imageId }}
                  className="row"
                  onFollow={() => {
                    onOpen(receipt.imageId);
                  }}
                >
                  <ReceiptRow receipt={receipt} when={formatTime(receipt.createdAt)} />
                </InnerLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {next !== null && (
        <button type="button" className="button quiet" onClick={older}>
          {texts.home.older}
        </button>
      )}
      {!reachable && (
        <p className="aside" role="status">
          {texts.home.unreachable}{' '}
          <button type="button" className="inline-button" onClick={look}>
            {texts.home.lookAgain}
          </button>
        </p>
      )}
    </section>
  );
}

function byDay(receipts: ListedReceipt[]): { day: string; receipts: ListedReceipt[] }[] {
  const now = new Date();
  const days = new Map<string, ListedReceipt[]>();
  for (const receipt of receipts) {
    const day = nameOfDay(receipt.createdAt, now);
    days.set(day, [...(days.get(day) ?? []), receipt]);
  }
  return [...days].map(([day, receipts]) => ({ day, receipts }));
}
