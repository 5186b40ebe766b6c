// What a person may correct, with what was read beside what they corrected.

import { useEffect, useRef, useState, type ReactNode } from 'react';

import { correctables, type JudgedFrame } from '../shared/api/decode';
import { moreTexts } from '../shared/i18n/language';
import { Edit } from './edit';
import { factOf } from './reading';
import type { Correcting } from './use-corrections';

type Props = { frame: JudgedFrame; correcting: Correcting };
type EditableProps = Props & { lit: string | null; onLight: (key: string | null) => void; children: ReactNode };

export function Editable({ frame, correcting, lit, onLight, children }: EditableProps): ReactNode {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) button.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  if (editing) {
    return (
      <Edit
        frame={frame}
        busy={correcting.busy}
        lit={lit}
        onLight={onLight}
        onSave={(changes) => {
          setEditing(false);
          correcting.change(changes);
        }}
        onCancel={() => {
          setEditing(false);
        }}
      />
    );
  }
  return (
    <div className="editable">
      {children}
      <button
        ref={button}
        type="button"
        className="inline-button edit-button"
        onClick={() => {
          setEditing(true);
        }}
      >
        {moreTexts.correcting.edit}
      </button>
    </div>
  );
}

/** Under a value that a person corrected: what the machine had read, and the way back to it. */
export function ReadAs({ name, frame, correcting }: Props & { name: string }): ReactNode {
  const field = correctables.find((correctable) => correctable === name);
  if (field === undefined || frame.corrections[field] === undefined) return null;
  const read = factOf(field, frame.receipt)?.shown;
  return (
    <p className="read-as">
      {read === undefined ? moreTexts.correcting.notRead : moreTexts.correcting.readAs(read)}
      <button
        type="button"
        className="inline-button"
        aria-label={moreTexts.correcting.undoField(moreTexts.receipt.fields[field])}
        aria-disabled={correcting.busy}
        onClick={() => {
          correcting.change({ [field]: null });
        }}
      >
        {moreTexts.correcting.undo}
      </button>
    </p>
  );
}

/** Why a change was not saved. Always in the document, so that a screen reader reads it when it comes. */
export function NotSaved({ correcting: { unsaved, change } }: { correcting: Correcting }): ReactNode {
  const again = unsaved?.again ?? null;
  return (
    <div className={unsaved === null ? 'unseen' : 'not-saved'} role="status">
      {unsaved !== null && <p>{moreTexts.correcting.unsaved[unsaved.why]}</p>}
      {again !== null && (
        <button
          type="button"
          className="inline-button"
          onClick={() => {
            change(again);
          }}
        >
          {moreTexts.correcting.again}
        </button>
      )}
    </div>
  );
}

/** Says that the person contested the verdict, with a button that takes it back. */
export function Contested({ frame, correcting }: Props): ReactNode {
  const note = useRef<HTMLParagraphElement>(null);
  const was = useRef(frame.contested);
  useEffect(() => {
    if (frame.contested && !was.current) note.current?.focus();
    was.current = frame.contested;
  }, [frame.contested]);
  if (!frame.contested) return null;
  return (
    <p ref={note} className="contested" tabIndex={-1}>
      {moreTexts.correcting.contested}
      <button
        type="button"
        className="inline-button"
        aria-disabled={correcting.busy}
        onClick={() => {
          correcting.change({ contested: false });
        }}
      >
        {moreTexts.correcting.takeBack}
      </button>
    </p>
  );
}
