// English, for the screens that are loaded later.

import type { MoreTexts } from '../../more-texts';

export const texts: MoreTexts = {
  correcting: {
    edit: 'Edit',
    editing: 'Set right what we misread',
    save: 'Save',
    cancel: 'Cancel',
    readAs: (read) => `read as ${read}`,
    notRead: 'not read',
    undo: 'Undo',
    undoField: (field) => `Undo: ${field}`,
    noCurrency: 'Not known',
    amountHint: 'An amount like 8.50, please.',
    dateHint: 'A day from 1990 to today, please.',
    contest: 'It’s right',
    contested: 'You say that this receipt is right. We keep that with it.',
    takeBack: 'Take back',
    unsaved: {
      offline: 'No network, so this is not saved yet.',
      unanswered: 'No answer just now, so this is not saved yet.',
      overtaken: 'This receipt was changed elsewhere meanwhile. Here is how it stands now.',
      refused: 'We can’t keep this value. What was there stays.',
      missing: 'This receipt is no longer here.',
    },
    again: 'Try again',
  },
  addsUp: (amount) => `add up to ${amount}`,
  missing: (amount) => `${amount} missing`,
  tooMuch: (amount) => `${amount} too much`,
  sum: 'Sum',
  removal: {
    remove: 'Delete receipt',
    name: 'Receipt',
    removed: (name) => `${name} is deleted`,
    waits: (name) => `${name} is deleted when you’re back online`,
    stays: (name) => `${name} could not be deleted and stays`,
    undo: 'Undo',
    undoOne: (name) => `Undo: ${name}`,
    bar: 'Deleted just now',
  },
};
