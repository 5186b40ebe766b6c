// Where the photos of one receipt are put together before they are sent, or told apart as receipts of their own.

import './parts.css';

import { useRef, useState, type ReactNode } from 'react';

import { type Files, someOf } from '../../shared/device/file-store';
import { moreTexts, texts } from '../../shared/i18n/language';
import { Pick } from '../../shared/ui/pick';
import { useDropAndPaste } from '../drop-and-paste';
import { keepParts } from './draft';
import { mostParts, placeOf } from './part-list';
import { Strip } from './strip';
import { Tools } from './tools';
import { useParts } from './use-parts';

type Props = {
  /** Without them those that were kept here. */
  given: Files | null;
  /** Whether it is not known that they are of one receipt. */
  ask: boolean;
  /** `taken`: some may still be made smaller. Both end once the photos are kept. */
  onSend: (files: Files, as: 'taken' | 'prepared') => Promise<void>;
  onSendEach: (files: Files) => Promise<void>;
};

export default function PartsScreen({ given, ask, onSend, onSendEach }: Props): ReactNode {
  const words = moreTexts.parts;
  const list = useParts(given);
  const { parts, chosen, change, add, retake } = list;
  const [areOne, setAreOne] = useState(!ask);
  const [told, tell] = useState('');
  const lead = useRef<HTMLParagraphElement>(null);
  const hovering = useDropAndPaste(add);
  const files = someOf(parts.map(({ file }) => file));
  const part = parts.find(({ id }) => id === chosen);

  const handOver = (send: (files: Files) => Promise<void>) => {
    // Not before the photos are kept where they wait to be sent.
    if (files !== null) void send(files).then(() => { keepParts([]); });
  };
  const move = (id: number, to: number) => {
    change({ is: 'moved', id, to });
    tell(words.moved(Math.min(Math.max(0, to), parts.length - 1) + 1, parts.length));
  };

  return (
    <>
      <p className="lead" ref={lead} tabIndex={-1}>{areOne ? words.lead : words.ask(parts.length)}</p>
      {parts.length > 0 && (
        <Strip parts={parts} chosen={areOne ? chosen : null} onChoose={(id) => { change({ is: 'chosen', id }); }} onMove={move} />
      )}
      <p className="unseen" role="status">{told}</p>
      {areOne && part !== undefined && (
        <Tools
          part={part}
          place={placeOf(part.id, parts)}
          count={parts.length}
          onMove={(to) => { move(part.id, to); }}
          onRetake={(file) => {
            retake(part.id, file);
            tell(words.retaken(placeOf(part.id, parts) + 1));
          }}
          onRemove={() => {
            change({ is: 'removed', id: part.id });
            tell(words.removed(parts.length - 1));
            // The button that had the focus goes with the last part.
            if (parts.length === 1) lead.current?.focus();
          }}
        />
      )}
      {areOne ? (
        <>
          {parts.length < mostParts ? (
            <div className={hovering ? 'actions actions-hovered' : 'actions'}>
              <Pick from="camera" look={parts.length === 0 ? 'primary' : 'quiet'} onPick={(file) => { add([file]); }}>
                {parts.length === 0 ? words.first : moreTexts.doubtful.addPart}
              </Pick>
              <Pick from="files" look="quiet" onPick={(file) => { add([file]); }} onPickSeveral={add}>
                <span className="for-hand">{texts.choose}</span>
                <span className="for-desk">{parts.length === 0 ? words.choose : moreTexts.doubtful.addPart}</span>
              </Pick>
            </div>
          ) : (
            <p className="aside">{words.full}</p>
          )}
          {files === null && <p className="aside for-desk">{texts.home.drop}</p>}
          {files !== null && (
            <div className="actions actions-stay">
              <button
                type="button"
                className="button primary"
                onClick={() => { handOver((files) => onSend(files, parts.every(({ isReady }) => isReady) ? 'prepared' : 'taken')); }}
              >
                {words.send(parts.length)}
              </button>
            </div>
          )}
        </>
      ) : (
        <div className="actions">
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setAreOne(true);
              lead.current?.focus();
            }}
          >
            {words.one}
          </button>
          <button type="button" className="button quiet" onClick={() => { handOver(onSendEach); }}>
            {words.several(parts.length)}
          </button>
        </div>
      )}
    </>
  );
}
