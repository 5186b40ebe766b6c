// Corrections: shown at once, saved by the server, and taken back with a message where that did not work.

import { useEffect, useRef, useState } from 'react';

import { type Changes, keepChanges } from '../shared/api/corrections';
import type { Frame, JudgedFrame } from '../shared/api/decode';
import { fetchReceipt } from '../shared/api/receipts';
import { withChanges } from './corrected-receipt';

/** Why it is not saved. With `again`, the same may work later. */
export type Unsaved = { why: 'offline' | 'unanswered' | 'overtaken' | 'refused' | 'missing'; again: Changes | null };
export type Correcting = { busy: boolean; unsaved: Unsaved | null; change: (changes: Changes) => void };

export function useCorrections(frame: JudgedFrame, onFrame: (frame: Frame) => void): Correcting {
  const [busy, setBusy] = useState(false);
  const [unsaved, setUnsaved] = useState<Unsaved | null>(null);
  const underWay = useRef(false);
  const left = useRef<AbortController | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    left.current = leaving;
    return () => {
      leaving.abort();
    };
  }, []);

  const change = async (changes: Changes) => {
    // One after the other: the next one names the version that this one makes.
    if (underWay.current || Object.keys(changes).length === 0) return;
    const leaving = left.current?.signal ?? AbortSignal.abort();
    underWay.current = true;
    setBusy(true);
    setUnsaved(null);
    onFrame(withChanges(frame, changes));
    const kept = await keepChanges(frame, changes);
    let unsaved = kept.is === 'kept' ? null : whyOf(kept.is, changes);
    let now: Frame = kept.is === 'kept' ? kept.frame : frame;
    if (kept.is === 'overtaken') {
      const looked = await fetchReceipt(frame.imageId, leaving);
      if (looked.is === 'found') now = looked.frame;
      else unsaved = whyOf(looked.is, changes);
    }
    underWay.current = false;
    if (leaving.aborted) return;
    onFrame(now);
    setUnsaved(unsaved);
    setBusy(false);
  };

  return { busy, unsaved, change: (changes) => void change(changes) };
}

function whyOf(is: 'overtaken' | 'refused' | 'missing' | 'unreachable', changes: Changes): Unsaved {
  if (is !== 'unreachable') return { why: is, again: null };
  return { why: navigator.onLine ? 'unanswered' : 'offline', again: changes };
}
