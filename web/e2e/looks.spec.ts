// Every main screen by day and by night: no findings of axe, no movement of what stands, nothing wider than the screen.

import { expect, test, type Locator, type Page } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, isFit, isNarrow, verdict } from './screen';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`each screen is fit for everybody, ${colorScheme}`, async ({ page, context, browser }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const receipt = await aReceipt(browser);

    await page.goto('/');
    await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
    await isFit(page, 'home, empty');
    await page.goto('/insight');
    await expect(page.getByText('Once a receipt is accepted', { exact: false })).toBeVisible();
    await isFit(page, 'spending, empty');
    await page.goto('/');

    await choose(page, await aReceipt(browser, { style: 'html { filter: brightness(0.2) }' }));
    await expect(page.getByRole('heading', { name: 'This may be hard to read' })).toBeVisible();
    await isFit(page, 'doubtful');

    await page.getByRole('link', { name: 'All receipts' }).click();
    await context.setOffline(true);
    await choose(page, receipt);
    await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
    await isFit(page, 'unsent');

    await context.setOffline(false);
    await expect(page.getByText('Uploaded')).toBeVisible();
    await isFit(page, 'working');
    await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
    await page.locator('summary').first().click();
    await isFit(page, 'accepted');

    await page.goto('/');
    await choose(page, { ...receipt, buffer: Buffer.concat([receipt.buffer, Buffer.of(0)]) });
    await expect(page.getByText('Not accepted', { exact: true })).toBeVisible();
    await isFit(page, 'rejected');

    await page.goto('/');
    await expect(page.getByRole('region', { name: 'Today' })).toBeVisible();
    await isFit(page, 'home, with receipts');

    await page.goto('/r/01900000-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { name: 'There is no receipt here' })).toBeVisible();
    await isFit(page, 'missing');
  });
}

for (const width of [320, 390, 800, 1440]) {
  test(`nothing is wider than a screen of ${width} px, and nothing jumps`, { tag: '@phone' }, async ({ page, browser }) => {
    await page.addInitScript(`
      window.moved = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await page.setViewportSize({ width, height: width < 800 ? 844 : 900 });
    await page.goto('/');
    await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
    await isNarrow(page);
    await choose(page, await aReceipt(browser));
    await expect(page.getByText(verdict)).toBeVisible();
    await isNarrow(page);
    expect(await page.evaluate<number>('window.moved')).toBeLessThan(0.05);
  });
}

test('all of it can be done with the keyboard alone', async ({ page, browser, isMobile }) => {
  // Listened for from the start: Chromium learns of a listener a moment later, and shows its own dialog until then.
  const chooser = page.waitForEvent('filechooser');
  await page.goto('/');
  await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
  if (isMobile) {
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Take photo', { exact: true })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Choose', { exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(await aReceipt(browser));
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('.merchant')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.merchant')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(page.locator('.merchant')).toHaveAttribute('aria-pressed', 'false');

  await tabTo(page, page.getByRole('button', { name: 'Edit' }));
  await page.keyboard.press('Enter');
  const total = page.getByRole('textbox', { name: 'Total' });
  await expect(total).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('26.40');
  await page.keyboard.press('Enter');
  await expect(page.locator('.amount')).toContainText('26.40');
  await expect(page.getByRole('button', { name: 'Edit' })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Undo: Total' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.amount')).toContainText('27.40');

  await tabTo(page, page.getByRole('button', { name: 'Delete receipt' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Receipts' })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: /^Undo: / }));
  await page.keyboard.press('Enter');
  const back = page.getByRole('region', { name: 'Today' }).getByRole('link');
  await expect(back).toHaveCount(1);
  await tabTo(page, back);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Accepted', { exact: true })).toBeVisible();
  await tabTo(page, page.getByRole('link', { name: 'All receipts' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Today' })).toBeVisible();
});

/** Presses Tab until it has the focus; a page goes round, so that it is found wherever the focus is. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  const isFocused = () => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60 && !(await isFocused()); presses += 1) await page.keyboard.press('Tab');
  await expect(wanted).toBeFocused();
}

test('the page speaks German to those who do', { tag: '@phone' }, async ({ browser, baseURL }) => {
  const context = await browser.newContext({ locale: 'de-DE', ...(baseURL === undefined ? {} : { baseURL }) });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.getByLabel('Auswählen', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page.getByText('Angenommen', { exact: true })).toBeVisible();
  await page.getByText(/^Was wir geprüft haben/).click();
  await expect(page.getByText('Wir sehen die Summe.')).toBeVisible();
  await context.close();
});
