// Every word of the screens that are loaded when they are opened, as each language has to have it.

import type { RuleOutcome } from '../api/decode';
import type { FieldName, ItemCell } from '../api/receipt-decoder';
import type { Wire } from '../api/wire';
import type { Hint } from '../imaging/inspect';

export type MoreTexts = {
  doubtful: { heading: string; hints: Record<Hint, string>; retake: string; addPart: string; sendAnyway: string };
  /** Where the photos of a receipt are put together. */
  parts: {
    lead: string;
    ask: (count: number) => string;
    one: string;
    several: (count: number) => string;
    first: string;
    choose: string;
    strip: string;
    part: (place: number, count: number) => string;
    document: string;
    earlier: string;
    later: string;
    retake: string;
    remove: string;
    moved: (place: number, count: number) => string;
    retaken: (place: number) => string;
    removed: (left: number) => string;
    full: string;
    send: (count: number) => string;
    /** Where they were sent already: to set them right, and send them again. */
    change: string;
    /** Where this device does not have them. */
    again: string;
  };
  pages: { pager: string; page: (page: number, pages: number) => string; before: string; next: string };
  receipt: {
    fields: Record<FieldName, string>;
    noMerchant: string;
    noTotal: string;
    hardToRead: string;
    items: (count: number) => string;
    item: Record<ItemCell, string>;
    /** At an item, what it earns. */
    offer: (amount: string) => string;
    tax: (rate: string | null) => string;
    paidWith: Record<Wire['Field_PaymentMethod']['value'], string>;
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
    summary: Record<'accepted' | 'rejected' | Wire['NoRebate'], string>;
    /** What helps where a rule failed, by its code. */
    tips: Record<Wire['RuleCode'], string>;
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
  /** Lights on the photo what the heading speaks of. */
  place: string;
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
  insight: {
    opening: string;
    none: string;
    partly: (count: number) => string;
    unreachable: string;
    lookAgain: string;
    allMonths: string;
    counted: (count: number) => string;
    earned: (amounts: string) => string;
    currency: string;
    byMonth: string;
    byShop: string;
    others: string;
    unnamed: string;
    asTable: string;
    month: string;
    shop: string;
    receipts: string;
    spent: string;
    search: string;
    searchHint: string;
    filter: string;
    filters: Record<'all' | 'accepted' | 'rejected' | 'rebate', string>;
    nothingFound: string;
    showAll: string;
    list: string;
    more: string;
    exporting: (count: number) => string;
    prices: {
      heading: string;
      looking: (done: number, all: number) => string;
      partly: string;
      none: string;
      item: string;
      date: string;
      price: string;
      /** `from`, `to`: the first and the last price. */
      told: (from: string, to: string) => string;
      point: (day: string, price: string, shop: string) => string;
    };
    csv: { file: string; columns: Record<CsvColumn, string> };
  };
};
export type CsvColumn =
  | 'date'
  | 'shop'
  | 'total'
  | 'currency'
  | 'status'
  | 'earned'
  | 'earnedCurrency'
  | 'corrected'
  | 'contested'
  | 'sent'
  | 'id';

/** `limit`: the figure of the rule. `value`: what it looked at, as printed. `day`: that of the earlier receipt. */
export type About = { limit: number | null; value: string | null; day: string | null };
export type Sentence = string | ((about: About) => string);
/** Of rules that look for something that a receipt must show. */
export type ThingCode = Extract<Wire['RuleCode'], `missing_${string}`>;
export type RuleCode = Exclude<Wire['RuleCode'], ThingCode>;

/** What a person can do after a receipt was not accepted. `another`: this receipt will not do, whatever the photo. */
export type NextAction = 'retake' | 'photograph a receipt' | 'another' | 'see the first one' | 'wait';
