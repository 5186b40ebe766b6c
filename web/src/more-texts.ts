// The words of the screens that are loaded when they are opened, in the language that `speak` chose.

import { texts } from './texts';

export type MoreTexts = {
  correcting: {
    edit: string;
    editing: string;
    save: string;
    cancel: string;
    /** Beside a corrected value. */
    readAs: (read: string) => string;
    notRead: string;
    undo: string;
    undoField: (field: string) => string;
    noCurrency: string;
    amountHint: string;
    dateHint: string;
    contest: string;
    contested: string;
    takeBack: string;
    unsaved: { offline: string; unanswered: string; overtaken: string; refused: string; missing: string };
    again: string;
  };
  addsUp: (amount: string) => string;
  missing: (amount: string) => string;
  tooMuch: (amount: string) => string;
  sum: string;
  removal: {
    remove: string;
    name: string;
    removed: (name: string) => string;
    waits: (name: string) => string;
    stays: (name: string) => string;
    undo: string;
    undoOne: (name: string) => string;
    bar: string;
  };
};

/** Set by `speakMore`, before any of those screens is drawn. */
export let more: MoreTexts;

export async function speakMore(): Promise<void> {
  ({ texts: more } = await (texts.language === 'de' ? import('./texts/more/de') : import('./texts/more/en')));
}
