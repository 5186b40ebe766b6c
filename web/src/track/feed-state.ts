// How one image is followed to its end, as a pure machine: by a WebSocket, else by server-sent events, else by polling alone.

import type { Backoff } from '../shared/api/backoff';
import { type Frame, isFinal } from '../shared/api/decode';
import type { Fetched, Found } from '../shared/api/receipts';

/** `live`: the server sends news. `polling`: the page asks for them. `lost`: the server does not answer just now. */
export type Link = 'live' | 'polling' | 'lost';

export type FeedState = {
  imageId: string;
  /** The highest version that was reported. */
  version: number;
  /** What is tried, in this order; each one that stays silent is left for the next. */
  way: 'socket' | 'events' | 'polling';
  /** `silent`: opened, or broken and mending itself, and nothing came since. */
  connection: 'none' | 'silent' | 'speaking';
  /** Of connections in a row, since news came by one. */
  failures: number;
  /** Those of them that had brought nothing. */
  silences: number;
  /** Of polls in a row without news, the next one included: the more, the longer until it. */
  polls: number;
  /** Whether the first connection waits for the first poll. */
  pollsFirst: boolean;
  /** Whether the last poll had no answer. */
  unanswered: boolean;
  ended: boolean;
};

export type FeedEvent =
  /** `pollFirst`: the image may have ended already, so that no connection is needed. */
  | { is: 'started'; pollFirst: boolean }
  | { is: 'received'; frame: Frame }
  /** The connection could not be opened at all. */
  | { is: 'not opened' }
  /** The connection broke and will not mend itself. */
  | { is: 'gone' }
  /** The connection broke and mends itself. */
  | { is: 'paused' }
  | { is: 'timer'; timer: Timer }
  | { is: 'polled'; fetched: Fetched }
  /** The page is visible again, or online again. */
  | { is: 'came back' }
  | { is: 'stopped' };

export type Timer = 'connect' | 'poll' | 'silence';

export type FeedEffect =
  /** Replaces the present connection, if there is one. */
  | { do: 'connect'; by: 'socket' | 'events' }
  | { do: 'disconnect' }
  | { do: 'poll' }
  /** A timer that runs begins anew. */
  | { do: 'set'; timer: Timer; after: { ms: number } | { failures: number; backoff: Backoff } }
  | { do: 'clear'; timer: Timer }
  /** Nothing more happens: no connection, no timer, no poll. */
  | { do: 'end' }
  | { do: 'tell frame'; frame: Frame }
  | { do: 'tell found'; found: Found }
  | { do: 'tell link'; link: Link }
  | { do: 'tell missing' };

type Step = readonly [FeedState, readonly FeedEffect[]];

const speaksWithinMs = 8_000;
/** After so many silent connections in a row another way is taken. */
const mostSilences = 2;
/** After so long on polling alone, the socket gets another chance. */
const socketAgainAfterMs = 30_000;
/** A phone's socket can be dead without knowing it, so a poll checks on a quiet one. */
const pollBesideConnectionMs = 20_000;
const connectBackoff: Backoff = { firstMs: 500, longestMs: 30_000 };
const pollBackoff: Backoff = { firstMs: 1_000, longestMs: 5_000, factor: 1.5 };

export function firstState(imageId: string): FeedState {
  return {
    imageId,
    version: 0,
    way: 'socket',
    connection: 'none',
    failures: 0,
    silences: 0,
    polls: 1,
    pollsFirst: false,
    unanswered: false,
    ended: false,
  };
}

export function reduce(state: FeedState, event: FeedEvent): Step {
  if (state.ended) return [state, []];
  switch (event.is) {
    case 'started':
      return event.pollFirst ? [{ ...state, pollsFirst: true }, [{ do: 'poll' }]] : inTurn(state, connect, pollLater);
    case 'received':
      return inTurn(
        { ...state, connection: 'speaking', failures: 0, silences: 0, unanswered: false },
        (state) => [state, [{ do: 'clear', timer: 'silence' }, { do: 'tell link', link: 'live' }]],
        pollLater,
        take(event.frame),
      );
    case 'not opened':
      return takeNextWay(state);
    case 'gone': {
      const failed = { ...state, failures: state.failures + 1, silences: state.silences + (isSpeaking(state) ? 0 : 1) };
      const then = failed.silences >= mostSilences ? takeNextWay : connectLater;
      return inTurn(failed, disconnect, ...(isSpeaking(state) ? [pollSoon] : []), then);
    }
    case 'paused': {
      const silent: FeedState = { ...state, connection: 'silent' };
      if (isSpeaking(state)) return pollSoon(silent);
      const failed = { ...silent, silences: state.silences + 1 };
      return failed.silences >= mostSilences ? takeNextWay(failed) : [failed, []];
    }
    case 'timer':
      return afterTimer(state, event.timer);
    case 'polled':
      return polled(state, event.fetched);
    case 'came back':
      // A connection that is just being opened needs no other.
      if (state.connection === 'silent' && state.way === 'socket') return [state, []];
      // What the old connection says is doubtful, after a pocket or a tunnel.
      return inTurn({ ...state, failures: 0, silences: 0, way: 'socket' }, connect, pollSoon);
    case 'stopped':
      return ended(state);
  }
}

function afterTimer(state: FeedState, timer: Timer): Step {
  switch (timer) {
    case 'connect':
      return connect(state);
    case 'silence':
      return takeNextWay(state);
    case 'poll':
      return [state, [{ do: 'poll' }]];
  }
}

function polled(state: FeedState, fetched: Fetched): Step {
  if (fetched.is === 'missing') return ended(state, { do: 'tell missing' });
  const found = fetched.is === 'found' ? fetched : null;
  const link: FeedEffect[] = isSpeaking(state) ? [] : [{ do: 'tell link', link: found === null ? 'lost' : 'polling' }];
  // Where the server answers again, the faster ways may work again too.
  const recovered = found !== null && state.unanswered && state.way === 'polling';
  return inTurn(
    { ...state, unanswered: found === null, pollsFirst: false },
    (state) => [state, found === null ? link : [...link, { do: 'tell found', found }]],
    ...(found === null ? [] : [take(found.frame)]),
    (state) => pollLater({ ...state, polls: state.polls + 1 }),
    ...(recovered || state.pollsFirst ? [connect] : []),
  );
}

/** The steps one after the other, up to the one that ends the feed. */
function inTurn(state: FeedState, ...steps: ((state: FeedState) => Step)[]): Step {
  const effects: FeedEffect[] = [];
  let now = state;
  for (const step of steps) {
    if (now.ended) break;
    const [next, more] = step(now);
    now = next;
    effects.push(...more);
  }
  return [now, effects];
}

/** Versions only rise, and a final frame ends the feed. */
function take(frame: Frame): (state: FeedState) => Step {
  return (state) => {
    if (frame.imageId !== state.imageId || frame.version <= state.version) return [state, []];
    const news = { ...state, version: frame.version, polls: 1 };
    return isFinal(frame) ? ended(news, { do: 'tell frame', frame }) : [news, [{ do: 'tell frame', frame }]];
  };
}

function connect(state: FeedState): Step {
  const way = state.way === 'polling' ? 'socket' : state.way;
  return [
    { ...state, way, connection: 'silent', pollsFirst: false },
    [
      { do: 'clear', timer: 'connect' },
      { do: 'connect', by: way },
      { do: 'set', timer: 'silence', after: { ms: speaksWithinMs } },
    ],
  ];
}

function connectLater(state: FeedState): Step {
  return [state, [{ do: 'set', timer: 'connect', after: { failures: state.failures, backoff: connectBackoff } }]];
}

function disconnect(state: FeedState): Step {
  return [{ ...state, connection: 'none' }, [{ do: 'disconnect' }, { do: 'clear', timer: 'silence' }]];
}

function takeNextWay(state: FeedState): Step {
  const way = state.way === 'socket' ? 'events' : 'polling';
  const next: FeedState = { ...state, way, failures: 0, silences: 0 };
  if (way === 'events') return connect(next);
  return inTurn(next, disconnect, (state) => [state, [{ do: 'set', timer: 'connect', after: { ms: socketAgainAfterMs } }]]);
}

function pollLater(state: FeedState): Step {
  const after = isSpeaking(state) ? { ms: pollBesideConnectionMs } : { failures: state.polls, backoff: pollBackoff };
  return [state, [{ do: 'set', timer: 'poll', after }]];
}

function pollSoon(state: FeedState): Step {
  return pollLater({ ...state, polls: 1 });
}

function ended(state: FeedState, ...told: FeedEffect[]): Step {
  return [{ ...state, connection: 'none', ended: true }, [{ do: 'end' }, ...told]];
}

function isSpeaking({ connection }: FeedState): boolean {
  return connection === 'speaking';
}
