// Codes of the server, worded in the language of the page; the server's English sentence where a code is unknown here.

import type { Why } from '../api/decode';
import { texts } from './language';
import type { Reason } from './texts';

/** Why it waits or failed; `null` where the server does not say. */
export function wordingOfWhy({ reason, detail }: Why): string | null {
  return reason !== null && isReason(reason) ? texts.reasons[reason] : detail;
}

/** Why a file was refused. */
export function inOurWords(serversWords: string): string {
  return Object.hasOwn(texts.serversWords, serversWords) ? (texts.serversWords[serversWords] ?? serversWords) : serversWords;
}

function isReason(code: string): code is Reason {
  return Object.hasOwn(texts.reasons, code);
}
