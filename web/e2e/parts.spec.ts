// A receipt too long for one photo: its parts put together, sent as one, and looked through with what was read.

import { expect, test, type Page } from '@playwright/test';

import { threeParts, type Photo } from './receipts';
import { isFit, isNarrow, totalOf, verdict } from './screen';

test('three parts are one receipt, whatever their order was at first', async ({ page, browser }) => {
  test.slow();
  const [top, middle, bottom] = await threeParts(browser);
  await openParts(page);
  await isFit(page, 'parts, none yet');
  await add(page, bottom, top, middle);
  await expect(thumbs(page)).toHaveCount(3);
  await isFit(page, 'parts');
  await isNarrow(page);
  await thumb(page, 1).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Send 3 parts' }).click();
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  expect(await totalOf(page)).toContain('27.40');
  await expect(page.getByText('4 items')).toBeVisible();
  await isFit(page, 'result of parts');

  await expect(page.getByRole('status', { name: 'Page 1 of 3' })).toBeVisible();
  await page.locator('.amount').click();
  await expect(page.getByRole('status', { name: 'Page 3 of 3' }), 'a field leads to its page').toBeVisible();
  await expect(page.locator('.spot[aria-pressed="true"]')).toBeInViewport();
  await page.getByRole('button', { name: 'Page before' }).click();
  await expect(page.getByRole('status', { name: 'Page 2 of 3' })).toBeVisible();
  await expect(page.getByAltText('Your receipt')).toHaveAttribute('src', /^blob:/);

  await page.reload();
  await expect(page.getByRole('status', { name: 'Page 1 of 3' })).toBeVisible();
  await page.getByRole('group', { name: 'Photo of the receipt' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const last = page.locator('img.drawn');
  await expect(last).toHaveAttribute('src', /preview\?page=3$/);
  expect(await last.evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(420);
});

test('a swipe turns the page, and back', { tag: '@phone' }, async ({ page, browser }) => {
  await openParts(page);
  await add(page, ...(await threeParts(browser)));
  await page.getByRole('button', { name: 'Send 3 parts' }).click();
  await expect(page.getByText(verdict)).toBeVisible();
  await swipe(page, 300, 80);
  await expect(page.getByRole('status', { name: 'Page 2 of 3' })).toBeVisible();
  await swipe(page, 80, 300);
  await expect(page.getByRole('status', { name: 'Page 1 of 3' })).toBeVisible();
});

test('a part is drawn to its place, taken again, and removed', async ({ page, browser }) => {
  const [top, middle, bottom] = await threeParts(browser);
  await openParts(page);
  await add(page, middle, top, middle);
  await expect(thumbs(page)).toHaveCount(3);
  const [from, to] = [await middleOf(page, 2), await middleOf(page, 1)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x + 8, to.y, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByText('It is now part 1 of 3')).toBeAttached();
  await thumb(page, 3).click();
  await page.getByLabel('Retake').setInputFiles(bottom);
  await add(page, top);
  await expect(thumbs(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(thumbs(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Send 3 parts' }).click();
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  expect(await totalOf(page)).toContain('27.40');
});

test('parts outlive a reload, wait for the network together, and go as one', async ({ page, context, browser }) => {
  test.slow();
  await page.goto('/');
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await context.setOffline(true);
  await page.reload();
  await page.getByRole('link', { name: 'Long receipt?' }).click();
  await add(page, ...(await threeParts(browser)));
  await expect(thumbs(page)).toHaveCount(3);
  await expect.poll(() => keptParts(page)).toBe(3);
  await page.reload();
  await expect(thumbs(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Send 3 parts' }).click();
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  const sent = page.waitForRequest(/\/upload$/);
  await context.setOffline(false);
  await sent;
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Page 1 of 3' })).toBeVisible();
  await page.getByRole('link', { name: 'All receipts' }).click();
  await expect(page.getByRole('region', { name: 'Today' }).getByRole('link')).toHaveCount(1);
  await page.getByRole('link', { name: 'Long receipt?' }).click();
  await expect(page.getByText('From top to bottom.', { exact: false })).toBeVisible();
  await expect(thumbs(page), 'what was sent is not offered again').toHaveCount(0);
});

test('several files at once are asked about', async ({ page, browser }) => {
  await page.goto('/');
  await page.getByLabel('Choose', { exact: true }).setInputFiles(await threeParts(browser));
  await expect(page.getByText('3 files. Are they parts of one receipt', { exact: false })).toBeVisible();
  await isFit(page, 'parts, asked');
  await page.getByRole('button', { name: 'Parts of one receipt' }).click();
  await page.getByRole('button', { name: 'Send 3 parts' }).click();
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
});

for (const width of [320, 390, 800, 1280]) {
  test(`parts are not wider than a screen of ${width} px, in German too`, { tag: '@phone' }, async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      locale: 'de-DE', viewport: { width, height: 844 }, ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = await context.newPage();
    await page.goto('/#parts');
    await isNarrow(page);
    await page.locator('.pick-files input').setInputFiles(await threeParts(browser));
    await expect(page.getByRole('button', { name: /^Teil \d von 3$/ })).toHaveCount(3);
    await isNarrow(page);
    await isFit(page, 'parts in German');
    await page.getByRole('button', { name: '3 Teile senden' }).click();
    await expect(page.getByText('Angenommen', { exact: true })).toBeVisible();
    await isNarrow(page);
    await context.close();
  });
}

async function openParts(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: 'Long receipt?' }).click();
  await expect(page.getByRole('heading', { name: 'A receipt in parts' })).toBeFocused();
}

async function add(page: Page, ...photos: Photo[]): Promise<void> {
  await page.locator('.pick-files input').setInputFiles(photos);
}

function thumbs(page: Page) {
  return page.getByRole('button', { name: /^Part \d of \d$/ });
}

function thumb(page: Page, place: number) {
  return page.getByRole('button', { name: new RegExp(`^Part ${place} of`) });
}

async function middleOf(page: Page, place: number): Promise<{ x: number; y: number }> {
  const box = await thumb(page, place).boundingBox();
  if (box === null) throw new Error(`part ${place} has no place`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A finger over the photo, from one x to another. */
async function swipe(page: Page, from: number, to: number): Promise<void> {
  const touches = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
    touches.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y: 200 }] });
  await touch('touchStart', from);
  for (let step = 1; step <= 6; step += 1) await touch('touchMove', from + ((to - from) * step) / 6);
  await touch('touchEnd');
}

/** How many parts this device keeps. */
function keptParts(page: Page): Promise<number> {
  return page.evaluate(() => new Promise<number>((resolve, reject) => {
    const opening = indexedDB.open('receipts-draft');
    opening.onerror = () => { reject(new Error('there is no such database')); };
    opening.onsuccess = () => {
      const asking: IDBRequest<unknown> = opening.result.transaction('draft').objectStore('draft').get('parts');
      asking.onsuccess = () => {
        opening.result.close();
        resolve(Array.isArray(asking.result) ? asking.result.length : 0);
      };
    };
  }));
}
