// A reading as a person set it right, and what the machine had read there.

import type { Changes } from '../shared/api/corrections';
import { type Correctable, correctables, type Corrections, type ItemSum, type JudgedFrame } from '../shared/api/decode';
import type { Receipt } from '../shared/api/receipt-decoder';
import { unitsOf } from '../shared/i18n/amounts';

/** The machine's reading with the person's values in their places; boxes stay where they are. */
export function correctedReceipt({ receipt, corrections }: JudgedFrame): Receipt {
  const fields = { ...receipt.fields };
  for (const name of correctables) {
    const value = corrections[name];
    if (value !== undefined) fields[name] = { text: value, value, confidence: 1, box: fields[name]?.box ?? null };
  }
  return { ...receipt, fields };
}

/** What the verdict says of the items' sum. It compares with the total that was read, so it says nothing of another one. */
export function itemSumOf({ verdict, corrections }: JudgedFrame): ItemSum | null {
  return corrections.total === undefined ? (verdict?.itemSum ?? null) : null;
}

/** As the server will most likely answer. */
export function withChanges(frame: JudgedFrame, changes: Changes): JudgedFrame {
  const corrections: Corrections = {};
  for (const name of correctables) {
    const value = changes[name] === undefined ? frame.corrections[name] : changes[name];
    if (value != null) corrections[name] = value;
  }
  return { ...frame, corrections, contested: changes.contested ?? frame.contested };
}

/** What is to be sent so that this field says `wanted`; nothing where it says so already, or `wanted` is empty. */
export function changeOf(name: Correctable, wanted: string, { receipt, corrections }: JudgedFrame): Changes {
  const read = receipt.fields[name]?.value;
  const corrected = corrections[name];
  const value = wanted.trim();
  if (isSame(value, corrected ?? read ?? '')) return {};
  if (value === '' || (read !== undefined && isSame(value, read))) return corrected === undefined ? {} : { [name]: null };
  return { [name]: value };
}

/** "9" and "9.00" are one amount. */
function isSame(one: string, other: string): boolean {
  const [units, others] = [unitsOf(one), unitsOf(other)];
  return one === other || (units !== null && units === others);
}
