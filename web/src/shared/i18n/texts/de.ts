// German.

import type { Texts } from '../texts';

export const texts: Texts = {
  locale: 'de-DE',
  name: 'Belege',
  title: (page) => `${page} · Belege`,
  back: 'Alle Belege',
  take: 'Foto aufnehmen',
  choose: 'Auswählen',
  home: {
    lead: 'Beleg fotografieren und gleich sehen, ob er zählt.',
    drop: 'Ein Foto lässt sich auch hier ablegen oder einfügen.',
    dropNow: 'Loslassen, um es zu senden.',
    receipts: 'Deine Belege',
    today: 'Heute',
    yesterday: 'Gestern',
    loading: 'Deine Belege werden geholt …',
    none: 'Hier stehen bald deine Belege.',
    unreachable: 'Deine Liste ist gerade nicht erreichbar.',
    lookAgain: 'Noch einmal',
    older: 'Ältere zeigen',
    earned: 'Bisher verdient',
    earnedByOne: (amount) => `+${amount}`,
    insight: 'Deine Ausgaben',
    contested: 'du sagst, er stimmt',
    waiting: {
      going: (count) => (count === 1 ? 'Dein Foto wird gesendet' : `Deine Fotos werden gesendet, noch ${count}`),
      offline: (count) => `Kein Netz. ${count === 1 ? 'Dein Foto ist hier sicher und geht los' : `Deine ${count} Fotos sind hier sicher und gehen los`}, sobald du wieder Netz hast.`,
      heading: (count) => (count === 1 ? 'Hier wartet ein Foto' : `Hier warten ${count} Fotos`),
      body: 'Noch nicht gesendet.',
      send: 'Senden',
      discard: 'Verwerfen',
    },
    unnamed: {
      uploaded: 'Neuer Beleg',
      started: 'Neuer Beleg',
      text_detected: 'Neuer Beleg',
      accepted: 'Beleg',
      rejected: 'Beleg',
      failed: 'Beleg',
    },
    status: {
      uploaded: 'Wartet aufs Lesen',
      started: 'Wird gelesen',
      text_detected: 'Wird geprüft',
      accepted: 'Angenommen',
      rejected: 'Nicht angenommen',
      failed: 'Noch nicht gelesen',
    },
  },
  working: {
    heading: 'Dein Beleg',
    upload: {
      before: 'Dein Foto wird angesehen',
      now: (percent) => `${percent} % gesendet`,
      done: 'Gesendet',
      announced: 'Dein Foto wird gesendet',
    },
    read: {
      later: 'Lesen',
      waking: 'Ein Leser wird geweckt, etwa eine Minute',
      now: {
        uploaded: 'Wartet auf einen freien Leser',
        started: 'Dein Beleg wird gelesen',
        text_detected: 'Gelesen',
      },
    },
    check: { later: 'Summe prüfen' },
    left: { seconds: (seconds) => `etwa ${seconds} s`, soon: 'gleich so weit', slow: 'länger als sonst' },
    safeToLeave: 'Du kannst gehen. Die Antwort ist da, wenn du wiederkommst.',
    keepOpen: 'Bitte bleib hier, bis das Foto gesendet ist.',
    lost: 'Gerade keine Verbindung. Sobald du wieder da bist, sehen wir nach.',
    opening: 'Dein Beleg wird geöffnet',
  },
  doubtful: {
    heading: 'Das könnte schwer zu lesen sein',
    hints: {
      blurred: 'Es wirkt unscharf. Halte still und tippe zum Scharfstellen auf den Beleg.',
      dark: 'Es wirkt dunkel. Mehr Licht hilft am meisten.',
      'cut off': 'Ein Ende des Belegs scheint nicht im Bild zu sein.',
    },
    retake: 'Neu aufnehmen',
    sendAnyway: 'Trotzdem senden',
  },
  unsent: {
    noNetwork: {
      heading: 'Kein Netz',
      body: 'Dein Foto ist hier sicher und geht los, sobald du wieder Netz hast.',
    },
    unanswered: {
      heading: 'Gerade keine Antwort',
      body: 'Dein Foto ist hier sicher. Wir versuchen es von selbst noch einmal.',
    },
    busy: {
      heading: 'Viele Fotos auf einmal',
      body: 'Deines ist hier sicher und geht los, sobald Platz ist.',
    },
    dayOver: {
      heading: 'Heute keine Fotos mehr',
      body: 'Deines ist hier sicher. Sende es morgen.',
    },
    tooLarge: {
      heading: 'Dieses Foto ist zu groß',
      body: 'Bis 10 MB geht es. Ein hier aufgenommenes Foto passt.',
    },
    empty: {
      heading: 'In dieser Datei ist nichts',
      body: 'Bitte fotografiere noch einmal oder wähle eine andere.',
    },
    otherKind: {
      heading: 'Diese Art Datei können wir nicht lesen',
      body: 'Bitte sende JPEG, PNG, TIFF oder PDF.',
    },
    heic: {
      heading: 'HEIC-Fotos können wir hier nicht lesen',
      body: 'Nimm das Foto mit dem Knopf hier auf oder sende es als JPEG (iPhone: Einstellungen, Kamera, Formate, Maximale Kompatibilität).',
    },
    deleted: {
      heading: 'Diesen Beleg hast du gelöscht',
      body: 'Willst du ihn wieder, fotografiere ihn noch einmal.',
    },
    puzzling: {
      heading: 'Das ging nicht durch',
      body: 'Dein Foto ist hier sicher.',
    },
    inSeconds: (seconds) => `Nächster Versuch in ${seconds} s`,
    sendAgain: 'Noch einmal senden',
    sendNow: 'Jetzt senden',
    takeAnother: 'Neues Foto',
    chooseAnother: 'Anderes auswählen',
  },
  photo: {
    box: (name, value) => `${name}: ${value}`,
    alt: 'Dein Beleg',
    frame: 'Foto des Belegs',
    boxes: 'Was auf dem Foto gelesen wurde',
    gone: 'Das Foto ist nicht mehr da',
    document: 'Für diese Art Datei gibt es hier keine Vorschau',
  },
  reasons: {
    waiting_for_reader: 'Wartet auf einen freien Leser',
    takes_long: 'Wartet noch auf einen freien Leser. Das dauert länger als sonst.',
    nobody_came: 'Niemand kam, um diesen Beleg zu lesen. Bitte sende ihn später noch einmal.',
    gave_up: 'Wir konnten diesen Beleg nicht lesen. Bitte sende ihn später noch einmal.',
    unsupported_format: 'Diese Art Datei können wir nicht lesen. Sende ein Foto als JPEG oder PNG.',
    damaged_picture: 'Die Bilddatei ist beschädigt. Bitte fotografiere noch einmal.',
    picture_too_large: 'Dieses Bild ist zu groß. Bitte sende ein kleineres.',
    picture_gone: 'Dieses Bild ist nicht mehr da. Bitte fotografiere noch einmal.',
  },
  refusals: {
    unsupported_heic:
      'HEIC können wir hier nicht lesen. Sende ein JPEG (auf dem iPhone: Einstellungen, Kamera, Formate, Maximale Kompatibilität).',
    unsupported_webp: 'WebP können wir hier nicht lesen. Sende ein JPEG oder PNG.',
    several_pages: 'Diese Datei hat mehrere Seiten. Sende jede als eigenes Bild.',
    unsupported_format: 'Das ist kein Bild, das wir lesen können. Sende JPEG, PNG, TIFF oder PDF.',
  },
  missing: {
    heading: 'Hier ist kein Beleg',
    body: 'Vielleicht wurde er gelöscht, oder er kam von einem anderen Telefon.',
    home: 'Zu deinen Belegen',
  },
  crashed: {
    heading: 'Diese Seite ist gestolpert',
    body: 'Deine Belege sind sicher. Neu öffnen hilft.',
    reload: 'Neu öffnen',
  },
};
