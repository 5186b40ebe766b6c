// Every word on the page. Another language is another `Texts` in `languages`; the compiler says what is missing.

import type { FieldName, RuleOutcome, Status, WorkingStatus } from './api/decode';
import type { Todo } from './way-on';

export type Texts = {
  language: string;
  /** For dates and numbers, where the browser does not name a region of this language. */
  locale: string;
  name: string;
  title: (page: string) => string;
  back: string;
  take: string;
  choose: string;
  home: {
    lead: string;
    drop: string;
    dropNow: string;
    receipts: string;
    today: string;
    yesterday: string;
    loading: string;
    none: string;
    unreachable: string;
    lookAgain: string;
    older: string;
    earned: string;
    earnedByOne: (amount: string) => string;
    waiting: { heading: string; body: string; send: string; discard: string };
    /** What stands where the shop's name is not known yet. */
    unnamed: Record<Status, string>;
    status: Record<Status, string>;
  };
  working: {
    heading: string;
    upload: { now: (percent: number) => string; done: string; announced: string };
    read: { later: string; now: Record<WorkingStatus, string> };
    check: { later: string };
    safeToLeave: string;
    keepOpen: string;
    lost: string;
    opening: string;
  };
  unsent: {
    noNetwork: Message;
    unanswered: Message;
    busy: Message;
    tooLarge: Message;
    empty: Message;
    otherKind: Message;
    puzzling: Message;
    inSeconds: (seconds: number) => string;
    sendAgain: string;
    sendNow: string;
    takeAnother: string;
    chooseAnother: string;
  };
  photo: {
    alt: string;
    frame: string;
    boxes: string;
    gone: string;
    document: string;
  };
  receipt: {
    fields: Record<FieldName, string>;
    noMerchant: string;
    noTotal: string;
    hardToRead: string;
    items: (count: number) => string;
    item: Record<'description' | 'quantity' | 'unitPrice' | 'amount', string>;
    /** At an item, what it earns. */
    offer: (amount: string) => string;
    tax: (rate: string | null) => string;
    paidWith: Partial<Record<string, string>>;
    box: (name: string, value: string) => string;
  };
  verdict: {
    accepted: string;
    rejected: string;
    acceptedSummary: string;
    /** Goes on after the word "Accepted". */
    earning: (amount: string) => string;
    parts: string;
    rejectedSummary: string;
    announced: (verdict: string, merchant: string, amount: string) => string;
    rules: (count: number) => string;
    rule: Record<RuleOutcome, string>;
    /** What helps where a rule failed, by its code. */
    tips: Partial<Record<string, string>>;
    anotherPhoto: string;
    whatWeRead: string;
    scanAnother: string;
    chooseAnother: string;
    /** The first thing to do where it was not accepted. */
    todo: Record<Todo, string>;
  };
  failed: {
    heading: string;
    /** Where no other time helps, but another photo. */
    hopeless: string;
    body: string;
    tryAgain: string;
    takeAnother: string;
    takeAnotherPhoto: string;
    chooseAnother: string;
  };
  missing: { heading: string; body: string; home: string };
  crashed: { heading: string; body: string; reload: string };
};

export type Message = { heading: string; body: string };

const english: Texts = {
  language: 'en',
  locale: 'en-GB',
  name: 'Receipts',
  title: (page) => `${page} · Receipts`,
  back: 'All receipts',
  take: 'Take photo',
  choose: 'Choose',
  home: {
    lead: 'Photograph a receipt and see at once whether it counts.',
    drop: 'You can also drop a photo here, or paste one.',
    dropNow: 'Let go to send it.',
    receipts: 'Your receipts',
    today: 'Today',
    yesterday: 'Yesterday',
    loading: 'Looking for your receipts…',
    none: 'Your receipts will be listed here.',
    unreachable: 'Your list is out of reach just now.',
    lookAgain: 'Look again',
    older: 'Show older ones',
    earned: 'Earned so far',
    earnedByOne: (amount) => `+${amount}`,
    waiting: {
      heading: 'A photo is waiting here',
      body: 'It was not sent yet.',
      send: 'Send it',
      discard: 'Discard',
    },
    unnamed: {
      uploaded: 'New receipt',
      started: 'New receipt',
      text_detected: 'New receipt',
      accepted: 'Receipt',
      rejected: 'Receipt',
      failed: 'Receipt',
    },
    status: {
      uploaded: 'Waiting for a reader',
      started: 'Being read',
      text_detected: 'Being checked',
      accepted: 'Accepted',
      rejected: 'Not accepted',
      failed: 'Not read yet',
    },
  },
  working: {
    heading: 'Your receipt',
    upload: {
      now: (percent) => `Uploading ${percent} %`,
      done: 'Uploaded',
      announced: 'Uploading your photo',
    },
    read: {
      later: 'Reading',
      now: {
        uploaded: 'Waiting for a free reader',
        started: 'Reading your receipt',
        text_detected: 'Read',
      },
    },
    check: { later: 'Checking the sum' },
    safeToLeave: 'You may leave. The answer will be here when you come back.',
    keepOpen: 'Please stay on this page until the photo is sent.',
    lost: 'No connection just now. We look again as soon as you are back.',
    opening: 'Opening your receipt',
  },
  unsent: {
    noNetwork: {
      heading: 'No network',
      body: 'Your photo is safe here and goes when you’re back.',
    },
    unanswered: {
      heading: 'No answer just now',
      body: 'Your photo is safe here. We try again by ourselves.',
    },
    busy: {
      heading: 'Many photos at once',
      body: 'Yours is safe here and goes as soon as there is room.',
    },
    tooLarge: {
      heading: 'This photo is too large',
      body: 'We take up to 10 MB. A photo taken here will fit.',
    },
    empty: {
      heading: 'There is nothing in this file',
      body: 'Please take the photo once more, or choose another.',
    },
    otherKind: {
      heading: 'We can’t read this kind of file',
      body: 'Please send a JPEG, PNG, TIFF or PDF.',
    },
    puzzling: {
      heading: 'That did not go through',
      body: 'Your photo is safe here.',
    },
    inSeconds: (seconds) => `Next try in ${seconds} s`,
    sendAgain: 'Send again',
    sendNow: 'Send now',
    takeAnother: 'Take another',
    chooseAnother: 'Choose another',
  },
  photo: {
    alt: 'Your receipt',
    frame: 'Photo of the receipt',
    boxes: 'What was read on the photo',
    gone: 'The photo is no longer here',
    document: 'This kind of file has no preview here',
  },
  receipt: {
    fields: {
      merchant: 'Shop',
      tradeName: 'Known as',
      address: 'Address',
      phone: 'Phone',
      taxNumber: 'Tax number',
      receiptNumber: 'Receipt no.',
      date: 'Date',
      time: 'Time',
      currency: 'Currency',
      subtotal: 'Subtotal',
      discount: 'Discount',
      service: 'Service',
      tip: 'Tip',
      rounding: 'Rounding',
      total: 'Total',
      paymentMethod: 'Paid with',
      cardLastFour: 'Card',
    },
    noMerchant: 'Shop not seen',
    noTotal: 'Total not seen',
    hardToRead: 'hard to read',
    items: (count) => (count === 1 ? '1 item' : `${count} items`),
    item: { description: 'Item', quantity: 'Qty', unitPrice: 'Each', amount: 'Amount' },
    offer: (amount) => `earns ${amount}`,
    tax: (rate) => (rate === null ? 'Tax' : `Tax ${rate} %`),
    paidWith: { cash: 'Cash', card: 'Card' },
    box: (name, value) => `${name}: ${value}`,
  },
  verdict: {
    accepted: 'Accepted',
    rejected: 'Not accepted',
    acceptedSummary: 'Thank you!',
    earning: (amount) => `, you earn ${amount}`,
    parts: 'What you earn it for',
    rejectedSummary: 'We could not see enough to accept this one.',
    announced: (verdict, merchant, amount) => `${verdict}: ${merchant}, ${amount}`,
    rules: (count) => `What we checked (${count})`,
    rule: { passed: 'Fine', failed: 'In the way', not_checked: 'Not checked' },
    tips: {
      unreadable: 'More light helps most. Come closer, hold still, and keep the whole receipt in the picture.',
      not_a_receipt: 'Photograph a receipt from a shop, with its name, the date and the total in the picture.',
      missing_merchant: 'The shop’s name mostly stands at the top. Keep the upper edge in the picture.',
      missing_date: 'Smooth the paper and come a little closer, so that the small print is sharp.',
      missing_total: 'The total mostly stands near the end. Keep the lower edge in the picture.',
      missing_items: 'Keep the whole receipt in the picture, with every line of what was bought.',
      total_mismatch: 'If we misread a figure, a sharper photo helps: smooth the paper and come a little closer.',
      future_date: 'If we misread the date, a sharper photo helps. Other receipts are welcome.',
      too_old: 'Newer ones are welcome. If we misread the date, a sharper photo helps.',
      unsupported_currency: 'Receipts in other currencies are welcome.',
      duplicate_image: 'Each receipt counts once. Another one is welcome.',
      duplicate_receipt: 'Each receipt counts once. Another one is welcome.',
      over_limit: 'Keep the paper and come back tomorrow.',
    },
    anotherPhoto: 'Lay it flat, in good light, and fill the picture with it.',
    whatWeRead: 'What we could read',
    scanAnother: 'Scan another',
    chooseAnother: 'Choose another',
    todo: {
      retake: 'Retake',
      'photograph a receipt': 'Take photo',
      another: 'Scan another',
      'see the first one': 'See the first one',
      wait: 'To your receipts',
    },
  },
  failed: {
    heading: 'We have not read this one yet',
    hopeless: 'We can’t read this photo',
    body: 'Something on our side got in the way. Your photo was fine to send.',
    tryAgain: 'Try again',
    takeAnother: 'Take another',
    takeAnotherPhoto: 'Take another photo',
    chooseAnother: 'Choose another',
  },
  missing: {
    heading: 'There is no receipt here',
    body: 'It may have been deleted, or it was sent from another phone.',
    home: 'To your receipts',
  },
  crashed: {
    heading: 'This page has stumbled',
    body: 'Your receipts are safe. Opening the page again helps.',
    reload: 'Open again',
  },
};

const languages: Record<string, Texts> = { en: english };

function textsFor(wanted: readonly string[]): Texts {
  for (const tag of wanted) {
    const found = languages[tag.slice(0, 2).toLowerCase()];
    if (found !== undefined) return found;
  }
  return english;
}

export const texts = textsFor(navigator.languages);

/** How this person writes dates and numbers, in the language of the page. */
export const locale = navigator.languages.find((tag) => languages[tag.slice(0, 2).toLowerCase()] === texts && tag.length > 2)
  ?? texts.locale;
