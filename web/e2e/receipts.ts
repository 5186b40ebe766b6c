// Photos of receipts for the tests, each of another sale: the same one twice would be a duplicate.

import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser } from '@playwright/test';

const drawing = join(import.meta.dirname, '../../testdata/corner-books.html');

/** What `setInputFiles` takes. Its total is 27.40. */
export async function aReceipt(browser: Browser): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const number = `CB-${randomInt(100_000, 1_000_000)}`;
  const html = (await readFile(drawing, 'utf8')).replace('CB-004217', number);
  const page = await browser.newPage({ viewport: { width: 900, height: 960 } });
  await page.setContent(html);
  const buffer = await page.screenshot({ type: 'jpeg', quality: 80 });
  await page.close();
  return { name: 'receipt.jpg', mimeType: 'image/jpeg', buffer };
}
