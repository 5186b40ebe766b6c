import { expect, it } from 'vitest';

import { duplicate, firstId, rejectedFor } from '../../testing/samples';
import { decodeFrame } from '../shared/api/decode';
import { nextActionAfter } from './next-action';

function nextAfter(input: unknown) {
  const frame = decodeFrame(input);
  return nextActionAfter(frame?.status === 'rejected' ? frame.verdict : null);
}

it.each([
  [['unreadable'], 'retake', /More light/],
  [['not_a_receipt'], 'photograph a receipt', /receipt from a shop/],
  [['not_a_sale'], 'another', /of what you bought/],
  [['several_receipts'], 'retake', /each receipt alone/],
  [['missing_merchant'], 'retake', /upper edge/],
  [['missing_date', 'missing_total'], 'retake', /small print/],
  [['missing_items'], 'retake', /every line/],
  [['missing_currency'], 'retake', /currency’s name/],
  [['total_mismatch'], 'retake', /sharper photo/],
  [['future_date'], 'another', /misread the date/],
  [['too_old'], 'another', /Newer ones/],
  [['unsupported_currency'], 'another', /other currencies/],
  [['duplicate_image'], 'another', /counts once/],
  [['duplicate_receipt'], 'another', /counts once/],
  [['over_limit'], 'wait', /tomorrow/],
  [['over_address_limit'], 'wait', /another network/],
  [['over_budget'], 'wait', /tomorrow/],
  [['missing_total', 'too_old'], 'another', /Newer ones/],
  [['too_old', 'over_limit'], 'wait', /tomorrow/],
])('after %j comes: %s', (codes, action, tip) => {
  const found = nextAfter(rejectedFor(...codes));
  expect(found.action).toBe(action);
  expect(found.tip).toMatch(tip);
});

it('leads to the first one where it is the own', () => {
  expect(nextAfter(duplicate)).toMatchObject({ action: 'see the first one', imageId: firstId });
});

it('is another photo where the reason is unknown here, or absent', () => {
  expect(nextAfter(rejectedFor('blue_moon'))).toEqual({ action: 'retake', tip: null });
  expect(nextAfter({ ...duplicate, verdict: null })).toEqual({ action: 'retake', tip: null });
});
