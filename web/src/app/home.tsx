// Camera first, then the earlier receipts.

import type { ReactNode } from 'react';

import { formatMoney } from '../shared/i18n/format';
import { texts } from '../shared/i18n/language';
import { InnerLink } from '../shared/ui/inner-link';
import { Pick } from '../shared/ui/pick';
import { useDropAndPaste } from '../submit/drop-and-paste';
import type { UploadQueue, Waiting } from '../submit/upload-queue';
import { WaitingPhotos } from '../submit/waiting-photos';
import type { ReceiptList } from './receipt-list';
import { Receipts } from './receipts';

type Props = {
  list: ReceiptList;
  onPick: (file: File) => void;
  onPickSeveral: (files: readonly File[]) => void;
  queue: UploadQueue;
  waiting: Waiting;
  onOpen: (imageId: string) => void;
  onInsight: () => void;
  /** To where a receipt on several photos is put together. */
  onParts: () => void;
};

export function Home({ list, onPick, onPickSeveral, queue, waiting, onOpen, onInsight, onParts }: Props): ReactNode {
  const hovering = useDropAndPaste((photos) => {
    if (photos.length > 1) onPickSeveral(photos);
    else onPick(photos[0]);
  });
  return (
    <main className="home">
      <header className="home-head">
        <h1 tabIndex={-1}>{texts.name}</h1>
        {list.earned.length > 0 && (
          <p className="earned">
            {texts.home.earned}{' '}
            <strong>{list.earned.map(({ amount, currency }) => formatMoney(amount, currency)).join(' · ')}</strong>
          </p>
        )}
      </header>
      <p className="lead">{texts.home.lead}</p>
      <section className={hovering ? 'finder finder-hovered' : 'finder'}>
        <div className="finder-view" aria-hidden="true">
          <div className="slip">
            <i />
            <i />
            <i />
            <i />
          </div>
        </div>
        <p className="finder-drop">{hovering ? texts.home.dropNow : texts.home.drop}</p>
      </section>
      <div className="actions">
        <Pick from="camera" look="primary" onPick={onPick}>
          {texts.take}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick} onPickSeveral={onPickSeveral}>
          {texts.choose}
        </Pick>
      </div>
      <InnerLink to={{ to: 'parts' }} className="to-parts" onFollow={onParts}>
        {texts.home.parts}
      </InnerLink>
      <WaitingPhotos waiting={waiting} onSend={queue.release} onDiscard={queue.discard} />
      {(list.receipts ?? []).length > 0 && (
        <InnerLink to={{ to: 'insight' }} className="to-insight" onFollow={onInsight}>
          {texts.home.insight}
        </InnerLink>
      )}
      <Receipts list={list} onOpen={onOpen} />
    </main>
  );
}
