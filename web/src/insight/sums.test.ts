import { describe, expect, it } from 'vitest';

import type { ListedReceipt } from '../shared/api/decode';
import { decimalOf, typedAmount, unitsOf } from '../shared/i18n/amounts';
import { speak } from '../shared/i18n/language';
import { type Choice, isChosen, isCounted, monthOf } from './choice';
import { csvOf } from './csv';
import { pointsOf } from './price-line';
import { pricesOf, purchaseOf } from './prices';
import { byMonth, byShop, currenciesOf, earnedBy, shareOf, spentOn } from './sums';

const everything: Choice = { query: '', filter: 'all', month: null, most: 50, prices: false };
const words = { unnamed: 'Nameless', others: 'Others' };

function receipt(imageId: string, summary: Partial<ListedReceipt['summary']>, more: Partial<ListedReceipt> = {}): ListedReceipt {
  return {
    imageId, status: 'accepted', version: 4, createdAt: '2026-03-05T12:00:00Z', contested: false, ...more,
    summary: { merchant: 'Book Talk', date: '2026-03-04', total: '9.00', currency: 'MYR', rebate: null, corrected: false, ...summary },
  };
}

describe('amounts', () => {
  it.each([['9.00', '9.00'], ['0.1', '0.10'], ['-0.05', '-0.05'], ['1234567.1255', '1234567.1255'], ['3', '3.00'], ['0.125', '0.125']])(
    '%s stays exact as %s',
    (decimal, written) => { expect(decimalOf(unitsOf(decimal) ?? 0n)).toBe(written); },
  );

  it.each(['', 'nine', '1.23456', '1,5', '.5'])('%j is none', (decimal) => { expect(unitsOf(decimal)).toBeNull(); });

  it.each([
    ['en', '8.50', '8.50'], ['en', '8,50', '8.50'], ['en', '1,234', '1234'], ['en', '1,234.5', '1234.5'], ['en', '1.234', '1.234'],
    ['de', '8,50', '8.50'], ['de', '8.50', '8.50'], ['de', '1.234', '1234'], ['de', '1.234,50', '1234.50'], ['de', '1 234,5', '1234.5'],
    ['en', '1,234,567', '1234567'], ['en', 'RM 9', null], ['en', '1.', null], ['en', '-3', null], ['en', '1e3', null],
  ])('typed in %s, %s is %s', async (language, typed, amount) => {
    await speak([language]);
    expect(typedAmount(typed)).toBe(amount);
    await speak(['en-GB']);
  });
});

describe('sums', () => {
  it('are exact where floats are not', () => {
    expect(spentOn(['0.1', '0.2'].map((total) => receipt('a', { total })))).toEqual([{ amount: '0.30', currency: 'MYR' }]);
  });

  it('keep currencies apart, the most used first', () => {
    const receipts = [receipt('a', {}), receipt('b', { currency: 'EUR', total: '31' }), receipt('c', {}), receipt('d', { currency: null })];
    expect(currenciesOf(receipts)).toEqual(['MYR', 'EUR']);
    expect(spentOn(receipts)).toEqual([{ amount: '18.00', currency: 'MYR' }, { amount: '31.00', currency: 'EUR' }]);
  });

  it('of what was earned leave out what was not accepted', () => {
    const rebate = { amount: '0.25', currency: 'MYR' };
    expect(earnedBy([receipt('a', { rebate }), receipt('b', { rebate }), receipt('c', { rebate }, { status: 'rejected' })])).toEqual([
      { amount: '0.50', currency: 'MYR' },
    ]);
  });

  it('by month fill the gaps between near months, and only those', () => {
    const near = ['2025-11-30', '2026-02-01'].map((date) => receipt(date, { date }));
    expect(byMonth(near, 'MYR').map(({ key, units }) => [key, units])).toEqual([
      ['2025-11', 90_000n], ['2025-12', 0n], ['2026-01', 0n], ['2026-02', 90_000n],
    ]);
    const far = ['2018-12-25', '2026-02-01'].map((date) => receipt(date, { date }));
    expect(byMonth(far, 'MYR').map(({ key }) => key)).toEqual(['2018-12', '2026-02']);
    expect(byMonth([], 'MYR')).toEqual([]);
  });

  it('by shop know a shop by its letters, and gather the small ones', () => {
    const receipts = [
      receipt('a', { merchant: 'Café Noir' }), receipt('b', { merchant: 'CAFE  NOIR' }), receipt('c', { merchant: 'Kiosk', total: '1' }),
      receipt('d', { merchant: 'Baker', total: '2' }), receipt('e', { merchant: null, total: '3' }), receipt('f', { currency: 'EUR' }),
    ];
    expect(byShop(receipts, 'MYR', 2, words)).toEqual([
      { key: 'cafe noir', name: 'Café Noir', units: 180_000n, count: 2 },
      { key: '', name: 'Nameless', units: 30_000n, count: 1 },
      { key: '', name: 'Others', units: 30_000n, count: 2 },
    ]);
    expect(byShop(receipts, 'MYR', 6, words)).toHaveLength(4);
  });

  it('are drawn in their shares', () => {
    expect([shareOf(5n, 10n), shareOf(10n, 10n), shareOf(0n, 0n)]).toEqual([0.5, 1, 0]);
  });
});

describe('a receipt', () => {
  it('belongs to the month that is printed on it, else to the one in which it was sent', () => {
    expect(monthOf(receipt('a', { date: '2018-12-25' }))).toBe('2018-12');
    expect(monthOf(receipt('a', { date: null }))).toBe('2026-03');
    expect(monthOf(receipt('a', { date: 'yesterday' }))).toBe('2026-03');
  });

  it.each([
    ['book', true], ['BOOK  talk', true], ['pen', true], ['9', true], ['9,00', true], ['9.0', true], ['8', false], ['9.01', false], ['', true],
  ])('is found by %j: %s', (query, found) => {
    expect(isChosen(receipt('a', {}), { ...everything, query }, new Map([['a', ['Gel Pen']]]))).toBe(found);
  });

  it('is counted once it is accepted, or where only the others are looked at', () => {
    const [yes, no] = [receipt('a', {}), receipt('b', {}, { status: 'rejected' })];
    expect([yes, no].map((each) => isCounted(each, everything))).toEqual([true, false]);
    expect([yes, no].map((each) => isCounted(each, { ...everything, filter: 'rejected' }))).toEqual([false, true]);
    expect(isChosen(yes, { ...everything, filter: 'rebate' }, new Map())).toBe(false);
  });
});

describe('prices', () => {
  const field = (value: string) => ({ text: value, value, confidence: 1, box: null });

  it.each([
    [{ description: field('Pen'), unitPrice: field('1.40'), quantity: field('2'), amount: field('2.80') }, '1.40'],
    [{ description: field('Pen'), quantity: field('2'), amount: field('2.80') }, '1.40'],
    [{ description: field('Pen'), quantity: field('0'), amount: field('2.80') }, '2.80'],
    [{ description: field('Pen'), quantity: field('two'), amount: field('2.80') }, '2.80'],
    [{ description: field('Pen'), amount: field('free') }, undefined],
    [{ amount: field('2.80') }, undefined],
  ])('of %j is %s', (item, price) => {
    expect(purchaseOf(item)?.price).toBe(price);
  });

  it('are of what was bought at two times, in the order of days', () => {
    const receipts = [receipt('new', {}), receipt('old', { date: '2026-01-01' }), receipt('far', { currency: 'EUR' })];
    const pen = (price: string) => [{ name: 'Gel  PEN', price }, { name: 'Bag', price: '0.10' }, { name: 'Bag', price: '0.10' }];
    const purchases = new Map([['new', pen('1.50')], ['old', [{ name: 'Gel pen', price: '1.40' }]], ['far', pen('1')]]);
    expect(pricesOf(receipts, purchases).map(({ name, prices }) => [name, prices.map(({ price }) => price)])).toEqual([
      ['Gel  PEN', ['1.40', '1.50']],
    ]);
  });

  it('lie on the line where they were in time and height', () => {
    const at = (day: string, price: string) => ({ imageId: day, day, shop: '', price });
    expect(pointsOf([at('2026-01-01', '1'), at('2026-01-02', '3'), at('2026-01-05', '2')])).toEqual([
      { left: 0, top: 100 }, { left: 25, top: 0 }, { left: 100, top: 50 },
    ]);
    expect(pointsOf([at('2026-01-01', '1')])).toEqual([{ left: 50, top: 50 }]);
  });
});

describe('a file for spreadsheets', () => {
  const csvWith = (merchants: readonly string[]) => csvOf(merchants.map((merchant) => receipt('c', { merchant })));

  it('has every cell in quotes and keeps every sign', () => {
    const rebate = { amount: '0.25', currency: 'MYR' };
    const csv = csvOf([
      receipt('a', { merchant: 'Book, "Talk"\nMünchen', rebate, corrected: true }, { contested: true }),
      receipt('b', { total: '-5.00', date: null }, { status: 'rejected' }),
    ]);
    expect(csv.startsWith(
      '\ufeff"Date","Shop","Total","Currency","Status","Earned","Earned in","Corrected","Contested","Sent","Id"\r\n',
    )).toBe(true);
    expect(csv).toContain('"2026-03-04","Book, ""Talk""\nMünchen","9.00","MYR","Accepted","0.25","MYR","1","1",');
    expect(csv).toContain('"","Book Talk","-5.00","MYR","Not accepted","","","","",');
    expect(csv.endsWith('\r\n')).toBe(true);
  });

  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', `"'+1"`], ['-1+1', `"'-1+1"`], ['@SUM(A1)', `"'@SUM(A1)"`], ['\tx', `"'\tx"`], ['\rx', `"'\rx"`],
    [' \t x', `"' \t x"`], ['A; "=1+1', `"A;' ""=1+1"`], ["'=1", `"''=1"`], ['A - B + C = D @ E', '"A - B + C = D @ E"'],
  ])('writes %j as %j', (merchant, cell) => {
    expect(csvWith([merchant])).toContain(`,${cell},`);
  });

  it('starts no formula in a cell, nor in what any separator makes one', () => {
    const signs = Array.from('=+-@＝＋－＠﹦﹢﹣﹫−');
    const blanks = ['', ' ', '\t', '\r', '\n', '\u00a0', '\u2003', '\u3000', '\u200b', '\u2060', '\ufeff', '\u00ad', '\0', '"', "'", ' \u200b "'];
    blanks.push(
      '\u061c', '\u200e', '\u202a', '\u202e', '\u2066', '\u2069', '\u180e', '\u034f', '\u115f', '\u3164', '\uffa0', '\u2800',
      '\ufe0f', '\u0301', '\u2028', '\ufffc', '\ufff9', '\u{e0001}', '\u{e0100}', '\u{1d173}', '\ue000', '\u202e"\u2066 ',
    );
    const before = ['', 'A,', 'A;', 'A\t', 'A|', 'A:', 'A\n', 'A\r', ';', 'A;"";'];
    for (const text of before.flatMap((start) => blanks.flatMap((blank) => signs.map((sign) => `${start}${blank}${sign}1+1`)))) {
      const shop = csvWith([text]).split('\r\n"2026-03-04",')[1]?.split(',"9.00"')[0] ?? '';
      for (const separator of [',', ';', '\t', '|', ':', /[\r\n]/]) {
        for (const part of shop.split(separator)) expect(part).not.toMatch(/^[\s\p{C}\p{Z}\p{M}\p{DI}\u2800\ufffc"]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u);
      }
    }
  });
});
