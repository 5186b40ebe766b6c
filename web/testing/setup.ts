// What jsdom lacks, and a clean page after each test.

import 'fake-indexeddb/auto';
import { cleanup } from '@testing-library/react';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, vi } from 'vitest';

import { loadOutcome } from '../src/app/lazy';
import { speak } from '../src/shared/i18n/language';

await speak(['en-GB', 'en']);
await loadOutcome();

// Node does not know jsdom's files and would store an empty object.
const cloneInNode = globalThis.structuredClone;
globalThis.structuredClone = (value, options) => (value instanceof File ? value : cloneInNode(value, options));

beforeEach(() => {
  let count = 0;
  URL.createObjectURL = () => `blob:photo-${++count}`;
  URL.revokeObjectURL = () => undefined;
  window.scrollTo = () => undefined;
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
  window.matchMedia = vi.fn((media: string) => Object.assign(new EventTarget(), {
    media, matches: false, onchange: null, addListener: () => undefined, removeListener: () => undefined,
  }));
  history.replaceState(null, '', '/');
  globalThis.indexedDB = new IDBFactory();
  localStorage.clear();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
