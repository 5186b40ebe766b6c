// Follows one image to its end by what works: a WebSocket, else server-sent events, else plain looking.

import { decodeFrame, type Frame, isFinal } from '../shared/api/decode';
import { parseJson } from '../shared/api/json';
import { fetchReceipt, type Found } from '../shared/api/receipts';
import { openEvents, openSocket, type Transport, type TransportListener } from './transports';

/** `live`: news arrive by themselves. `looking`: we request for them. `lost`: nobody answers just now. */
export type Link = 'live' | 'looking' | 'lost';

export type FeedListener = {
  /** Each state once, versions only rising; the last one is final. */
  onFrame: (frame: Frame) => void;
  /** What only a look tells. */
  onFound: (found: Found) => void;
  onLink: (link: Link) => void;
  onMissing: () => void;
};

/** How news arrive; one that stays silent is left for the next. */
type Way = 'socket' | 'events' | 'looking';
const nextWay: Record<Way, Way> = { socket: 'events', events: 'looking', looking: 'looking' };

const speaksWithinMs = 8_000;
/** Failures in a row, without a word between them, after which another way is taken. */
const silentTries = 2;
/** After so long on looks alone, the socket gets another chance. */
const backUpAfterMs = 30_000;
const longestBackoffMs = 30_000;
const firstLookMs = 1_000;
const longestLookMs = 5_000;
/** A phone's socket can be dead without knowing it, so a quiet one is doubted now and then. */
const lookBesideWireMs = 20_000;

/** Starts to follow; the returned function stops it. With `lookFirst`, the socket waits for one look. */
export function follow(imageId: string, lookFirst: boolean, listener: FeedListener): () => void {
  const stopped = new AbortController();
  let seen = 0;
  let way: Way = 'socket';
  let wire: Transport | null = null;
  /** Of the present wire: `silent` until its first word. */
  let wireIs: 'none' | 'silent' | 'speaking' = 'none';
  /** Since the last word. */
  let failures = 0;
  let silences = 0;
  let lookMs = firstLookMs;
  let unanswered = false;
  let connectTimer: ReturnType<typeof setTimeout> | undefined;
  let lookTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    stopped.abort();
    for (const timer of [connectTimer, lookTimer]) clearTimeout(timer);
    dropWire();
  };

  const take = (frame: Frame) => {
    if (stopped.signal.aborted || frame.imageId !== imageId || frame.version <= seen) return;
    seen = frame.version;
    lookMs = firstLookMs;
    if (isFinal(frame)) stop();
    listener.onFrame(frame);
  };

  const dropWire = () => {
    clearTimeout(silenceTimer);
    const dropped = wire;
    wire = null;
    wireIs = 'none';
    dropped?.close();
  };

  const connectAfter = (ms: number) => {
    clearTimeout(connectTimer);
    connectTimer = setTimeout(connect, ms);
  };

  const connect = () => {
    dropWire();
    clearTimeout(connectTimer);
    if (way === 'looking') way = 'socket';
    const opened: { wire: Transport | null } = { wire: null };
    // What an old wire still says has no meaning.
    const ifPresent = <T extends unknown[]>(act: (...said: T) => void) => (...said: T) => {
      if (opened.wire !== null && opened.wire === wire) act(...said);
    };
    const wireListener: TransportListener = { onText: ifPresent(onText), onGone: ifPresent(onGone), onPause: ifPresent(onPause) };
    opened.wire = way === 'socket' ? openSocket(imageId, wireListener) : openEvents(imageId, wireListener);
    wire = opened.wire;
    if (wire === null) {
      takeNextWay();
      return;
    }
    wireIs = 'silent';
    silenceTimer = setTimeout(takeNextWay, speaksWithinMs);
  };

  const onText = (text: string) => {
    const frame = decodeFrame(parseJson(text));
    if (frame === null) return;
    clearTimeout(silenceTimer);
    wireIs = 'speaking';
    failures = 0;
    silences = 0;
    unanswered = false;
    listener.onLink('live');
    lookLater();
    take(frame);
  };

  const onGone = () => {
    const spoke = wireIs === 'speaking';
    dropWire();
    failures += 1;
    if (spoke) lookSoon();
    else silences += 1;
    if (silences >= silentTries) takeNextWay();
    else connectAfter(jittered(Math.min(longestBackoffMs, 500 * 2 ** (failures - 1))));
  };

  const onPause = () => {
    const spoke = wireIs === 'speaking';
    wireIs = 'silent';
    if (spoke) lookSoon();
    else silences += 1;
    if (silences >= silentTries) takeNextWay();
  };

  const takeNextWay = () => {
    dropWire();
    failures = 0;
    silences = 0;
    way = nextWay[way];
    if (way === 'looking') connectAfter(backUpAfterMs);
    else connect();
  };

  const lookSoon = () => {
    lookMs = firstLookMs;
    lookLater();
  };

  const lookLater = () => {
    clearTimeout(lookTimer);
    if (stopped.signal.aborted) return;
    lookTimer = setTimeout(() => void look(), wireIs === 'speaking' ? lookBesideWireMs : jittered(lookMs));
  };

  const look = async () => {
    const looked = await fetchReceipt(imageId, stopped.signal);
    if (stopped.signal.aborted) return;
    switch (looked.is) {
      case 'found':
        if (wireIs !== 'speaking') listener.onLink('looking');
        listener.onFound(looked);
        take(looked.frame);
        // Somebody answers again, so the faster ways may work again too.
        if (unanswered && way === 'looking') connect();
        unanswered = false;
        break;
      case 'missing':
        stop();
        listener.onMissing();
        break;
      case 'unreachable':
        unanswered = true;
        if (wireIs !== 'speaking') listener.onLink('lost');
        break;
    }
    lookMs = Math.min(longestLookMs, lookMs * 1.5);
    lookLater();
  };

  /** Back from a pocket or a tunnel: what the old wire says is doubtful, so request anew at once. */
  const hurry = () => {
    if (wireIs === 'silent' && way === 'socket') return;
    failures = 0;
    silences = 0;
    way = 'socket';
    connect();
    lookSoon();
  };
  const { signal } = stopped;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') hurry();
  }, { signal });
  window.addEventListener('pageshow', hurry, { signal });
  window.addEventListener('online', hurry, { signal });

  if (lookFirst) {
    void look().then(() => {
      if (!stopped.signal.aborted && wire === null) connect();
    });
  } else {
    connect();
    lookLater();
  }
  return stop;
}

/** Half as long to as long, so that those who lost a server together do not come back together. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
