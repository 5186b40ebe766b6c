// What was read from the paper: `unknown` in, what fits out.

import { fraction, isRecord, listOf, pick, text } from './json';

export type Box = { left: number; top: number; width: number; height: number };

/** Something read from the paper. `confidence` is 0 to 1; `box` is in fractions of the picture as it is shown. */
export type Field = { text: string; value: string; confidence: number; box: Box | null };

export const fieldNames = [
  'merchant',
  'tradeName',
  'address',
  'phone',
  'taxNumber',
  'receiptNumber',
  'date',
  'time',
  'currency',
  'subtotal',
  'discount',
  'service',
  'tip',
  'rounding',
  'total',
  'paymentMethod',
  'cardLastFour',
] as const;
export type FieldName = (typeof fieldNames)[number];

export const itemCells = ['description', 'quantity', 'unitPrice', 'amount'] as const;
export type Item = Partial<Record<(typeof itemCells)[number], Field>>;

/** `rate` in per cent. */
const taxCells = ['rate', 'amount'] as const;
export type Tax = Partial<Record<(typeof taxCells)[number], Field>>;

export type Receipt = { fields: Partial<Record<FieldName, Field>>; items: Item[]; taxes: Tax[] };

export function decodeReceipt(input: unknown): Receipt {
  if (!isRecord(input)) return { fields: {}, items: [], taxes: [] };
  return {
    fields: pick(fieldNames, decodeField, input),
    items: listOf(decodeItem, input['items']),
    taxes: listOf(decodeTax, input['taxes']),
  };
}

/** One that does not fit keeps its place, since a rebate names items by their places. */
function decodeItem(input: unknown): Item {
  return isRecord(input) ? pick(itemCells, decodeCell, input) : {};
}

function decodeTax(input: unknown): Tax | null {
  return isRecord(input) ? pick(taxCells, decodeField, input) : null;
}

/** A cell of the items may also be plain text or a number. */
function decodeCell(input: unknown): Field | null {
  const plain = typeof input === 'number' ? String(input) : text(input);
  return plain === null ? decodeField(input) : { text: plain, value: plain, confidence: 1, box: null };
}

function decodeField(input: unknown): Field | null {
  if (!isRecord(input)) return null;
  const printed = text(input['text']);
  const value = text(input['value']) ?? printed;
  if (value === null) return null;
  return {
    text: printed ?? value,
    value,
    confidence: fraction(input['confidence']) ?? 1,
    box: decodeBox(input['box']),
  };
}

export function decodeBox(input: unknown): Box | null {
  if (!isRecord(input)) return null;
  const left = fraction(input['left']);
  const top = fraction(input['top']);
  const width = fraction(input['width']);
  const height = fraction(input['height']);
  if (left === null || top === null || width === null || height === null) return null;
  return { left, top, width, height };
}
