// Camera first, then the earlier receipts.

import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';

import { formatMoney } from '../format';
import type { ReceiptList } from '../list';
import { discard, waitingPhoto, type KeptPhoto } from '../outbox';
import { Pick } from '../parts/pick';
import { Receipts } from '../parts/receipts';
import { photoAmong } from '../photo';
import { texts } from '../texts';

type Props = {
  list: ReceiptList;
  onPick: (file: File) => void;
  onSend: (photo: KeptPhoto) => void;
  onOpen: (imageId: string) => void;
};

export function Home({ list, onPick, onSend, onOpen }: Props): ReactNode {
  const hovering = useDropAndPaste(onPick);
  const [waiting, setWaiting] = useWaitingPhoto();
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
        <Pick from="files" look="quiet" onPick={onPick}>
          {texts.choose}
        </Pick>
      </div>
      {waiting !== null && (
        <section className="waiting" aria-label={texts.home.waiting.heading}>
          <p>
            <strong>{texts.home.waiting.heading}</strong>
            <span>{texts.home.waiting.body}</span>
          </p>
          <div className="actions">
            <button type="button" className="button primary" onClick={() => { onSend(waiting); }}>
              {texts.home.waiting.send}
            </button>
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                void discard(waiting.key);
                setWaiting(null);
              }}
            >
              {texts.home.waiting.discard}
            </button>
          </div>
        </section>
      )}
      <Receipts list={list} onOpen={onOpen} />
    </main>
  );
}

/** Whether something is held over the page. */
function useDropAndPaste(onPick: (file: File) => void): boolean {
  const [hovering, setHovering] = useState(false);
  const onFiles = useEffectEvent((files: FileList | undefined) => {
    const photo = photoAmong(files);
    if (photo !== null) onPick(photo);
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

function useWaitingPhoto(): [KeptPhoto | null, (photo: null) => void] {
  const [waiting, setWaiting] = useState<KeptPhoto | null>(null);
  useEffect(() => {
    let left = false;
    void waitingPhoto().then((photo) => {
      if (!left) setWaiting(photo);
    });
    return () => {
      left = true;
    };
  }, []);
  return [waiting, setWaiting];
}
