// What was read from the receipt: `unknown` in, what fits out.

import { type Decoders, fieldsOf, fraction, isRecord, listOf, namesOf, pick, text, unused, wholeNumber } from './json';
import type { Wire } from './wire';

/** In fractions of a page as it is shown; `page` counts from 1 through all photos and files of a receipt. */
export type Box = { left: number; top: number; width: number; height: number; page: number };

/** Something read from the receipt. `confidence` is 0 to 1; `box` is in fractions of the picture as it is shown. */
export type Field = { text: string; value: string; confidence: number; box: Box | null };

/** What kind of paper it is, whether there are several, and how photos meet stands in the verdict, as rules. */
export type FieldName = Exclude<keyof Wire['Receipt'], 'items' | 'taxes' | 'kind' | 'kindSign' | 'otherReceipt' | 'seams'>;
export const fieldNames = namesOf({
  merchant: true,
  tradeName: true,
  address: true,
  phone: true,
  taxNumber: true,
  receiptNumber: true,
  date: true,
  time: true,
  currency: true,
  subtotal: true,
  discount: true,
  service: true,
  tip: true,
  rounding: true,
  total: true,
  paymentMethod: true,
  cardLastFour: true,
} satisfies Record<FieldName, true>);

export type ItemCell = keyof Wire['Item'];
export const itemCells = namesOf({
  description: true,
  quantity: true,
  unitPrice: true,
  amount: true,
} satisfies Record<ItemCell, true>);
export type Item = Partial<Record<ItemCell, Field>>;

/** `rate` in per cent. */
const taxCells = namesOf({ rate: true, amount: true } satisfies Record<keyof Wire['Tax'], true>);
export type Tax = Partial<Record<keyof Wire['Tax'], Field>>;

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

type WireField = Wire['Field_String'] | Wire['Field_Currency'] | Wire['Field_PaymentMethod'];
const fieldDecoders = { text, value: text, confidence: fraction, alternatives: unused, box: decodeBox } satisfies Decoders<WireField>;

function decodeField(input: unknown): Field | null {
  const field = fieldsOf(fieldDecoders, input);
  const value = field?.value ?? field?.text ?? null;
  if (field === null || value === null) return null;
  return { text: field.text ?? value, value, confidence: field.confidence ?? 1, box: field.box };
}

export function decodeBox(input: unknown): Box | null {
  const decoders = {
    left: fraction,
    top: fraction,
    width: fraction,
    height: fraction,
    page: wholeNumber,
  } satisfies Decoders<Wire['BoundingBox']>;
  const { left = null, top = null, width = null, height = null, page = null } = fieldsOf(decoders, input) ?? {};
  if (left === null || top === null || width === null || height === null) return null;
  return { left, top, width, height, page: page ?? 1 };
}
