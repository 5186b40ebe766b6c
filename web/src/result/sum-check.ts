// Whether what was bought adds up to what was paid, as the reading of the server looks at it too.

import type { Receipt } from '../shared/api/receipt-decoder';
import { decimalOf, sumOf, unitsOf } from '../shared/i18n/amounts';

/** `amount` is the sum of the items, or what is missing in it or too much. */
export type SumCheck = { is: 'fits' | 'missing' | 'too much'; sum: string; amount: string };

/** `null` where there is nothing to compare: an item without its amount, or neither subtotal nor total. */
export function checkSum({ items, taxes, fields }: Receipt): SumCheck | null {
  const amounts = items.flatMap(({ amount }) => (amount === undefined || unitsOf(amount.value) === null ? [] : [amount.value]));
  if (items.length === 0 || amounts.length < items.length) return null;
  const printed = (name: 'subtotal' | 'total') => {
    const field = fields[name];
    return field === undefined ? null : unitsOf(field.value);
  };
  const charge = (name: 'discount' | 'service' | 'tip' | 'rounding') => unitsOf(fields[name]?.value ?? '') ?? 0n;
  const [subtotal, total] = [printed('subtotal'), printed('total')];
  const goal = subtotal ?? total;
  if (goal === null) return null;

  const sum = sumOf(amounts);
  const [discount, rounding] = [charge('discount'), charge('rounding')];
  const tax = sumOf(taxes.flatMap(({ amount }) => amount?.value ?? []));
  // With taxes on top or inside of the prices, and discounts and roundings either way.
  const toTotal = [0n, tax].flatMap((taxes) =>
    [0n, charge('service') + charge('tip')].flatMap((extras) =>
      [0n, discount].flatMap((discount) => [0n, rounding, -rounding].map((rounding) => taxes + extras - discount + rounding)),
    ),
  );
  const fits =
    (subtotal !== null && (sum === subtotal || sum - discount === subtotal)) ||
    (total !== null && toTotal.some((step) => sum + step === total));
  const shown = decimalOf(sum);
  if (fits) return { is: 'fits', sum: shown, amount: shown };
  return sum < goal
    ? { is: 'missing', sum: shown, amount: decimalOf(goal - sum) }
    : { is: 'too much', sum: shown, amount: decimalOf(sum - goal) };
}
