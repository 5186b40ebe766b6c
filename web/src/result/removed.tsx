// What was deleted just now, and the way back.

import './edit.css';

import type { ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import { hold, release, type Removal, undo, useRemovals } from './removals';

/** More than these would cover the page. */
const mostShown = 3;

export default function Removed(): ReactNode {
  const removals = useRemovals();
  const shown = removals.filter(({ is }) => is !== 'leaving').slice(-mostShown);
  return (
    <section className="removed" aria-label={moreTexts.removal.bar}>
      {/* Always in the document, so that a screen reader reads it when it comes. */}
      <div role="status">
        <ul>
          {shown.map((removal) => (
            <li key={removal.imageId}>
              <span>{wordsOf(removal)}</span>
              {removal.is !== 'stays' && (
                <button
                  type="button"
                  className="inline-button"
                  aria-label={moreTexts.removal.undoOne(nameOf(removal))}
                  onFocus={() => { hold(removal.imageId); }}
                  onBlur={() => { release(removal.imageId); }}
                  onClick={() => { undo(removal.imageId); }}
                >
                  {moreTexts.removal.undo}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function wordsOf(removal: Removal): string {
  switch (removal.is) {
    case 'undoable':
    case 'leaving':
      return moreTexts.removal.removed(nameOf(removal));
    case 'waiting for the network':
      return moreTexts.removal.waits(nameOf(removal));
    case 'stays':
      return moreTexts.removal.stays(nameOf(removal));
  }
}

function nameOf({ name }: Removal): string {
  return name === '' ? moreTexts.removal.name : name;
}
