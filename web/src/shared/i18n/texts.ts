// Every word of the screens that come first, as each language has to have it.

import type { Status, WorkingStatus } from '../api/decode';
import type { Wire } from '../api/wire';

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
    /** Leads to where a receipt on several photos is put together. */
    parts: string;
    inParts: string;
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
  unsent: {
    noNetwork: Message;
    unanswered: Message;
    busy: Message;
    dayOver: Message;
    tooLarge: Message;
    empty: Message;
    otherKind: Message;
    deleted: Message;
    puzzling: Message;
    inSeconds: (seconds: number) => string;
    sendAgain: string;
    sendNow: string;
    takeAnother: string;
    chooseAnother: string;
  };
  photo: {
    box: (name: string, value: string) => string;
    alt: string;
    frame: string;
    boxes: string;
    gone: string;
    document: string;
    /** Where it has to be made ready first. */
    later: string;
  };
  /** Why an image waits or failed, by its code. */
  reasons: Record<Wire['Reason'], string>;
  /** Why the server took no file of this kind, by its code. */
  refusals: Record<Refusal, string>;
  missing: { heading: string; body: string; home: string };
  crashed: { heading: string; body: string; reload: string };
};

/** Codes of the server for a file that it does not take, where more can be said than what it takes. */
export type Refusal = 'unsupported_format' | 'several_pages';

export type Message = { heading: string; body: string };
