// Every word of the screens that are loaded when they are opened, as each language has to have it.

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
