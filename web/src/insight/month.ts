// Months, as a person writes them. `month` is "2018-12".

import { locale } from '../texts';

export function nameOfMonth(month: string): string {
  return written(month, { month: 'long', year: 'numeric' });
}

export function shortMonth(month: string): string {
  return written(month, { month: 'short' });
}

function written(month: string, form: Intl.DateTimeFormatOptions): string {
  const middle = new Date(`${month}-15T12:00:00Z`);
  return Number.isNaN(middle.getTime()) ? month : new Intl.DateTimeFormat(locale, { ...form, timeZone: 'UTC' }).format(middle);
}
