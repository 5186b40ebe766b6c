// Photos of receipts for the tests, each of another sale: the same one twice would be a duplicate.

import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser, type Page } from '@playwright/test';

const drawing = join(import.meta.dirname, '../../testdata/corner-books.html');

export type Photo = { name: string; mimeType: string; buffer: Buffer };

/** What `setInputFiles` takes. Its total is 27.40. `sharpness` is in pixels a CSS pixel; `style` is CSS. */
export async function aReceipt(browser: Browser, { sharpness = 1, style = '' } = {}): Promise<Photo> {
  const page = await drawn(browser, sharpness, style);
  const buffer = await page.screenshot({ type: 'jpeg', quality: 80 });
  await page.close();
  return { name: 'receipt.jpg', mimeType: 'image/jpeg', buffer };
}

/** The same on three photos, from top to bottom, each beginning some lines above the end of the one before. */
export async function threeParts(browser: Browser): Promise<[Photo, Photo, Photo]> {
  const page = await drawn(browser, 1, '');
  const part = async (top: number, bottom: number) => {
    const buffer = await page.screenshot({ type: 'jpeg', quality: 80, clip: { x: 0, y: top, width: 900, height: bottom - top } });
    return { name: `${top}.jpg`, mimeType: 'image/jpeg', buffer };
  };
  const parts: [Photo, Photo, Photo] = [await part(0, 500), await part(350, 690), await part(540, 960)];
  await page.close();
  return parts;
}

async function drawn(browser: Browser, sharpness: number, style: string): Promise<Page> {
  const number = `CB-${randomInt(100_000, 1_000_000)}`;
  const html = (await readFile(drawing, 'utf8')).replace('CB-004217', number);
  const page = await browser.newPage({ viewport: { width: 900, height: 960 }, deviceScaleFactor: sharpness });
  await page.setContent(html);
  if (style !== '') await page.addStyleTag({ content: style });
  return page;
}

/** The same bytes, which a camera that was held upright would have marked: turn a quarter to the right. */
export function turned({ buffer, ...photo }: Photo): Photo {
  const exif = Buffer.from('ffe1002245786966000049492a0008000000010012010300010000000600000000000000', 'hex');
  return { ...photo, buffer: Buffer.concat([buffer.subarray(0, 2), exif, buffer.subarray(2)]) };
}
