// The other end of the wire, in the test's hand: sockets, uploads and answers that do what the test says.

import { vi } from 'vitest';

type Answer = { status: number; body?: unknown };
export type Told = { method: string; path: string; headers: Headers; body: unknown; keepalive: boolean };

export type FakeServer = {
  sockets: FakeSocket[];
  uploads: FakeUpload[];
  sources: FakeEvents[];
  /** Every path asked by `fetch`. */
  asked: string[];
  /** Every other request than a look, in order. */
  told: Told[];
  /** What a path answers; a missing path answers like a broken network. A change is looked for as "PATCH path". */
  answers: Map<string, Answer | (() => Answer)>;
  /** The latest socket. */
  socket: () => FakeSocket;
  /** The latest stream of events. */
  events: () => FakeEvents;
  /** The latest upload. */
  upload: () => FakeUpload;
};

export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  readyState = FakeSocket.CONNECTING;

  constructor(readonly address: string | URL) {
    super();
  }

  says(frame: unknown): void {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }));
  }

  closes(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent('close', { code }));
  }

  close(): void {
    this.readyState = 3;
  }
}

export class FakeEvents extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;

  constructor(readonly address: string | URL) {
    super();
  }

  says(frame: unknown): void {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }

  /** `for good`: the server said no. Else the browser comes back by itself. */
  breaks(how: 'for a moment' | 'for good'): void {
    this.readyState = how === 'for good' ? FakeEvents.CLOSED : 0;
    this.dispatchEvent(new Event('error'));
  }

  close(): void {
    this.readyState = FakeEvents.CLOSED;
  }
}

export class FakeUpload extends EventTarget {
  readonly upload = new EventTarget();
  readonly headers = new Map<string, string>();
  body: FormData | null = null;
  aborted = false;
  status = 0;
  responseText = '';
  private responseHeaders: Record<string, string> = {};

  open(): void {
    // Where to is not what these tests look at.
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.responseHeaders[name] ?? null;
  }

  send(body: FormData): void {
    this.body = body;
  }

  abort(): void {
    this.aborted = true;
  }

  hasSent(loaded: number, total: number): void {
    this.upload.dispatchEvent(new ProgressEvent('progress', { lengthComputable: true, loaded, total }));
  }

  isAnswered(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.status = status;
    this.responseText = typeof body === 'string' ? body : JSON.stringify(body);
    this.responseHeaders = headers;
    this.dispatchEvent(new Event('load'));
  }

  breaks(): void {
    this.dispatchEvent(new Event('error'));
  }
}

export function fakeServer(): FakeServer {
  const sockets: FakeSocket[] = [];
  const sources: FakeEvents[] = [];
  const uploads: FakeUpload[] = [];
  const asked: string[] = [];
  const told: Told[] = [];
  const answers: FakeServer['answers'] = new Map();

  vi.stubGlobal('WebSocket', class extends FakeSocket {
    constructor(address: string | URL) {
      super(address);
      sockets.push(this);
    }
  });
  vi.stubGlobal('EventSource', class extends FakeEvents {
    constructor(address: string | URL) {
      super(address);
      sources.push(this);
    }
  });
  vi.stubGlobal('XMLHttpRequest', class extends FakeUpload {
    constructor() {
      super();
      uploads.push(this);
    }
  });
  vi.stubGlobal('fetch', (path: string, request: RequestInit = {}) => {
    const { method = 'GET', headers, body, keepalive = false } = request;
    if (method === 'GET') asked.push(path);
    else told.push({ method, path, headers: new Headers(headers), body: typeof body === 'string' ? JSON.parse(body) : null, keepalive });
    // With its query where the test says so.
    const key = method === 'GET' ? path : `${method} ${path}`;
    const found = answers.get(key) ?? answers.get(key.replace(/\?.*$/, ''));
    if (found === undefined) return Promise.reject(new TypeError('no network'));
    const { status, body: said } = typeof found === 'function' ? found() : found;
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(said ?? null), { status }));
  });

  return {
    sockets,
    sources,
    uploads,
    asked,
    told,
    answers,
    socket: () => latest(sockets),
    events: () => latest(sources),
    upload: () => latest(uploads),
  };
}

function latest<T>(all: T[]): T {
  const last = all.at(-1);
  if (last === undefined) throw new Error('the page has not asked for any yet');
  return last;
}
