// Photos of receipts for the tests, each of another sale: the same one twice would be a duplicate.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser } from '@playwright/test';

const drawing = join(import.meta.dirname, '../../testdata/corner-books.html');
let sales = 0;

/** What `setInputFiles` takes. Its total is 27.40. */
export async function aReceipt(browser: Browser): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  sales += 1;
  const number = `CB-${String(process.pid % 10_000).padStart(4, '0')}${String(sales).padStart(2, '0')}`;
  const time = `${10 + Math.floor(sales / 60)}:${String(sales % 60).padStart(2, '0')}`;
  const html = (await readFile(drawing, 'utf8')).replace('CB-004217', number).replace('16:42', time);
  const page = await browser.newPage({ viewport: { width: 900, height: 960 } });
  await page.setContent(html);
  const buffer = await page.screenshot({ type: 'jpeg', quality: 80 });
  await page.close();
  return { name: 'receipt.jpg', mimeType: 'image/jpeg', buffer };
}
