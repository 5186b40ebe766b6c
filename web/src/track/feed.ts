// Follows one image to its end: what `feed-state` decides is done here, with connections, timers and requests.

import { backoffMs } from '../shared/api/backoff';
import { decodeFrame, type Frame } from '../shared/api/decode';
import { parseJson } from '../shared/api/json';
import { fetchReceipt, type Found } from '../shared/api/receipts';
import { onVisible } from '../shared/device/page-visible';
import { type FeedEffect, type FeedEvent, firstState, type Link, reduce, type Timer } from './feed-state';
import { openEvents, openSocket, type Transport, type TransportListener } from './transports';

export type FeedListener = {
  /** Each state once, versions only rising; the last one is final. */
  onFrame: (frame: Frame) => void;
  /** What only a poll tells. */
  onFound: (found: Found) => void;
  onLink: (link: Link) => void;
  onMissing: () => void;
};

/** Starts to follow; the returned function stops it. With `pollFirst`, the connection waits for one poll. */
export function follow(imageId: string, pollFirst: boolean, listener: FeedListener): () => void {
  let state = firstState(imageId);
  let connection: Transport | null = null;
  const timers = new Map<Timer, ReturnType<typeof setTimeout>>();
  const ended = new AbortController();
  const events: FeedEvent[] = [];

  let isBusy = false;

  /** What happens while an event is dealt with comes after it. */
  const happens = (event: FeedEvent) => {
    events.push(event);
    if (isBusy) return;
    isBusy = true;
    try {
      dealWithAll();
    } finally {
      isBusy = false;
    }
  };

  /** What throws stops neither the effects nor the events that come after it. */
  const dealWithAll = () => {
    const event = events.shift();
    if (event === undefined) return;
    try {
      const [next, effects] = reduce(state, event);
      state = next;
      performAll(effects);
    } finally {
      dealWithAll();
    }
  };

  const performAll = ([effect, ...others]: readonly FeedEffect[]) => {
    if (effect === undefined) return;
    try {
      perform(effect);
    } finally {
      performAll(others);
    }
  };

  const perform = (effect: FeedEffect) => {
    switch (effect.do) {
      case 'connect':
        connect(effect.by);
        break;
      case 'disconnect':
        disconnect();
        break;
      case 'poll':
        void poll();
        break;
      case 'set': {
        const { timer, after } = effect;
        clearTimeout(timers.get(timer));
        const ms = 'ms' in after ? after.ms : backoffMs(after.failures, after.backoff);
        timers.set(timer, setTimeout(() => { happens({ is: 'timer', timer }); }, ms));
        break;
      }
      case 'clear':
        clearTimeout(timers.get(effect.timer));
        break;
      case 'end':
        ended.abort();
        for (const timer of timers.values()) clearTimeout(timer);
        disconnect();
        break;
      case 'tell frame':
        listener.onFrame(effect.frame);
        break;
      case 'tell found':
        listener.onFound(effect.found);
        break;
      case 'tell link':
        listener.onLink(effect.link);
        break;
      case 'tell missing':
        listener.onMissing();
        break;
    }
  };

  const connect = (by: 'socket' | 'events') => {
    disconnect();
    const opened: { transport: Transport | null } = { transport: null };
    // Events of a connection that was replaced are left out.
    const ifPresent = (event: FeedEvent) => {
      if (opened.transport !== null && opened.transport === connection) happens(event);
    };
    const transportListener: TransportListener = {
      onText: (text) => {
        const frame = decodeFrame(parseJson(text));
        if (frame !== null) ifPresent({ is: 'received', frame });
      },
      onGone: () => { ifPresent({ is: 'gone' }); },
      onPause: () => { ifPresent({ is: 'paused' }); },
    };
    opened.transport = by === 'socket' ? openSocket(imageId, transportListener) : openEvents(imageId, transportListener);
    connection = opened.transport;
    if (connection === null) happens({ is: 'not opened' });
  };

  const disconnect = () => {
    const dropped = connection;
    connection = null;
    dropped?.close();
  };

  const poll = async () => {
    const fetched = await fetchReceipt(imageId, ended.signal);
    if (!ended.signal.aborted) happens({ is: 'polled', fetched });
  };

  const { signal } = ended;
  const onReturn = () => { happens({ is: 'came back' }); };
  onVisible(onReturn, signal);
  window.addEventListener('online', onReturn, { signal });

  happens({ is: 'started', pollFirst });
  return () => { happens({ is: 'stopped' }); };
}
