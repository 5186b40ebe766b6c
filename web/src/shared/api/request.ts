// One question to the server, asked with an end to our patience.

import { parseJson } from './json';

const patienceMs = 10_000;

export type Answer = { status: number; body: unknown };
type Options = {
  method?: 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
  keepalive?: boolean;
  cache?: 'reload';
};

/** `null` when nobody answered in time. */
export async function request(path: string, signal: AbortSignal | null, question: Options = {}): Promise<Answer | null> {
  const patience = new AbortController();
  const giveUp = () => {
    patience.abort();
  };
  const timer = setTimeout(giveUp, patienceMs);
  signal?.addEventListener('abort', giveUp);
  try {
    if (signal?.aborted === true) return null;
    const headers = { accept: 'application/json', ...question.headers };
    const response = await fetch(path, { ...question, headers, signal: patience.signal });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
