// The two transports by which the server sends news of an image: a WebSocket, and server-sent events where no socket opens.

export type Transport = { close: () => void };
export type TransportListener = {
  onText: (text: string) => void;
  /** It broke and does not reconnect. */
  onGone: () => void;
  /** It broke and reconnects by itself. */
  onPause: () => void;
};

/** `null` where the page may not open sockets at all. */
export function openSocket(imageId: string, listener: TransportListener): Transport | null {
  const address = new URL(`/imageStatus/${encodeURIComponent(imageId)}/ws`, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  try {
    const socket = new WebSocket(address);
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') listener.onText(data);
    });
    socket.addEventListener('close', listener.onGone);
    return socket;
  } catch {
    return null;
  }
}

/** `null` in browsers that do not know them. After a break the browser names the last version it saw (`Last-Event-ID`). */
export function openEvents(imageId: string, listener: TransportListener): Transport | null {
  if (!('EventSource' in globalThis)) return null;
  const source = new EventSource(`/imageStatus/${encodeURIComponent(imageId)}/events`);
  source.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') listener.onText(data);
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) listener.onGone();
    else listener.onPause();
  });
  return source;
}
