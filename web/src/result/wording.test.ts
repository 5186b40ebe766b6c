import { afterEach, describe, expect, it } from 'vitest';

import { duplicate } from '../../testing/samples';
import { decodeFrame, type Verdict } from '../shared/api/decode';
import { speak, speakMore } from '../shared/i18n/language';
import { wordingOfRule, wordingOfVerdict } from './wording';

afterEach(async () => {
  await speak(['en-GB']);
  await speakMore();
});

function verdict(outcome: 'accepted' | 'rejected', ...rules: object[]): Verdict {
  const all = rules.map((rule) => ({ outcome: 'failed', message: 'The server’s sentence.', ...rule }));
  const frame = decodeFrame({ ...duplicate, verdict: { outcome, summary: 'The server’s summary.', rules: all } });
  if (frame?.status !== 'rejected' || frame.verdict === null) throw new Error('the sample has a verdict');
  return frame.verdict;
}

function said(rule: object): string | undefined {
  return verdict('rejected', rule).rules.map(wordingOfRule)[0];
}

describe('a rule', () => {
  const old = { code: 'too_old', limit: 14, message: 'Too old, by 99 rules.' };
  const sentBefore = { code: 'duplicate_receipt', value: 'B-15', earlier: '0167e016-0a00-7000-8000-000000000001' };

  it.each([
    [old, 'Older than 14 days, so we can’t take it.', 'Älter als 14 Tage, wir können ihn nicht annehmen.'],
    [{ ...old, limit: undefined }, 'Too old for us to take.', 'Zu alt, wir können ihn nicht annehmen.'],
    [{ code: 'over_limit', outcome: 'passed', limit: 3 }, 'Within the 3 receipts that we take in a day.', 'Innerhalb der 3 Belege, die wir am Tag nehmen.'],
    [sentBefore, 'You sent this receipt on 24 Dec 2018.', 'Diesen Beleg hast du am 24. Dez. 2018 gesendet.'],
    [{ code: 'duplicate_receipt', value: 'B-15' }, 'This receipt was sent before.', 'Dieser Beleg wurde schon gesendet.'],
    [
      { code: 'duplicate_receipt' },
      'A receipt of this shop, day and total was accepted before.',
      'Ein Beleg von diesem Laden, Tag und Betrag wurde schon angenommen.',
    ],
    [{ code: 'missing_total' }, 'We can’t see the total.', 'Wir sehen die Summe nicht.'],
    [{ code: 'missing_total', value: '9.0O' }, 'We can’t read the total well enough.', 'Wir können die Summe nicht gut genug lesen.'],
    [{ code: 'missing_date', outcome: 'passed', value: '1/2' }, 'We can see the date.', 'Wir sehen das Datum.'],
    [{ code: 'unsupported_currency', value: 'RM' }, 'We can’t take receipts in RM yet.', 'Belege in RM nehmen wir noch nicht.'],
    [{ code: 'blue_moon' }, 'The server’s sentence.', 'The server’s sentence.'],
    [{ code: 'toString' }, 'The server’s sentence.', 'The server’s sentence.'],
  ])('%j is said in the language of the page', async (rule, english, german) => {
    expect(said(rule)).toBe(english);
    await speak(['de']);
    await speakMore();
    expect(said(rule)).toBe(german);
  });
});

describe('a verdict', () => {
  it('names everything unseen at once', async () => {
    const unseen = verdict('rejected', { code: 'missing_date' }, { code: 'missing_total' });
    expect(wordingOfVerdict(unseen)).toBe('We can’t see the date or the total.');
    await speak(['de']);
    await speakMore();
    expect(wordingOfVerdict(unseen)).toBe('Wir sehen das Datum oder die Summe nicht.');
  });

  it('says why an accepted receipt earns nothing', () => {
    expect(wordingOfVerdict({ ...verdict('accepted'), noRebate: 'not_signed_in' })).toMatch(/signed in/);
  });

  it('is else what came first, and the server’s summary where nothing failed that we know', () => {
    expect(wordingOfVerdict(verdict('rejected', { code: 'future_date' }, { code: 'missing_total' }))).toMatch(/in the future/);
    expect(wordingOfVerdict(verdict('rejected'))).toBe('The server’s summary.');
    expect(wordingOfVerdict(null)).toBeNull();
  });
});
