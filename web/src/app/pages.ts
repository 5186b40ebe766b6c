// The pages of a receipt as pictures: from this device where it has them and draws them, else from the server.

import { isFinal, type Sent } from '../shared/api/decode';
import { previewAddress } from '../shared/api/receipts';
import { isDrawable } from '../shared/imaging/kinds';
import type { LocalPhoto } from '../submit/photo';
import type { State } from './state';

export type Shown = Extract<State, { photo: LocalPhoto | null }>;

/** The address of each page's picture, `null` where there is none yet. `undrawn`: what turned out not to be drawn here. */
export function sourcesOf(state: Shown, undrawn: readonly string[]): readonly (string | null)[] {
  const { photo } = state;
  const sent = state.at === 'receipt' ? state.sent : null;
  const parts = sent?.parts ?? photo?.files.map(({ type }) => type) ?? [];
  const isRead = state.at === 'receipt' && state.frame !== null && isFinal(state.frame);
  return pagesOf(parts, sent).map((part, index) => {
    const type = parts[part - 1] ?? null;
    const own = photo?.addresses[part - 1];
    // Some browsers draw HEIC.
    if (own !== undefined && (type === 'image/heic' || isDrawable(type)) && !undrawn.includes(own)) return own;
    // Of what browsers do not draw, the server has a picture once it is read.
    if (state.at !== 'receipt' || (own === undefined ? !isDrawable(type) && !isRead : !isRead)) return null;
    return previewAddress(state.imageId, index + 1);
  });
}

/** Whether only the server can say how many pages there are. */
export function arePagesUnknown({ parts, pages }: Sent): boolean {
  return pages.length === 0 && !parts.every(isDrawable);
}

/** The part of each page; what browsers draw has one page. */
function pagesOf(parts: readonly string[], sent: Sent | null): readonly number[] {
  if (sent !== null && sent.pages.length > 0) return sent.pages;
  return parts.length === 0 ? [1] : parts.map((_, index) => index + 1);
}
