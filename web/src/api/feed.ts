// Follows one image to its end: a WebSocket, and plain looking where no socket opens.

import { decodeFrame, isFinal, parseJson, type Frame } from './decode';
import { lookAtReceipt, type Found } from './receipts';

/** `live`: news arrive by themselves. `looking`: we ask for them. `lost`: nobody answers just now. */
export type Link = 'live' | 'looking' | 'lost';

export type FeedListener = {
  /** Each state once, versions only rising; the last one is final. */
  onFrame: (frame: Frame) => void;
  /** What only a look tells. */
  onFound: (found: Found) => void;
  onLink: (link: Link) => void;
  onMissing: () => void;
};

const socketOpensWithinMs = 8_000;
const longestBackoffMs = 30_000;
const firstLookMs = 1_000;
const longestLookMs = 5_000;
/** A phone's socket can be dead without knowing it, so a quiet one is doubted now and then. */
const lookBesideSocketMs = 20_000;

/** Starts to follow; the returned function stops it. With `lookFirst`, the socket waits for one look. */
export function follow(imageId: string, lookFirst: boolean, listener: FeedListener): () => void {
  const stopped = new AbortController();
  let seen = 0;
  let socket: WebSocket | null = null;
  let socketSpeaks = false;
  let lookMs = firstLookMs;
  let failures = 0;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  let lookTimer: ReturnType<typeof setTimeout> | undefined;
  let openTimer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    stopped.abort();
    for (const timer of [reconnectTimer, lookTimer, openTimer]) clearTimeout(timer);
    dropSocket();
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('pageshow', hurry);
    window.removeEventListener('online', hurry);
  };

  const take = (frame: Frame) => {
    if (stopped.signal.aborted || frame.imageId !== imageId || frame.version <= seen) return;
    seen = frame.version;
    lookMs = firstLookMs;
    if (isFinal(frame)) stop();
    listener.onFrame(frame);
  };

  const dropSocket = () => {
    clearTimeout(openTimer);
    const dropped = socket;
    socket = null;
    socketSpeaks = false;
    dropped?.close();
  };

  const connect = () => {
    dropSocket();
    clearTimeout(reconnectTimer);
    const opened = openSocket(imageId);
    if (opened === null) {
      onSocketGone();
      return;
    }
    socket = opened;
    openTimer = setTimeout(() => {
      if (socket === opened) onSocketGone();
    }, socketOpensWithinMs);
    opened.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (socket !== opened || typeof event.data !== 'string') return;
      const frame = decodeFrame(parseJson(event.data));
      if (frame === null) return;
      clearTimeout(openTimer);
      socketSpeaks = true;
      failures = 0;
      listener.onLink('live');
      lookLater();
      take(frame);
    });
    opened.addEventListener('close', () => {
      if (socket === opened) onSocketGone();
    });
  };

  const onSocketGone = () => {
    const didSpeak = socketSpeaks;
    dropSocket();
    failures += 1;
    const backoffMs = Math.min(longestBackoffMs, 500 * 2 ** (failures - 1));
    reconnectTimer = setTimeout(connect, backoffMs * (0.5 + Math.random() / 2));
    if (!didSpeak) return;
    lookMs = firstLookMs;
    lookLater();
  };

  const lookLater = () => {
    clearTimeout(lookTimer);
    if (stopped.signal.aborted) return;
    lookTimer = setTimeout(() => void look(), socketSpeaks ? lookBesideSocketMs : lookMs);
  };

  const look = async () => {
    const looked = await lookAtReceipt(imageId, stopped.signal);
    if (stopped.signal.aborted) return;
    switch (looked.is) {
      case 'found':
        if (!socketSpeaks) listener.onLink('looking');
        listener.onFound(looked);
        take(looked.frame);
        break;
      case 'missing':
        stop();
        listener.onMissing();
        break;
      case 'unreachable':
        if (!socketSpeaks) listener.onLink('lost');
        break;
    }
    lookMs = Math.min(longestLookMs, lookMs * 1.5);
    lookLater();
  };

  /** Back from a pocket or a tunnel: what the old socket says is doubtful, so ask anew at once. */
  const hurry = () => {
    if (socket?.readyState === WebSocket.CONNECTING) return;
    failures = 0;
    lookMs = firstLookMs;
    connect();
    lookLater();
  };
  const onVisible = () => {
    if (document.visibilityState === 'visible') hurry();
  };

  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('pageshow', hurry);
  window.addEventListener('online', hurry);
  if (lookFirst) {
    void look().then(() => {
      if (!stopped.signal.aborted && socket === null) connect();
    });
  } else {
    connect();
    lookLater();
  }
  return stop;
}

/** `null` where the page may not open sockets at all. */
function openSocket(imageId: string): WebSocket | null {
  const address = new URL(`/imageStatus/${encodeURIComponent(imageId)}/ws`, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  try {
    return new WebSocket(address);
  } catch {
    return null;
  }
}
