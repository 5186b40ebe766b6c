import { describe, expect, it } from 'vitest';

import { accepted, duplicate, earning, failed, field, firstId, imageId, rejected } from '../../../testing/samples';
import { decodeFrame, decodeProblem, decodeReceiptPage, decodeUploaded, isFinal } from './decode';
import { parseJson } from './json';

describe('a frame', () => {
  it('of each kind becomes one of ours', () => {
    expect(decodeFrame({ imageId, status: 'started', version: 2, at: '1970-01-01T00:00:07Z' })).toEqual({
      imageId, status: 'started', version: 2, at: 7_000, reason: null, detail: null,
    });
    expect(decodeFrame({ ...failed, at: 'now' })).toEqual({
      imageId, status: 'failed', version: 3, at: null, reason: null, detail: failed.detail, tryAgain: null,
    });
    expect(decodeFrame({ ...failed, tryAgain: false })).toMatchObject({ tryAgain: false });
    expect(decodeFrame({ ...failed, reason: 'gave_up' })).toMatchObject({ reason: 'gave_up', detail: failed.detail });
    expect(decodeFrame({ ...failed, reason: 7 })).toMatchObject({ reason: null, detail: failed.detail });
    expect(decodeFrame({ ...failed, tryAgain: 'no' })).toMatchObject({ tryAgain: null });
    expect(decodeFrame(accepted)).toMatchObject({
      status: 'accepted',
      receipt: { fields: { total: field('RM 9.00', '9.00') }, items: [{ quantity: { value: '2', box: null } }] },
      verdict: { rules: [{ code: 'missing_total', value: null, box: null }] },
    });
  });

  it.each([
    null, undefined, 7, 'accepted', [], {},
    { imageId, status: 'lost', version: 1 },
    { imageId, status: 'started', version: '1' },
    { imageId, status: 'started', version: -1 },
    { imageId: '', status: 'started', version: 1 },
    { imageId: 5, status: 'started', version: 1 },
  ])('that does not fit is none: %j', (input) => {
    expect(decodeFrame(input)).toBeNull();
  });

  it('keeps what it can read beside what it cannot', () => {
    const frame = decodeFrame({
      ...accepted,
      receipt: { merchant: 5, date: { text: '25/12' }, total: field('9.00'), items: 'none', taxes: [null, 6], tip: null },
      verdict: { outcome: 'perhaps', summary: 'x' },
    });
    expect(frame).toMatchObject({
      receipt: { fields: { total: field('9.00'), date: { text: '25/12', value: '25/12', confidence: 1, box: null } }, items: [], taxes: [] },
      verdict: null,
    });
    expect(decodeFrame({ ...accepted, receipt: undefined })).toMatchObject({ receipt: { fields: {}, items: [] } });
  });

  it('keeps what a person said beside what was read', () => {
    expect(decodeFrame(accepted)).toMatchObject({ corrections: {}, contested: false });
    const corrections = { total: { value: '8.50', at: '2026-01-02T03:04:05Z' }, date: { value: 5 }, time: { value: '12:00' } };
    expect(decodeFrame({ ...accepted, corrections, contestedAt: '2026-01-02T03:04:05Z' })).toMatchObject({
      receipt: { fields: { total: { value: '9.00' } } },
      corrections: { total: '8.50' },
      contested: true,
    });
    expect(decodeFrame({ ...accepted, corrections: 'none', contestedAt: null })).toMatchObject({ corrections: {}, contested: false });
  });

  it('loses a rule that makes no sense, not the others', () => {
    const [passed, inTheWay] = rejected.verdict.rules;
    const frame = decodeFrame({ ...rejected, verdict: { ...rejected.verdict, rules: [passed, { code: 'x' }, inTheWay] } });
    expect(frame).toMatchObject({ verdict: { rules: [{ code: 'missing_merchant' }, { code: 'missing_total' }] } });
  });

  it.each([[14, 14], ['14', null], [1.5, null], [undefined, null]])('has the figure of a rule where it is one: %j', (limit, told) => {
    const rules = [{ code: 'too_old', outcome: 'failed', message: 'Older than 14 days.', limit }];
    expect(decodeFrame({ ...rejected, verdict: { ...rejected.verdict, rules } })).toMatchObject({ verdict: { rules: [{ limit: told }] } });
  });

  it('tells what a receipt earns, and for what', () => {
    expect(decodeFrame(earning)).toMatchObject({
      verdict: {
        rebate: {
          amount: '0.75',
          currency: 'MYR',
          parts: [{ name: 'Every receipt', amount: '0.25', item: null }, { name: 'Gel pens', amount: '0.50', item: 1 }],
        },
      },
    });
    expect(decodeFrame(accepted)).toMatchObject({ verdict: { rebate: null } });
  });

  it.each([
    'lots', { amount: '0.25' }, { amount: 0.25, currency: 'MYR' }, { amount: 'lots', currency: 'MYR' }, { currency: 'MYR' },
  ])('keeps its verdict beside a rebate that makes no sense: %j', (rebate) => {
    expect(decodeFrame({ ...earning, verdict: { ...earning.verdict, rebate } })).toMatchObject({
      verdict: { outcome: 'accepted', rebate: null },
    });
  });

  it('loses the part of a rebate that makes no sense, not the others', () => {
    const rebate = { amount: '0.75', currency: 'MYR', parts: [null, { name: 'x' }, { name: 'Gel pens', amount: '0.50', item: -1 }] };
    expect(decodeFrame({ ...earning, verdict: { ...earning.verdict, rebate } })).toMatchObject({
      verdict: { rebate: { amount: '0.75', parts: [{ name: 'Gel pens', amount: '0.50', item: null }] } },
    });
  });

  it('keeps the places of its items, even of one that makes no sense', () => {
    const items = [7, { description: 'Gel pen' }];
    expect(decodeFrame({ ...accepted, receipt: { items } })).toMatchObject({
      receipt: { items: [{}, { description: { text: 'Gel pen' } }] },
    });
  });

  it('names the earlier receipt where the server does', () => {
    expect(decodeFrame(duplicate)).toMatchObject({
      verdict: { rules: [{ earlier: null }, { code: 'duplicate_image', earlier: firstId }, { outcome: 'not_checked' }] },
    });
  });

  it('has boxes inside of the picture, or none', () => {
    const boxed = (box: unknown) => decodeFrame({ ...accepted, receipt: { total: { ...field('9.00'), box } } });
    expect(boxed({ left: -0.01, top: 0.5, width: 1.2, height: 0.1 })).toMatchObject({
      receipt: { fields: { total: { box: { left: 0, top: 0.5, width: 1, height: 0.1 } } } },
    });
    expect(boxed({ left: 0.1, top: 'low', width: 0.1, height: 0.1 })).toMatchObject({ receipt: { fields: { total: { box: null } } } });
  });

  it('is final when no other will follow', () => {
    const isEnd = [{ ...accepted, status: 'text_detected' }, accepted, rejected, failed].map((input) => {
      const frame = decodeFrame(input);
      return frame !== null && isFinal(frame);
    });
    expect(isEnd).toEqual([false, true, true, true]);
  });
});

describe('a list', () => {
  it('loses the entries that do not fit', () => {
    const good = { imageId, status: 'accepted', version: 4, createdAt: '2026-01-02T03:04:05Z', summary: { total: '9.00' } };
    expect(decodeReceiptPage({ receipts: [good, { imageId }, null], next: 'b' })).toEqual({
      receipts: [{
        imageId,
        status: 'accepted',
        version: 4,
        createdAt: good.createdAt,
        contested: false,
        summary: { merchant: null, date: null, total: '9.00', currency: null, rebate: null, corrected: false },
      }],
      next: 'b',
      earned: null,
    });
  });

  it('tells what was earned, by each receipt and by all', () => {
    const rebate = { amount: '0.25', currency: 'MYR' };
    const listed = { imageId, status: 'accepted', createdAt: '2026-01-02T03:04:05Z', summary: { rebate } };
    const page = decodeReceiptPage({ receipts: [listed], earned: [{ amount: '12.40', currency: 'MYR' }, { amount: 3 }] });
    expect(page).toMatchObject({ receipts: [{ summary: { rebate } }], earned: [{ amount: '12.40', currency: 'MYR' }] });
    expect(decodeReceiptPage({ receipts: [], earned: [] })).toMatchObject({ earned: [] });
  });

  it('is none without its receipts', () => {
    expect([decodeReceiptPage({}), decodeReceiptPage([]), decodeReceiptPage({ receipts: {} })]).toEqual([null, null, null]);
  });
});

it('reads what an upload answers', () => {
  expect(decodeUploaded({ imageId, status: 'uploaded', version: 1 })).toEqual({ imageId, status: 'uploaded', version: 1 });
  expect(decodeUploaded('<html>')).toBeNull();
  expect(decodeProblem({ code: 'too_large', detail: 7 })).toEqual({ code: 'too_large', detail: null });
  expect(decodeProblem(null)).toEqual({ code: null, detail: null });
  expect(parseJson('{')).toBeNull();
});
