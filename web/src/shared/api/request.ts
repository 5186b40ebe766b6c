// One request to the server, with a time after which it is given up.

import { parseJson } from './json';

const timeoutMs = 10_000;

export type Answer = { status: number; body: unknown };
type Options = {
  method?: 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
  keepalive?: boolean;
  cache?: 'reload';
};

/** `null` when no answer came in time. */
export async function request(path: string, signal: AbortSignal | null, options: Options = {}): Promise<Answer | null> {
  const timeout = new AbortController();
  const giveUp = () => {
    timeout.abort();
  };
  const timer = setTimeout(giveUp, timeoutMs);
  signal?.addEventListener('abort', giveUp);
  try {
    if (signal?.aborted === true) return null;
    const headers = { accept: 'application/json', ...options.headers };
    const response = await fetch(path, { ...options, headers, signal: timeout.signal });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
