// The earlier receipts, newest first, by day.

import type { ReactNode } from 'react';

import type { ListedReceipt, Status } from '../api/decode';
import { formatMoney, formatTime, nameOfDay } from '../format';
import { useHidden } from '../hidden';
import type { ReceiptList } from '../list';
import { texts } from '../texts';
import { useThumb } from '../thumbs';
import { InnerLink } from './inner-link';
import { Mark, type MarkKind } from './mark';

const marks: Record<Status, MarkKind> = {
  uploaded: 'later',
  started: 'now',
  text_detected: 'now',
  accepted: 'done',
  rejected: 'help',
  failed: 'help',
};

type Props = { list: ReceiptList; onOpen: (imageId: string) => void };

export function Receipts({ list, onOpen }: Props): ReactNode {
  const { next, reachable, look, older } = list;
  const hidden = useHidden();
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
                  <Row receipt={receipt} when={formatTime(receipt.createdAt)} />
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

export function Row({ receipt: { imageId, status, contested, summary }, when }: { receipt: ListedReceipt; when: string }): ReactNode {
  const { rebate } = summary;
  return (
    <>
      <span className="row-picture">
        <Thumb imageId={imageId} />
        <Mark kind={marks[status]} />
      </span>
      <span className="row-name">{summary.merchant ?? texts.home.unnamed[status]}</span>
      <span className="row-total">{summary.total === null ? '' : formatMoney(summary.total, summary.currency)}</span>
      <span className="row-state">
        <span>
          {texts.home.status[status]}
          {contested && `, ${texts.home.contested}`} · {when}
        </span>
        {status === 'accepted' && rebate !== null && (
          <span className="row-rebate">
            {/* The sum above it names the currency, where it is the same. */}
            {texts.home.earnedByOne(formatMoney(rebate.amount, rebate.currency === summary.currency ? null : rebate.currency))}
          </span>
        )}
      </span>
    </>
  );
}

/** Its place is there before it is; a drawn receipt stands for those that were sent from elsewhere. */
function Thumb({ imageId }: { imageId: string }): ReactNode {
  const address = useThumb(imageId);
  return (
    <span className={address === null ? 'row-thumb thumb-drawn' : 'row-thumb'}>
      {typeof address === 'string' && <img src={address} alt="" />}
    </span>
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
