// What a person does with an answer: sets it right, contests it, deletes it, and looks back on many.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, isFit, isNarrow, totalOf, verdict } from './screen';

test('a misread total is set right, seen everywhere, and taken back', async ({ page, browser }) => {
  await scanned(page, await aReceipt(browser));
  const read = await totalOf(page);
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(totalInput(page)).toBeFocused();
  await isFit(page, 'editing');
  await totalInput(page).fill('26.40');
  const kept = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await totalInput(page).press('Enter');
  await expect(page.locator('.amount')).toContainText('26.40');
  await expect(page.getByText(`read as ${read}`)).toBeVisible();
  expect((await kept).status()).toBe(200);
  await isFit(page, 'corrected');

  await page.reload();
  await expect(page.locator('.amount'), 'the server has it').toContainText('26.40');
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'All receipts' }).click();
  await expect(newest(page)).toContainText('26.40');

  await newest(page).click();
  await page.getByRole('button', { name: 'Undo: Total' }).click();
  await expect(page.locator('.amount')).toHaveText(read);
  await expect(page.getByText('read as')).toHaveCount(0);
});

test('two tabs that set the same receipt right see each other', async ({ page, context, browser }) => {
  await scanned(page, await aReceipt(browser));
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByText(verdict)).toBeVisible();
  await setTotal(page, '26.40');
  await expect(page.getByText('read as')).toBeVisible();
  await expect.poll(() => keptVersion(page)).toBeGreaterThan(4);
  await setTotal(other, '25.40');
  await expect(other.getByText('This receipt was changed elsewhere meanwhile.', { exact: false })).toBeVisible();
  await expect(other.locator('.amount')).toContainText('26.40');
});

test('without a network nothing is lost, and it goes by one tap later', async ({ page, context, browser }) => {
  await scanned(page, await aReceipt(browser));
  await context.setOffline(true);
  await setTotal(page, '26.40');
  await expect(page.getByText('No network, so this is not saved yet.')).toBeVisible();
  await expect(page.locator('.amount')).toContainText('27.40');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('.amount')).toContainText('26.40');
});

test('a receipt without its total is not accepted, and photographed again', async ({ page, browser }) => {
  await scanned(page, await aReceipt(browser, { style: 'tr:nth-child(n + 7) { visibility: hidden }' }));
  await expect(page.getByText('Not accepted', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('the total');
  await isFit(page, 'without its total');
  const refused = page.url();
  await page.getByLabel('Retake', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  await expect(page, 'the new one has its own address').not.toHaveURL(refused);
  expect(await totalOf(page)).toContain('27.40');
});

test('who says that it is right is heard, and can take that back', async ({ page, browser }) => {
  const receipt = await aReceipt(browser);
  await scanned(page, receipt);
  await scanned(page, { ...receipt, buffer: Buffer.concat([receipt.buffer, Buffer.of(0)]) });
  await page.getByRole('button', { name: 'It’s right' }).click();
  await expect(page.getByText('You say that this receipt is right.', { exact: false })).toBeVisible();
  await expect.poll(() => keptVersion(page)).toBeGreaterThan(4);
  await isFit(page, 'contested');
  await page.reload();
  await expect(page.getByText('Not accepted', { exact: true }), 'the verdict stays').toBeVisible();
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByRole('button', { name: 'It’s right' })).toBeVisible();
});

test('a tap on a line brings its place into view on a small phone', { tag: '@phone' }, async ({ page, browser }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await scanned(page, await aReceipt(browser));
  await page.locator('.fact', { hasText: 'Date' }).click();
  const place = page.locator('.spot[aria-pressed="true"]');
  await expect(place).toBeInViewport();
  await page.getByRole('button', { name: /^Total: / }).click();
  await expect(page.locator('.amount')).toBeInViewport();
});

test('a deleted receipt comes back where that was a mistake, and goes where it was not', async ({ page, browser }) => {
  await scanned(page, await aReceipt(browser));
  const { pathname } = new URL(page.url());
  await page.getByRole('button', { name: 'Delete receipt' }).click();
  await expect(page.getByRole('heading', { name: 'Receipts' })).toBeFocused();
  await expect(linkTo(page, pathname)).toHaveCount(0);
  await isFit(page, 'deleted');
  await page.getByRole('button', { name: /^Undo: / }).click();
  await expect(linkTo(page, pathname)).toBeVisible();

  await linkTo(page, pathname).click();
  await expect(page.locator('img.drawn')).toHaveAttribute('src', `${pathname.replace('/r/', '/receipts/')}/preview?page=1`);
  expect(await isCached(page, pathname)).toBe(true);
  await page.getByRole('button', { name: 'Delete receipt' }).click();
  const deleted = await page.waitForResponse((response) => response.request().method() === 'DELETE');
  expect(deleted.status()).toBe(204);
  await expect.poll(() => isCached(page, pathname), { message: 'the picture has left the browser too' }).toBe(false);
  await page.goto(pathname);
  await expect(page.getByRole('heading', { name: 'There is no receipt here' })).toBeVisible();
});

test('a deletion goes with the page that is closed', async ({ page, context, browser }) => {
  await scanned(page, await aReceipt(browser));
  const { href } = new URL(page.url());
  await page.getByRole('button', { name: 'Delete receipt' }).click();
  await expect(page.getByRole('button', { name: /^Undo: / })).toBeVisible();
  const other = await context.newPage();
  await page.close({ runBeforeUnload: true });
  await expect.poll(async () => (await other.request.get(href.replace('/r/', '/receipts/'))).status(), { timeout: 5_000 }).toBe(404);
});

test('a deletion waits for the network', async ({ page, context, browser }) => {
  await scanned(page, await aReceipt(browser));
  const { pathname } = new URL(page.url());
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Delete receipt' }).click();
  await expect(page.getByText('is deleted when you’re back online', { exact: false })).toBeVisible();
  const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await context.setOffline(false);
  expect((await deleted).status()).toBe(204);
  await page.goto(pathname);
  await expect(page.getByRole('heading', { name: 'There is no receipt here' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`spending is looked at, searched and exported, ${colorScheme}`, async ({ page, browser }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await scanned(page, await aReceipt(browser));
    await scanned(page, await aReceipt(browser));
    await page.getByRole('link', { name: 'All receipts' }).click();
    await page.getByRole('link', { name: 'Your spending' }).click();
    await expect(page.getByRole('heading', { name: 'Your spending' })).toBeFocused();
    await expect(page.getByText(/^2 receipts, you earned/)).toBeVisible();
    await expect(page.locator('.amount')).toContainText('54.80');
    await page.getByText('Price of an item').click();
    await expect(page.getByText(/^From /)).toBeVisible();
    await isFit(page, 'spending');
    await isNarrow(page);
    const { width, height } = page.viewportSize() ?? { width: 390, height: 844 };
    await page.setViewportSize({ width: 1280, height: 800 });
    await isFit(page, 'spending, side by side');
    await isNarrow(page);
    await page.setViewportSize({ width, height });

    await page.getByRole('searchbox').fill('27.40');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export 2 receipts as CSV' }).click();
    expect((await download).suggestedFilename()).toBe('receipts.csv');

    const first = page.getByRole('region', { name: 'Receipts' }).getByRole('link').first();
    await first.evaluate((row) => { row.scrollIntoView({ block: 'start' }); });
    const top = await page.evaluate(() => window.scrollY);
    expect(top).toBeGreaterThan(100);
    await first.click();
    await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('searchbox'), 'as it was left').toHaveValue('27.40');
    await expect.poll(() => page.evaluate(() => window.scrollY), { message: 'where it was left' }).toBe(top);
  });
}

async function scanned(page: Page, receipt: Awaited<ReturnType<typeof aReceipt>>): Promise<void> {
  await page.goto('/');
  await choose(page, receipt);
  await expect(page.getByText(verdict)).toBeVisible();
}

async function setTotal(page: Page, total: string): Promise<void> {
  await page.getByRole('button', { name: 'Edit' }).click();
  await totalInput(page).fill(total);
  await page.getByRole('button', { name: 'Save' }).click();
}

function totalInput(page: Page) {
  return page.getByRole('textbox', { name: 'Total' });
}

function newest(page: Page) {
  return page.getByRole('region', { name: 'Today' }).getByRole('link').first();
}

function linkTo(page: Page, pathname: string) {
  return page.locator(`a[href="${pathname}"]`);
}

/** Whether the browser has the picture without asking anybody. */
async function isCached(page: Page, pathname: string): Promise<boolean> {
  return page.evaluate(async (address) => {
    const kept = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' }).catch(() => null);
    return kept?.ok === true;
  }, `${pathname.replace('/r/', '/receipts/')}/preview?page=1`);
}

/** Of the receipt on the screen, as the server has it. */
async function keptVersion(page: Page): Promise<unknown> {
  const kept: unknown = await (await page.request.get(page.url().replace('/r/', '/receipts/'))).json();
  return typeof kept === 'object' && kept !== null && 'version' in kept ? kept.version : null;
}
