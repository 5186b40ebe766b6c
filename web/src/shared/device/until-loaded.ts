// Code of this page that is loaded later, however often that fails at first.

import { backoffMs } from '../api/backoff';

const tries = 3;
const firstWaitMs = 2_000;
const longestWaitMs = 30_000;

export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch {
      // After a deployment the files of the page that is open are gone from the server. Reloading it loses nothing: a receipt
      // that was sent has its own address.
      if (attempt >= tries && navigator.onLine) location.reload();
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, { firstMs: firstWaitMs, longestMs: longestWaitMs })));
    }
  }
}
