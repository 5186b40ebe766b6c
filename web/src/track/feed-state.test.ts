import { describe, expect, it } from 'vitest';

import { accepted, frame, imageId } from '../../testing/samples';
import { decodeFrame, type Frame } from '../shared/api/decode';
import type { Fetched } from '../shared/api/receipts';
import { type FeedEffect, type FeedEvent, type FeedState, firstState, reduce } from './feed-state';

function decoded(input: unknown): Frame {
  const frame = decodeFrame(input);
  if (frame === null) throw new Error('the sample is a frame');
  return frame;
}

const started: FeedEvent = { is: 'started', pollFirst: false };
const received = (input: unknown): FeedEvent => ({ is: 'received', frame: decoded(input) });
const found = (input: unknown): FeedEvent => ({ is: 'polled', fetched: { is: 'found', frame: decoded(input), sent: { parts: [], pages: [] } } });
const polled = (is: Exclude<Fetched['is'], 'found'>): FeedEvent => ({ is: 'polled', fetched: { is } });
const timer = (timer: 'connect' | 'poll' | 'silence'): FeedEvent => ({ is: 'timer', timer });
const [gone, paused, notOpened, cameBack, stopped]: FeedEvent[] = [
  { is: 'gone' }, { is: 'paused' }, { is: 'not opened' }, { is: 'came back' }, { is: 'stopped' },
];

/** What is done after the last of the events, in short. */
function after(...events: (FeedEvent | undefined)[]): { state: FeedState; does: string[] } {
  let state = firstState(imageId);
  let effects: readonly FeedEffect[] = [];
  for (const event of events) if (event !== undefined) [state, effects] = reduce(state, event);
  return { state, does: effects.map(inShort) };
}

function inShort(effect: FeedEffect): string {
  switch (effect.do) {
    case 'connect':
      return `connect by ${effect.by}`;
    case 'set':
      return `${effect.timer} in ${'ms' in effect.after ? `${effect.after.ms} ms` : `backoff ${effect.after.failures}`}`;
    case 'clear':
      return `no ${effect.timer}`;
    case 'tell frame':
      return `tell ${effect.frame.status} ${effect.frame.version}`;
    case 'tell link':
      return `tell ${effect.link}`;
    case 'disconnect':
    case 'poll':
    case 'end':
    case 'tell found':
    case 'tell missing':
      return effect.do;
  }
}

const live = ['no silence', 'tell live', 'poll in 20000 ms'];
const bySocket = ['no connect', 'connect by socket', 'silence in 8000 ms'];
const byEvents = ['no connect', 'connect by events', 'silence in 8000 ms'];
const byPolling = ['disconnect', 'no silence', 'connect in 30000 ms'];
const speaking = [started, received(frame('started', 2))];
const onEvents = [started, gone, timer('connect'), gone];
const onPolling = [...onEvents, paused, paused];

describe('of an image that is followed', () => {
  it.each<[string, (FeedEvent | undefined)[], string[]]>([
    ['the start connects, with a poll beside it', [started], [...bySocket, 'poll in backoff 1']],
    ['the start polls first where it may have ended', [{ is: 'started', pollFirst: true }], ['poll']],
    ['the first poll then connects', [{ is: 'started', pollFirst: true }, found(frame('started', 2))],
      ['tell polling', 'tell found', 'tell started 2', 'poll in backoff 2', ...bySocket]],
    ['a first poll without an answer connects too', [{ is: 'started', pollFirst: true }, polled('unreachable')],
      ['tell lost', 'poll in backoff 2', ...bySocket]],
    ['a first poll may find the end', [{ is: 'started', pollFirst: true }, found(accepted)],
      ['tell polling', 'tell found', 'end', 'tell accepted 4']],
    ['a frame is told', speaking, [...live, 'tell started 2']],
    ['a frame that goes back is not', [...speaking, received(frame('uploaded', 1))], live],
    ['a frame of another image is not', [...speaking, received({ ...frame('failed', 9), imageId: 'another' })], live],
    ['the last frame ends it', [...speaking, received(accepted)], [...live, 'end', 'tell accepted 4']],
    ['a silent socket is left for events', [started, timer('silence')], byEvents],
    ['a socket that cannot be made is left for events', [started, notOpened], byEvents],
    ['events that cannot be made are left for polling', [started, notOpened, notOpened], byPolling],
    ['a socket that breaks without news is tried once more', [started, gone], ['disconnect', 'no silence', 'connect in backoff 1']],
    ['a second one that breaks so is left for events', onEvents, ['disconnect', 'no silence', ...byEvents]],
    ['one that breaks after news is polled for and tried again', [...speaking, gone],
      ['disconnect', 'no silence', 'poll in backoff 1', 'connect in backoff 1']],
    ['the wait grows with each break', [...speaking, gone, timer('connect'), gone], ['disconnect', 'no silence', 'connect in backoff 2']],
    ['events that mend themselves are waited for', [...onEvents, received(frame('started', 2)), paused], ['poll in backoff 1']],
    ['events that break twice without news are left for polling', onPolling, byPolling],
    ['polling leads back to the socket after a while', [...onPolling, timer('connect')], bySocket],
    ['polling leads back at once when the server answers again', [...onPolling, polled('unreachable'), found(frame('started', 2))],
      ['tell polling', 'tell found', 'tell started 2', 'poll in backoff 2', ...bySocket]],
    ['polls without news come less often', [...onPolling, found(frame('started', 2)), found(frame('started', 2))],
      ['tell polling', 'tell found', 'poll in backoff 3']],
    ['a poll beside a speaking connection says nothing of the link', [...speaking, polled('unreachable')], ['poll in 20000 ms']],
    ['coming back connects anew', [...speaking, cameBack], [...bySocket, 'poll in backoff 1']],
    ['coming back leaves alone a socket that is being opened', [started, cameBack], []],
    ['coming back takes the socket instead of events', [...onEvents, cameBack], [...bySocket, 'poll in backoff 1']],
    ['an image that is missing ends it', [started, polled('missing')], ['end', 'tell missing']],
    ['stopping ends it', [...speaking, stopped], ['end']],
  ])('%s', (_, events, does) => {
    expect(after(...events).does).toEqual(does);
  });

  it.each([started, received(accepted), gone, paused, notOpened, cameBack, polled('missing'), timer('poll'), stopped])(
    'after the end %j changes nothing',
    (event) => {
      const end = after(started, stopped).state;
      if (event !== undefined) expect(reduce(end, event)).toEqual([end, []]);
    },
  );
});
