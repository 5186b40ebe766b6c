// All receipts of a person, fetched page by page up to a limit.

import { useCallback, useEffect, useState } from 'react';

import type { ListedReceipt } from '../shared/api/decode';
import { listReceipts } from '../shared/api/receipts';

/** The newest ones. More are neither fetched nor counted, and the page says so. */
export const mostReceipts = 2_000;
const pageSize = 100;

/** `whole`: there is no older one. `reachable`: the last page came. */
export type History = { receipts: ListedReceipt[]; loading: boolean; whole: boolean; reachable: boolean };
const nothingYet: History = { receipts: [], loading: true, whole: false, reachable: true };

export function useHistory(): History & { look: () => void } {
  const [history, setHistory] = useState(nothingYet);
  const [round, setRound] = useState(0);
  const look = useCallback(() => {
    setHistory(nothingYet);
    setRound((round) => round + 1);
  }, []);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const load = async () => {
      let receipts: ListedReceipt[] = [];
      let before: string | null = null;
      do {
        const listed = await listReceipts(before, signal, pageSize);
        if (signal.aborted) return;
        if (listed.is === 'unreachable') {
          setHistory({ receipts, loading: false, whole: false, reachable: false });
          return;
        }
        const known = new Set(receipts.map(({ imageId }) => imageId));
        receipts = [...receipts, ...listed.page.receipts.filter(({ imageId }) => !known.has(imageId))].slice(0, mostReceipts);
        // A page without news would lead round in a circle.
        before = receipts.length > known.size ? listed.page.next : null;
        const loading = before !== null && receipts.length < mostReceipts;
        setHistory({ receipts, loading, whole: before === null, reachable: true });
      } while (before !== null && receipts.length < mostReceipts);
    };
    void load();
    return () => {
      leaving.abort();
    };
  }, [round]);

  return { ...history, look };
}
