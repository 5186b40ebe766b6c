// Months and their days, as a person writes them. `month` is "2018-12", `day` is "2018-12-25".

import { locale } from '../shared/i18n/language';

export function nameOfMonth(month: string): string {
  return written(month, `${month}-15`, { month: 'long', year: 'numeric' });
}

export function shortMonth(month: string): string {
  return written(month, `${month}-15`, { month: 'short' });
}

/** Below its month, which names the year. */
export function shortDay(day: string): string {
  return written(day, day, { day: 'numeric', month: 'short' });
}

/** `value` as it is, where `day` is none. */
function written(value: string, day: string, form: Intl.DateTimeFormatOptions): string {
  const noon = new Date(`${day}T12:00:00Z`);
  return Number.isNaN(noon.getTime()) ? value : new Intl.DateTimeFormat(locale, { ...form, timeZone: 'UTC' }).format(noon);
}
