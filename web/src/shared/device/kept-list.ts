// Short lists that this device keeps in the browser's local storage.

import { listOf, parseJson } from '../api/json';

/** Empty where nothing is kept, or the browser keeps nothing. Entries that do not decode are left out. */
export function readList<T>(name: string, decode: (input: unknown) => T | null): T[] {
  try {
    return listOf(decode, parseJson(localStorage.getItem(name) ?? ''));
  } catch {
    return [];
  }
}

/** Does nothing where the browser keeps nothing. */
export function writeList(name: string, entries: readonly unknown[]): void {
  try {
    if (entries.length === 0) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(entries));
  } catch {
    // A private window, or no room.
  }
}
