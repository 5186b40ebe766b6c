// What jsdom lacks, and a clean page after each test.

import 'fake-indexeddb/auto';
import { cleanup, configure } from '@testing-library/react';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, vi } from 'vitest';

import { loadOutcome } from '../src/app/lazy';
import { speak } from '../src/shared/i18n/language';
import { waitingPhotos } from '../src/submit/photo-store';
import { loadFeed } from '../src/track/follow';

await speak(['en-GB', 'en']);
await loadOutcome();
await loadFeed();

// How long a test waits for something to be shown: enough for a busy machine.
configure({ asyncUtilTimeout: 20_000 });

// Node does not know jsdom's files and would store an empty object. Files are all that is stored.
const cloneInNode = globalThis.structuredClone;
globalThis.structuredClone = (value, options) => (value instanceof File || Array.isArray(value) ? value : cloneInNode(value, options));

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

afterEach(async () => {
  cleanup();
  vi.useRealTimers();
  // A queue that was stopped may still be listing photos. Lists end in the order in which they began, so after this one none
  // looks for a browser that is no longer there.
  await waitingPhotos();
});
