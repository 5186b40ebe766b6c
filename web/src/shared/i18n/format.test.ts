import { describe, expect, it } from 'vitest';

import { asSentence, formatDay, formatMoney, nameOfDay } from './format';

describe('money', () => {
  it.each([
    ['9.00', 'MYR', 'RM 9.00'],
    ['1112.4', 'EUR', '€1,112.40'],
    ['-0.05', 'GBP', '-£0.05'],
    ['1200', 'JPY', '¥1,200'],
    ['90071992547409931.99', 'EUR', '€90,071,992,547,409,931.99'],
    ['9.5', null, '9.50'],
    ['9.5', 'RM', '9.50'],
    ['nine', 'MYR', 'nine'],
  ])('%s %s is written %s', (value, currency, written) => {
    expect(formatMoney(value, currency).replace(/\u00a0/g, ' ')).toBe(written.replace(/\u00a0/g, ' '));
  });
});

it('details become sentences', () => {
  expect(['the picture is empty', 'Try again.'].map(asSentence)).toEqual(['The picture is empty.', 'Try again.']);
});

describe('days', () => {
  it.each([
    ['2018-12-25', '25 Dec 2018'],
    ['2018-13-45', '2018-13-45'],
    ['25/12/18', '25/12/18'],
  ])('%s is written %s', (value, written) => {
    expect(formatDay(value)).toBe(written);
  });

  it('near ones have names', () => {
    const now = new Date(2026, 2, 1, 0, 30);
    expect(nameOfDay(new Date(2026, 2, 1, 0, 10).toISOString(), now)).toBe('Today');
    expect(nameOfDay(new Date(2026, 1, 28, 23, 50).toISOString(), now)).toBe('Yesterday');
    expect(nameOfDay(new Date(2026, 1, 27, 12).toISOString(), now)).toBe('Fri, 27 Feb 2026');
    expect(nameOfDay('soon', now)).toBe('');
  });
});
