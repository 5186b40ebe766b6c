// The parts of a receipt while it is put together: which there are, in which order, and the one that is looked at.

import type { Hint } from '../../shared/imaging/inspect';

/** `isReady`: made as small as it is sent, or to be sent as it is. `file` may then be another one than was picked. */
export type Part = { id: number; file: File; address: string; isReady: boolean; hints: readonly Hint[] };
/** `chosen`: the id of a part that there is; `null` where there is none. */
export type PartList = { parts: readonly Part[]; chosen: number | null };

export type PartChange =
  | { is: 'added'; parts: readonly Part[] }
  | { is: 'chosen'; id: number }
  /** `to`: its new place among the parts, from 0. */
  | { is: 'moved'; id: number; to: number }
  | { is: 'replaced'; id: number; by: Part }
  | { is: 'removed'; id: number }
  | { is: 'prepared'; id: number; file: File; hints: readonly Hint[] };

/** What the server takes of one receipt. */
export const mostParts = 6;

export const noParts: PartList = { parts: [], chosen: null };

export function changed(list: PartList, change: PartChange): PartList {
  const { parts, chosen } = list;
  switch (change.is) {
    case 'added': {
      const all = [...parts, ...change.parts].slice(0, mostParts);
      return { parts: all, chosen: all.at(-1)?.id ?? null };
    }
    case 'chosen':
      return placeOf(change.id, parts) === -1 ? list : { parts, chosen: change.id };
    case 'moved': {
      const moved = parts.find(({ id }) => id === change.id);
      if (moved === undefined) return list;
      const others = parts.filter((part) => part !== moved);
      const to = Math.min(Math.max(0, change.to), others.length);
      return { parts: [...others.slice(0, to), moved, ...others.slice(to)], chosen: change.id };
    }
    case 'replaced': {
      if (placeOf(change.id, parts) === -1) return list;
      return { parts: parts.map((part) => (part.id === change.id ? change.by : part)), chosen: change.by.id };
    }
    case 'removed': {
      const place = placeOf(change.id, parts);
      if (place === -1) return list;
      const left = parts.filter(({ id }) => id !== change.id);
      // The one that is in its place now; the last one where it was the last.
      return { parts: left, chosen: chosen === change.id ? ((left[place] ?? left.at(-1))?.id ?? null) : chosen };
    }
    case 'prepared': {
      const { id, file, hints } = change;
      return { parts: parts.map((part) => (part.id === id ? { ...part, file, hints, isReady: true } : part)), chosen };
    }
  }
}

export function placeOf(id: number, parts: readonly Part[]): number {
  return parts.findIndex((part) => part.id === id);
}
