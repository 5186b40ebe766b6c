// When a photo that did not go through goes again by itself.

import { useEffect, useEffectEvent, useState } from 'react';

import type { UploadProblem } from '../shared/api/upload';

const longestWaitSeconds = 60;

/**
 * Calls `sendAgain` when its time has come, or the network is back. Answers the seconds until then, counting down;
 * `null` where only the person can decide what to do.
 */
export function useNextTry(unsent: { attempt: number; problem: UploadProblem } | null, sendAgain: () => void): number | null {
  const [now, setNow] = useState(() => Date.now());
  const [due, setDue] = useState<number | null>(null);
  const onDue = useEffectEvent(sendAgain);

  useEffect(() => {
    const waitSeconds = unsent === null ? null : secondsToWait(unsent);
    if (waitSeconds === null) return undefined;
    const at = Date.now() + waitSeconds * 1000;
    const tick = () => {
      setNow(Date.now());
      setDue(at);
      if (Date.now() >= at && navigator.onLine) onDue();
    };
    const begin = setTimeout(tick, 0);
    const ticking = setInterval(tick, 1000);
    const onOnline = () => {
      onDue();
    };
    window.addEventListener('online', onOnline);
    return () => {
      clearTimeout(begin);
      clearInterval(ticking);
      window.removeEventListener('online', onOnline);
      setDue(null);
    };
  }, [unsent]);

  return due === null ? null : Math.max(0, Math.ceil((due - now) / 1000));
}

function secondsToWait({ attempt, problem }: { attempt: number; problem: UploadProblem }): number | null {
  switch (problem.is) {
    case 'no_network':
      return growing(5, attempt);
    case 'busy':
      return growing(Math.max(1, problem.retryAfterSeconds ?? 5), attempt);
    case 'too_large':
    case 'empty':
    case 'other_kind_of_file':
    case 'heic':
    case 'puzzling':
      return null;
  }
}

/** What was asked for, then twice as long each time: a server in trouble needs fewer callers, not more. */
function growing(firstSeconds: number, attempt: number): number {
  return Math.max(firstSeconds, Math.min(longestWaitSeconds, firstSeconds * 2 ** (attempt - 1)));
}
