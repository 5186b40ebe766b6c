// Money and days, as a person writes them.

import { locale, texts } from './language';

/** `value` is a decimal string and stays one: no float touches money. What is no decimal is shown as it is. */
export function formatMoney(value: string, currency: string | null): string {
  if (!isDecimal(value)) return value;
  if (currency !== null && /^[A-Z]{3}$/.test(currency)) {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(value);
  }
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(value);
}

/** "6.00" is written "6". */
export function formatNumber(value: string): string {
  return isDecimal(value) ? new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(value) : value;
}

/** The server's details come as bare words: "the picture is empty". */
export function asSentence(words: string): string {
  const upper = words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
  return /[.!?…]$/.test(upper) ? upper : `${upper}.`;
}

/** `value` is an ISO day; anything else is shown as it is. */
export function formatDay(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const noon = new Date(`${value}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return value;
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(noon);
}

/** "Today", "Yesterday", else the day on which `instant` was here. */
export function nameOfDay(instant: string, now: Date): string {
  const day = new Date(instant);
  if (Number.isNaN(day.getTime())) return '';
  if (day.toDateString() === now.toDateString()) return texts.home.today;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === yesterday.toDateString()) return texts.home.yesterday;
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(day);
}

export function formatTime(instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return '';
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(time);
}

function isDecimal(value: string): value is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(value);
}
