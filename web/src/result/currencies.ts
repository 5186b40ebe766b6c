// The currencies that there are, with their names, as the browser knows them.

import { locale } from '../shared/i18n/language';

/** By code, with `present` among them in any case. */
export function currencies(present: string): string[] {
  const known = Intl.supportedValuesOf('currency');
  return present === '' || known.includes(present) ? known : [present, ...known];
}

export function nameOfCurrency(code: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'currency' }).of(code) ?? '';
  } catch {
    return '';
  }
}
