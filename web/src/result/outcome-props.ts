// What the screens of the result are given.

import type { JudgedFrame } from '../shared/api/decode';
import type { Receipt } from '../shared/api/receipt-decoder';
import type { Correcting } from './use-corrections';

export type OutcomeProps = {
  lit: string | null;
  onLight: (key: string | null) => void;
  onPick: (file: File) => void;
  /** How many photos of it this device still has. */
  parts: number;
  /** To where they can be put together anew. */
  onParts: () => void;
  onOpen: (imageId: string) => void;
  onHome: () => void;
};
/** What a judged receipt's screen shows. `receipt` is as the person set it right. */
export type JudgedProps = OutcomeProps & { frame: JudgedFrame; receipt: Receipt; correcting: Correcting };
