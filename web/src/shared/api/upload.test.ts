import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../../testing/fake-server';
import { imageId, jpeg, uploadedAnswer } from '../../../testing/samples';
import { upload, type UploadListener } from './upload';
import { maxPictureBytes } from './wire';

let server: FakeServer;
let heard: { [Name in keyof UploadListener]: ReturnType<typeof vi.fn<UploadListener[Name]>> };

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
  heard = { onProgress: vi.fn(), onUploaded: vi.fn(), onProblem: vi.fn() };
});

it('tells the share of bytes sent, then the image', () => {
  upload([jpeg()], 'key-1', heard);
  server.upload().hasSent(64, 100);
  expect(heard.onProgress).toHaveBeenLastCalledWith(0.64);
  server.upload().isAnswered(202, uploadedAnswer);
  expect(heard.onUploaded).toHaveBeenCalledExactlyOnceWith(imageId);
  expect(server.upload().body?.get('image')).toMatchObject({ name: 'receipt.jpg' });
  expect(server.upload().headers.get('idempotency-key')).toBe('key-1');
});

describe('what came back', () => {
  it.each([
    [400, { code: 'empty_image' }, {}, { is: 'empty' }],
    [400, { code: 'malformed_form' }, {}, { is: 'puzzling' }],
    [408, { code: 'too_slow' }, {}, { is: 'no_network' }],
    [410, { code: 'receipt_deleted' }, {}, { is: 'deleted' }],
    [413, {}, {}, { is: 'too_large' }],
    [415, { detail: 'Please send a JPEG.' }, {}, { is: 'other_kind_of_file', why: { code: null, detail: 'Please send a JPEG.' } }],
    [415, { code: 'several_pages', detail: 'No.' }, {}, { is: 'other_kind_of_file', why: { code: 'several_pages', detail: 'No.' } }],
    [429, { code: 'day_budget_used_up' }, { 'retry-after': '30000' }, { is: 'day_over' }],
    [429, {}, { 'retry-after': '7' }, { is: 'busy', retryAfterSeconds: 7 }],
    [429, {}, { 'retry-after': 'Fri, 01 Jan 2027 00:00:00 GMT' }, { is: 'busy', retryAfterSeconds: null }],
    [503, '<html>', {}, { is: 'busy', retryAfterSeconds: null }],
    [500, { detail: 'Please try later.' }, {}, { is: 'puzzling' }],
    [202, '{"imageId":', {}, { is: 'puzzling' }],
    [200, { hello: 'captive portal' }, {}, { is: 'puzzling' }],
  ])('%i %j %j becomes %j', (status, body, headers, problem) => {
    upload([jpeg()], 'key', heard);
    server.upload().isAnswered(status, body, headers);
    expect(heard.onProblem).toHaveBeenCalledExactlyOnceWith(problem);
    expect(heard.onUploaded).not.toHaveBeenCalled();
  });

  it('is no network when the connection breaks', () => {
    upload([jpeg()], 'key', heard);
    server.upload().breaks();
    expect(heard.onProblem).toHaveBeenCalledExactlyOnceWith({ is: 'no_network' });
  });

  it('is no network when nothing moves any more, and only then', () => {
    upload([jpeg()], 'key', heard);
    for (const sent of [1, 2, 3]) {
      vi.advanceTimersByTime(40_000);
      server.upload().hasSent(sent, 9);
    }
    expect(heard.onProblem).not.toHaveBeenCalled();
    vi.advanceTimersByTime(46_000);
    expect(heard.onProblem).toHaveBeenCalledExactlyOnceWith({ is: 'no_network' });
    expect(server.upload().aborted).toBe(true);
  });
});

it('does not send what cannot be taken', () => {
  upload([new File([], 'empty.jpg')], 'key', heard);
  const large = jpeg();
  Object.defineProperty(large, 'size', { value: maxPictureBytes + 1 });
  upload([large], 'key', heard);
  vi.runAllTimers();
  expect(heard.onProblem.mock.calls).toEqual([[{ is: 'empty' }], [{ is: 'too_large' }]]);
  expect(server.uploads).toHaveLength(0);
});

it('says nothing once it is stopped', () => {
  const stop = upload([jpeg()], 'key', heard);
  stop();
  expect(server.upload().aborted).toBe(true);
  server.upload().hasSent(5, 9);
  server.upload().isAnswered(202, uploadedAnswer);
  vi.runAllTimers();
  expect(heard.onProgress).not.toHaveBeenCalled();
  expect(heard.onUploaded).not.toHaveBeenCalled();
  expect(heard.onProblem).not.toHaveBeenCalled();
});
