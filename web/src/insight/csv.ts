// Receipts as a file for spreadsheets (RFC 4180).

import type { ListedReceipt } from '../shared/api/decode';
import { moreTexts, texts } from '../shared/i18n/language';
import type { CsvColumn } from '../shared/i18n/more-texts';

const columns: CsvColumn[] = [
  'date', 'shop', 'total', 'currency', 'status', 'earned', 'earnedCurrency', 'corrected', 'contested', 'sent', 'id',
];
/** Without it, spreadsheets take UTF-8 for something older. */
const byteOrderMark = '\ufeff';

export function csvOf(receipts: readonly ListedReceipt[]): string {
  const lines = [columns.map((column) => moreTexts.insight.csv.columns[column]), ...receipts.map(cellsOf)];
  return byteOrderMark + lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

export function saveAs(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers begin to read after the click.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

function cellsOf({ imageId, status, createdAt, contested, summary }: ListedReceipt): string[] {
  const earned = status === 'accepted' ? summary.rebate : null;
  const cells: Record<CsvColumn, string> = {
    date: summary.date ?? '',
    shop: summary.merchant ?? '',
    total: summary.total ?? '',
    currency: summary.currency ?? '',
    status: texts.home.status[status],
    earned: earned?.amount ?? '',
    earnedCurrency: earned?.currency ?? '',
    corrected: summary.corrected ? '1' : '',
    contested: contested ? '1' : '',
    sent: createdAt,
    id: imageId,
  };
  return columns.map((column) => cells[column]);
}

/** A number runs nothing, and stays one for those who add up. */
const number = /^-?\d+(\.\d+)?$/;
/** What spreadsheets pass over at the start of a cell: spaces of every kind, what is drawn as nothing or upon something, and quotes. */
const passedOver = String.raw`[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800\ufffc"']*`;
/** What a formula begins with, and the signs that some spreadsheets take for it: full-width, small, raised, lowered. */
const formula = '[=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−]';
const startsFormula = new RegExp(`^${passedOver}${formula}`, 'u');
/** What else than our comma a spreadsheet may be told to part cells by. */
const separators = /([,;:|\t\r\n])/;
/** Some spreadsheets drop them, and read on. */
const tabOrReturn = /^[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]*[\t\r]/u;

/** Always in quotes. Before what a spreadsheet would run stands an apostrophe, as a person types it to mean text. */
function cellOf(value: string): string {
  const text = number.test(value) ? value : withoutFormulas(value);
  return `"${text.replaceAll('"', '""')}"`;
}

function withoutFormulas(value: string): string {
  const safe = value.split(separators).map((part) => (startsFormula.test(part) ? `'${part}` : part)).join('');
  return tabOrReturn.test(safe) ? `'${safe}` : safe;
}
