// Photos that wait on this device: those that go by themselves, and those that a person decides on.

import type { ReactNode } from 'react';

import { texts } from '../shared/i18n/language';
import type { KeptPhoto } from './photo-store';
import type { Waiting } from './upload-queue';

type Props = { waiting: Waiting; onSend: (photo: KeptPhoto) => void; onDiscard: (photo: KeptPhoto) => void };

export function WaitingPhotos({ waiting: { asking, going }, onSend, onDiscard }: Props): ReactNode {
  const { waiting: words } = texts.home;
  const [first] = asking;
  return (
    <>
      {/* Always in the document, so that a screen reader reads it when it comes. */}
      <p className={going > 0 ? 'waiting' : 'unseen'} role="status">
        {going > 0 && (navigator.onLine ? words.going(going) : words.offline(going))}
      </p>
      {first !== undefined && (
        <section className="waiting" aria-label={words.heading(asking.length)}>
          <p>
            <strong>{words.heading(asking.length)}</strong>
            <span>{words.body}</span>
          </p>
          <div className="actions">
            <button
              type="button"
              className="button primary"
              onClick={() => {
                asking.forEach(onSend);
              }}
            >
              {words.send}
            </button>
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                onDiscard(first);
              }}
            >
              {words.discard}
            </button>
          </div>
        </section>
      )}
    </>
  );
}
