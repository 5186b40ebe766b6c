// A reading, ready to be shown: facts with their names and figures, and their places on the photo.

import type { Frame, Rebate, Rule, Verdict } from '../shared/api/decode';
import {
  type Box,
  type Field,
  type FieldName,
  fieldNames,
  type Item,
  itemCells,
  type Receipt,
} from '../shared/api/receipt-decoder';
import { formatDay, formatMoney, formatNumber } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { wordFor } from '../shared/i18n/wording';
import type { Spot } from '../shared/ui/photo-frame';
import { correctedReceipt } from './corrected-receipt';
import { wordingOfRule } from './wording';

export type Fact = { key: string; name: string; shown: string; box: Box | null; surely: boolean };

/** Below this, a person is asked to look for themselves. */
const sureFrom = 0.6;

export function factOf(name: FieldName, receipt: Receipt): Fact | null {
  const field = receipt.fields[name];
  if (field === undefined) return null;
  return {
    key: name,
    name: moreTexts.receipt.fields[name],
    shown: shownAs(name, field, receipt),
    box: field.box,
    surely: field.confidence >= sureFrom,
  };
}

export function factsOf(names: readonly FieldName[], receipt: Receipt): Fact[] {
  return names.flatMap((name) => factOf(name, receipt) ?? []);
}

export function taxesOf({ taxes, fields }: Receipt): Fact[] {
  return taxes.flatMap(({ rate, amount }, index): Fact[] => {
    if (amount === undefined) return [];
    return [{
      key: `tax-${index}`,
      name: moreTexts.receipt.tax(rate === undefined ? null : formatNumber(rate.value)),
      shown: formatMoney(amount.value, fields.currency?.value ?? null),
      box: amount.box,
      surely: amount.confidence >= sureFrom,
    }];
  });
}

/** Money of the items, in the receipt's currency; other cells as printed. */
export function cellOf(cell: (typeof itemCells)[number], item: Item): string {
  const field = item[cell];
  if (field === undefined) return '';
  return cell === 'unitPrice' || cell === 'amount' ? formatMoney(field.value, null) : field.text;
}

export function itemKey(index: number): string {
  return `item-${index}`;
}

export function ruleKey(code: string): string {
  return `rule-${code}`;
}

export function boxOfItem(item: Item): Box | null {
  const boxes = itemCells.flatMap((cell) => item[cell]?.box ?? []);
  return boxes.reduce<Box | null>((all, box) => (all === null ? box : union(all, box)), null);
}

/** What the item at this place earns. */
export function offersOn(index: number, rebate: Rebate | null): string[] {
  if (rebate === null) return [];
  return rebate.parts.filter(({ item }) => item === index).map(({ amount }) => formatMoney(amount, rebate.currency));
}

/** Everything on the photo that can be lit; what stood in the way comes last and so lies on top. */
export function spotsOf(frame: Frame): Spot[] {
  if (frame.status !== 'accepted' && frame.status !== 'rejected') return [];
  const { verdict } = frame;
  const receipt = correctedReceipt(frame);
  const inTheWay = failedRules(verdict).flatMap((rule): Spot[] =>
    rule.box === null
      ? []
      : [{ key: ruleKey(rule.code), name: wordingOfRule(rule), value: rule.value ?? '', box: rule.box, tone: 'help' }],
  );
  const items = receipt.items.flatMap((item, index): Spot[] => {
    const box = boxOfItem(item);
    if (box === null) return [];
    return [{ key: itemKey(index), name: cellOf('description', item), value: cellOf('amount', item), box, tone: 'read' }];
  });
  // The currency mostly stands in the total's box.
  const names = fieldNames.filter((name) => name !== 'currency');
  const facts = [...factsOf(names, receipt), ...taxesOf(receipt)].flatMap(({ key, name, shown, box }): Spot[] =>
    box === null ? [] : [{ key, name, value: shown, box, tone: 'read' }],
  );
  return [...items, ...facts, ...inTheWay];
}

export function failedRules(verdict: Verdict | null): Rule[] {
  return verdict?.rules.filter(({ outcome }) => outcome === 'failed') ?? [];
}

function shownAs(name: FieldName, field: Field, { fields }: Receipt): string {
  switch (name) {
    case 'total':
    case 'subtotal':
    case 'discount':
    case 'service':
    case 'tip':
    case 'rounding':
      return formatMoney(field.value, fields.currency?.value ?? null);
    case 'date':
      return formatDay(field.value);
    case 'time':
      return field.value.replace(/^(\d\d:\d\d):.*$/, '$1');
    case 'paymentMethod':
      return wordFor(moreTexts.receipt.paidWith, field.value) ?? field.text;
    case 'cardLastFour':
      return `•••• ${field.value}`;
    case 'merchant':
    case 'tradeName':
    case 'address':
    case 'phone':
    case 'taxNumber':
    case 'receiptNumber':
    case 'currency':
      return field.value;
  }
}

/** The box around both; the first one where they are on two pages. */
function union(a: Box, b: Box): Box {
  if (a.page !== b.page) return a;
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
    page: a.page,
  };
}
