// German, for the screens that are loaded later.

import type { MoreTexts } from '../../more-texts';

export const texts: MoreTexts = {
  correcting: {
    edit: 'Ändern',
    editing: 'Was haben wir falsch gelesen?',
    save: 'Speichern',
    cancel: 'Abbrechen',
    readAs: (read) => `gelesen als ${read}`,
    notRead: 'nicht gelesen',
    undo: 'Zurück',
    undoField: (field) => `Zurück: ${field}`,
    noCurrency: 'Nicht bekannt',
    amountHint: 'Bitte einen Betrag wie 8,50.',
    dateHint: 'Bitte einen Tag von 1990 bis heute.',
    contest: 'Er stimmt',
    contested: 'Du sagst, dass dieser Beleg stimmt. Das steht jetzt dabei.',
    takeBack: 'Zurücknehmen',
    unsaved: {
      offline: 'Kein Netz. Das ist noch nicht gespeichert.',
      unanswered: 'Gerade keine Antwort. Das ist noch nicht gespeichert.',
      overtaken: 'Dieser Beleg wurde inzwischen anderswo geändert. So sieht er jetzt aus.',
      refused: 'Diesen Wert können wir nicht behalten. Es bleibt, was da stand.',
      missing: 'Dieser Beleg ist nicht mehr da.',
    },
    again: 'Noch einmal',
  },
  addsUp: (amount) => `zusammen ${amount}`,
  missing: (amount) => `${amount} fehlen`,
  tooMuch: (amount) => `${amount} zu viel`,
  sum: 'Zusammen',
  removal: {
    remove: 'Beleg löschen',
    name: 'Beleg',
    removed: (name) => `${name} ist gelöscht`,
    waits: (name) => `${name} wird gelöscht, sobald du wieder Netz hast`,
    stays: (name) => `${name} ließ sich nicht löschen und bleibt`,
    undo: 'Zurückholen',
    undoOne: (name) => `Zurückholen: ${name}`,
    bar: 'Gerade gelöscht',
  },
};
