// Codes of the server, worded in the language of the page; the server's English sentence where a code is unknown here.

import type { Problem, Why } from '../api/decode';
import { texts } from './language';

/** Why it waits or failed; `null` where the server does not say. */
export function wordingOfWhy({ reason, detail }: Why): string | null {
  return wordFor(texts.reasons, reason) ?? detail;
}

/** Why a file was refused; `null` where the server does not say. */
export function wordingOfRefusal({ code, detail }: Problem): string | null {
  return wordFor(texts.refusals, code) ?? detail;
}

/** `null` for a code that the table does not have. */
export function wordFor(table: Readonly<Record<string, string>>, code: string | null): string | null {
  return code !== null && Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}
