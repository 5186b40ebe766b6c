// A server that keeps corrections of one receipt, as the real one does: for tests that set things right.

import type { FakeServer } from './fake-server';

type Kept = { imageId: string; version: number } & Record<string, unknown>;

/** Answers looks and changes of `receipt` on `server`; the returned function changes it as another tab would. */
export function keepsChanges(server: FakeServer, receipt: Kept): (changes: Record<string, unknown>) => void {
  const path = `/receipts/${receipt.imageId}`;
  let now: Kept = receipt;
  const merge = (changes: Record<string, unknown>) => {
    const { contested, ...fields } = changes;
    const corrections: Record<string, unknown> = { ...(typeof now['corrections'] === 'object' ? now['corrections'] : {}) };
    for (const [name, value] of Object.entries(fields)) {
      corrections[name] = value === null ? undefined : { value, at: '2026-01-02T03:04:05Z' };
    }
    const contestedAt = contested === undefined ? now['contestedAt'] : contested === true ? '2026-01-02T03:04:05Z' : undefined;
    now = { ...now, version: now.version + 1, corrections, contestedAt };
  };
  server.answers.set(path, () => ({ status: 200, body: now }));
  server.answers.set(`PATCH ${path}`, () => {
    const said = server.told.at(-1);
    if (said?.headers.get('content-type') !== 'application/merge-patch+json') return { status: 415 };
    if (said.headers.get('if-match') !== `"${now.version}"`) return { status: 412, body: { code: 'version_mismatch' } };
    merge(Object.fromEntries(Object.entries(said.body ?? {})));
    return { status: 200, body: now };
  });
  return merge;
}
