// Sums of decimals, exact: in ten-thousandths, as fine as the finest amount that is kept.

import { locale } from './language';

const places = 4;
const unit = 10n ** BigInt(places);

/** `null` for what is no decimal, or is finer. */
export function unitsOf(decimal: string): bigint | null {
  const [, sign, whole, part = ''] = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(decimal) ?? [];
  if (sign === undefined || whole === undefined) return null;
  const units = BigInt(whole) * unit + BigInt(part.padEnd(places, '0'));
  return sign === '-' ? -units : units;
}

/** With two places at least: "9.00", "0.125". */
export function decimalOf(units: bigint): string {
  const size = units < 0n ? -units : units;
  const part = String(size % unit).padStart(places, '0').replace(/0{1,2}$/, '');
  return `${units < 0n ? '-' : ''}${size / unit}.${part}`;
}

export function sumOf(decimals: readonly string[]): bigint {
  return decimals.reduce((sum, decimal) => sum + (unitsOf(decimal) ?? 0n), 0n);
}

/** What a person typed, in their own way of writing numbers: "1 234,50". `null` where it is no amount. */
export function typedAmount(typed: string): string | null {
  const bare = typed.replace(/[\s\u00a0\u202f'’]/g, '');
  const point = pointIn(bare);
  const whole = (point === null ? bare : bare.slice(0, point)).replace(/[.,]/g, '');
  const digits = point === null ? whole : `${whole}.${bare.slice(point + 1)}`;
  return /^\d{1,9}(\.\d{1,4})?$/.test(digits) ? digits : null;
}

/** Where the decimals begin. */
function pointIn(bare: string): number | null {
  const signs = bare.match(/[.,]/g) ?? [];
  const sign = signs.at(-1);
  if (sign === undefined) return null;
  const last = bare.lastIndexOf(sign);
  if (signs.some((other) => other !== sign)) return last;
  // One kind of sign alone groups the digits where it stands more than once, or parts three of them, unless it is this
  // person's decimal sign.
  const own = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value;
  return signs.length > 1 || (sign !== own && bare.length - last === 4) ? null : last;
}
