// From the camera to what is sent.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt, turned } from './receipts';
import { choose, totalOf, verdict } from './screen';

test('a large photo is sent upright, and small enough', async ({ page, browser }) => {
  const large = turned(await aReceipt(browser, { sharpness: 4 }));
  await page.goto('/');
  await choose(page, large);
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  const size = await page.evaluate(async () => {
    const kept = await fetch(location.pathname.replace('/r/', '/receipts/') + '/image');
    const { width, height } = await createImageBitmap(await kept.blob());
    return { width, height };
  });
  expect(size.width, 'it was higher than wide').toBeGreaterThan(size.height);
  expect(size.width * size.height).toBeGreaterThan(3_900_000);
  expect(size.width * size.height).toBeLessThan(4_010_000);
  await expect(page.getByText(verdict)).toBeVisible();
});

for (const way of ['drop', 'paste'] as const) {
  test(`a photo comes in by ${way}`, { tag: '@desktop' }, async ({ page, browser }) => {
    const { name, mimeType, buffer } = await aReceipt(browser);
    await page.goto('/');
    await expect(page.getByLabel('Choose', { exact: true })).toBeAttached();
    await page.evaluate(({ way, name, mimeType, bytes }) => {
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
      const kind = { bubbles: true, cancelable: true };
      if (way === 'drop') document.body.dispatchEvent(new DragEvent('drop', { ...kind, dataTransfer: files }));
      else document.body.dispatchEvent(new ClipboardEvent('paste', { ...kind, clipboardData: files }));
    }, { way, name, mimeType, bytes: [...buffer] });
    await expect(page.getByText(verdict)).toBeVisible();
    expect(await totalOf(page)).toContain('27.40');
  });
}

test('a small one is sent as it is', async ({ page, browser }) => {
  const small = await aReceipt(browser);
  await page.goto('/');
  await choose(page, small);
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  const bytes = await page.evaluate(async () => {
    const kept = await fetch(location.pathname.replace('/r/', '/receipts/') + '/image');
    return (await kept.blob()).size;
  });
  expect(bytes).toBe(small.buffer.length);
});

test('a blurred photo gets a hint, and goes all the same', async ({ page, browser }) => {
  await page.goto('/');
  await choose(page, await aReceipt(browser, { style: 'body { filter: blur(2.5px) }' }));
  await expect(page.getByRole('heading', { name: 'This may be hard to read' })).toBeFocused();
  await expect(page.getByText('It looks blurred.', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Send anyway' }).click();
  await expect(page.getByText(verdict)).toBeVisible();
});

test('a photo that may be hard to read is taken again', async ({ page, browser }) => {
  await page.goto('/');
  await choose(page, await aReceipt(browser, { style: 'html { filter: brightness(0.2) }' }));
  await expect(page.getByText('It looks dark.', { exact: false })).toBeVisible();
  await page.getByLabel('Retake').setInputFiles(await aReceipt(browser));
  await expect(page.getByText(verdict)).toBeVisible();
  expect(await totalOf(page)).toContain('27.40');
});

test('lists show a small picture, kept on this device until its receipt is deleted', async ({ page, browser }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/');
  await choose(page, turned(await aReceipt(browser)));
  await expect(page.getByText(verdict)).toBeVisible();
  await page.getByRole('link', { name: 'All receipts' }).click();
  const thumb = page.getByRole('region', { name: 'Today' }).locator('.row img');
  await expect(thumb).toHaveAttribute('src', /^blob:/);
  await page.reload();
  await expect(thumb).toHaveAttribute('src', /^blob:/);
  expect(await thumb.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight])).toEqual([96, 120]);
  const [bytes] = await keptBytes(page);
  expect(bytes).toBeLessThan(6_000);
  await page.getByRole('link', { name: 'Your spending' }).click();
  await expect(page.getByRole('region', { name: 'Receipts' }).locator('.row img')).toBeVisible();
  expect(asked.filter((path) => path.endsWith('/image')), 'no list loads a large one').toEqual([]);

  await page.getByRole('region', { name: 'Receipts' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Delete receipt' }).click();
  await expect.poll(() => keptBytes(page)).toEqual([]);
});

test('a kind that this browser cannot draw is sent as it is', async ({ page }) => {
  await page.goto('/');
  const heic = Buffer.from('0000001866747970686569630000000068656963', 'hex');
  // What becomes of it, the server says.
  const sent = page.waitForRequest(/\/upload$/);
  await page.getByLabel('Take photo', { exact: true }).setInputFiles({ name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: heic });
  expect((await sent).method()).toBe('POST');
});

/** The sizes of the small pictures on this device. */
function keptBytes(page: Page): Promise<number[]> {
  return page.evaluate(() => new Promise<number[]>((resolve, reject) => {
    const opening = indexedDB.open('receipts-thumbs');
    opening.onerror = () => { reject(new Error('there is no such database')); };
    opening.onsuccess = () => {
      const asking: IDBRequest<unknown[]> = opening.result.transaction('thumbs').objectStore('thumbs').getAll();
      asking.onsuccess = () => {
        opening.result.close();
        resolve(asking.result.map((file) => (file instanceof File ? file.size : -1)));
      };
    };
  }));
}
