// Camera first, then the earlier receipts.

import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';

import { formatMoney } from '../shared/i18n/format';
import { texts } from '../shared/i18n/language';
import { InnerLink } from '../shared/ui/inner-link';
import { Pick } from '../shared/ui/pick';
import { photosAmong } from '../submit/photo';
import type { UploadQueue, Waiting } from '../submit/upload-queue';
import { WaitingPhotos } from '../submit/waiting-photos';
import type { ReceiptList } from './receipt-list';
import { Receipts } from './receipts';

type Props = {
  list: ReceiptList;
  onPick: (file: File) => void;
  onPickSeveral: (files: File[]) => void;
  queue: UploadQueue;
  waiting: Waiting;
  onOpen: (imageId: string) => void;
  onInsight: () => void;
  /** To where a receipt on several photos is put together. */
  onParts: () => void;
};

export function Home({ list, onPick, onPickSeveral, queue, waiting, onOpen, onInsight, onParts }: Props): ReactNode {
  const hovering = useDropAndPaste(onPick, onPickSeveral);
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

/** Whether something is held over the page. */
function useDropAndPaste(onPick: (file: File) => void, onPickSeveral: (files: File[]) => void): boolean {
  const [hovering, setHovering] = useState(false);
  const onFiles = useEffectEvent((files: FileList | undefined) => {
    const photos = photosAmong(files);
    const [photo] = photos;
    if (photos.length > 1) onPickSeveral(photos);
    else if (photo !== undefined) onPick(photo);
  });
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
      setHovering(true);
    }, { signal });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) setHovering(false);
    }, { signal });
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      setHovering(false);
      onFiles(event.dataTransfer?.files);
    }, { signal });
    document.addEventListener('paste', (event) => {
      onFiles(event.clipboardData?.files);
    }, { signal });
    return () => {
      listening.abort();
    };
  }, []);
  return hovering;
}
