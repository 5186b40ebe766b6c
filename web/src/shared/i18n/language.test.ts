import { afterEach, describe, expect, it } from 'vitest';

import { formatDay, formatMoney } from './format';
import { language, locale, speak } from './language';

afterEach(async () => {
  await speak(['en-GB']);
});

describe('the language', () => {
  it.each([
    [['de-CH', 'en'], 'de', 'de-CH'],
    [['fr-FR', 'de'], 'de', 'de-DE'],
    [['en-US', 'de'], 'en', 'en-US'],
    [['fr'], 'en', 'en-GB'],
    [[], 'en', 'en-GB'],
  ])('of %j is %s, written as in %s', async (wanted, chosen, written) => {
    await speak(wanted);
    expect([language, locale]).toEqual([chosen, written]);
  });

  it('writes money and days as they are written there', async () => {
    await speak(['de-DE']);
    expect(formatMoney('1112.4', 'EUR').replace(/\u00a0/g, ' ')).toBe('1.112,40 €');
    expect(formatDay('2018-12-25')).toBe('25. Dez. 2018');
  });
});
