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

function cellOf(value: string): string {
  // A shop may print what a spreadsheet would run. A number runs nothing.
  const isFormula = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value);
  const safe = isFormula ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
