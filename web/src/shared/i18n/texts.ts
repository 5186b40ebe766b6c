// Every word of the screens that come first, as each language has to have it.

import type { RuleOutcome, Status, WorkingStatus } from '../api/decode';
import type { FieldName } from '../api/receipt-decoder';
import type { Hint } from '../imaging/inspect';

export type Texts = {
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
    insight: string;
    /** Goes on after "Not accepted". */
    contested: string;
    waiting: {
      going: (count: number) => string;
      offline: (count: number) => string;
      heading: (count: number) => string;
      body: string;
      send: string;
      discard: string;
    };
    /** What stands where the shop's name is not known yet. */
    unnamed: Record<Status, string>;
    status: Record<Status, string>;
  };
  working: {
    heading: string;
    upload: { before: string; now: (percent: number) => string; done: string; announced: string };
    /** `waking`: where no reader is awake. */
    read: { later: string; waking: string; now: Record<WorkingStatus, string> };
    check: { later: string };
    left: { seconds: (seconds: number) => string; soon: string; slow: string };
    safeToLeave: string;
    keepOpen: string;
    lost: string;
    opening: string;
  };
  doubtful: { heading: string; hints: Record<Hint, string>; retake: string; sendAnyway: string };
  unsent: {
    noNetwork: Message;
    unanswered: Message;
    busy: Message;
    tooLarge: Message;
    empty: Message;
    otherKind: Message;
    heic: Message;
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
    /** Goes on after the word "Accepted". */
    earning: (amount: string) => string;
    parts: string;
    everyReceipt: string;
    announced: (verdict: string, merchant: string, amount: string) => string;
    rules: (count: number) => string;
    rule: Record<RuleOutcome, string>;
    /** Where there are no rules to speak of. */
    summary: Record<'accepted' | 'rejected', string>;
    /** What helps where a rule failed, by its code. */
    tips: Partial<Record<string, string>>;
    anotherPhoto: string;
    whatWeRead: string;
    scanAnother: string;
    chooseAnother: string;
    /** The first thing to do where it was not accepted. */
    nextAction: Record<NextAction, string>;
  };
  /** What a rule found, by its code. */
  rules: Record<RuleCode, Record<RuleOutcome, Sentence>>;
  /** What a receipt must show, by the code of the rule that looks for it. */
  things: Record<ThingCode, string>;
  seen: (thing: string) => string;
  unseen: (things: string) => string;
  unread: (thing: string) => string;
  /** Why an image waits or failed, by its code. */
  reasons: Record<Reason, string>;
  /** Why a file is refused comes in one code for all kinds: by the server's sentences. What is absent is shown as it came. */
  serversWords: Partial<Record<string, string>>;
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

/** `limit`: the figure of the rule. `value`: what it looked at, as printed. `day`: that of the earlier receipt. */
export type About = { limit: number | null; value: string | null; day: string | null };
export type Sentence = string | ((about: About) => string);
// These are the server's, which a test of its own holds against its schema (`api/tests/it/description.rs`).
export type Reason =
  | 'waiting_for_reader'
  | 'takes_long'
  | 'nobody_came'
  | 'gave_up'
  | 'unsupported_format'
  | 'damaged_picture'
  | 'picture_too_large'
  | 'picture_gone';
export type RuleCode =
  | 'unreadable'
  | 'not_a_receipt'
  | 'total_mismatch'
  | 'future_date'
  | 'too_old'
  | 'unsupported_currency'
  | 'duplicate_image'
  | 'duplicate_receipt'
  | 'over_limit';
export type ThingCode = 'missing_merchant' | 'missing_date' | 'missing_total' | 'missing_items';

/** What a person can do after a receipt was not accepted. `another`: this receipt will not do, whatever the photo. */
export type NextAction = 'retake' | 'photograph a receipt' | 'another' | 'see the first one' | 'wait';

export type Message = { heading: string; body: string };
