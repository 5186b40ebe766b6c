// The person's earlier receipts, kept fresh while they are looked at.

import { useCallback, useEffect, useRef, useState } from 'react';

import { isWorking, type ListedReceipt, type Money } from '../shared/api/decode';
import { listReceipts } from '../shared/api/receipts';

const freshenMs = 4_000;

export type List = {
  /** `null` until the first answer. */
  receipts: ListedReceipt[] | null;
  next: string | null;
  /** By currency; nothing until the first answer. */
  earned: Money[];
  reachable: boolean;
};
export type ReceiptList = List & { look: () => void; older: () => void };

export function useReceiptList(looked: boolean): ReceiptList {
  const [list, setList] = useState<List>({ receipts: null, next: null, earned: [], reachable: true });
  const pending = useRef<AbortController | null>(null);

  const load = useCallback(async (before: string | null) => {
    pending.current?.abort();
    const asked = new AbortController();
    pending.current = asked;
    const listed = await listReceipts(before, asked.signal);
    if (asked.signal.aborted) return;
    setList((list) => {
      if (listed.is === 'unreachable') return { ...list, reachable: false };
      const known = list.receipts ?? [];
      const { receipts, next } = listed.page;
      const earned = listed.page.earned ?? list.earned;
      if (before !== null) return { receipts: [...known, ...without(receipts, known)], next, earned, reachable: true };
      const oldest = receipts.at(-1);
      const older = oldest === undefined || next === null
        ? []
        : without(known, receipts).filter(({ createdAt }) => createdAt <= oldest.createdAt);
      return { receipts: [...receipts, ...older], next: older.length === 0 ? next : list.next, earned, reachable: true };
    });
  }, []);

  const look = useCallback(() => {
    void load(null);
  }, [load]);

  useEffect(() => {
    if (!looked) return undefined;
    const onVisible = () => {
      if (document.visibilityState === 'visible') look();
    };
    const first = setTimeout(look, 0);
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('pageshow', look);
    window.addEventListener('online', look);
    return () => {
      clearTimeout(first);
      pending.current?.abort();
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('pageshow', look);
      window.removeEventListener('online', look);
    };
  }, [looked, look]);

  const moving = looked && (!list.reachable || (list.receipts ?? []).some(({ status }) => isWorking(status)));
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look();
    }, freshenMs);
    return () => {
      clearInterval(timer);
    };
  }, [moving, look]);

  return {
    ...list,
    look,
    older: () => {
      if (list.next !== null) void load(list.next);
    },
  };
}

function without(receipts: ListedReceipt[], others: ListedReceipt[]): ListedReceipt[] {
  const ids = new Set(others.map(({ imageId }) => imageId));
  return receipts.filter(({ imageId }) => !ids.has(imageId));
}
