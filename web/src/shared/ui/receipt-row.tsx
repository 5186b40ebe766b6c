// One receipt in a list: its small picture, shop and total, and how far it is.

import { useState, type ReactNode } from 'react';

import { isWorking, type ListedReceipt, type Status } from '../api/decode';
import { thumbnailAddress } from '../api/receipts';
import { formatMoney } from '../i18n/format';
import { texts } from '../i18n/language';
import { useThumbnail } from '../imaging/thumbnails';
import { Mark, type MarkKind } from './mark';

const marks: Record<Status, MarkKind> = {
  uploaded: 'later',
  started: 'now',
  text_detected: 'now',
  accepted: 'done',
  rejected: 'help',
  failed: 'help',
};

export function ReceiptRow({ receipt: { imageId, status, contested, summary }, when }: { receipt: ListedReceipt; when: string }): ReactNode {
  const { rebate } = summary;
  return (
    <>
      <span className="row-picture">
        <Thumbnail imageId={imageId} isRead={!isWorking(status)} />
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

/** Its place is there before it is. Of what this device has not sent the server has one, once it is read; else one is drawn. */
function Thumbnail({ imageId, isRead }: { imageId: string; isRead: boolean }): ReactNode {
  const own = useThumbnail(imageId);
  const [absent, setAbsent] = useState<string | null>(null);
  const address = own === null && isRead ? thumbnailAddress(imageId) : own;
  return (
    <span className={address === null || address === absent ? 'row-thumb thumb-drawn' : 'row-thumb'}>
      {typeof address === 'string' && address !== absent && (
        <img
          src={address}
          alt=""
          loading="lazy"
          onError={() => {
            setAbsent(address);
          }}
        />
      )}
    </span>
  );
}
