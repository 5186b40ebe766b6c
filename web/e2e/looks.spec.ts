// Every main screen by day and by night: no findings of axe, no movement of what stands, nothing wider than the screen.

import { expect, test } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, isFit, isNarrow, verdict } from './screen';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`each screen is fit for everybody, ${colorScheme}`, async ({ page, context, browser }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const receipt = await aReceipt(browser);

    await page.goto('/');
    await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
    await isFit(page, 'home, empty');

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
  test(`nothing is wider than a screen of ${width} px, and nothing jumps`, async ({ page, browser }) => {
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

test('all of it can be done with the keyboard alone', async ({ page, browser }) => {
  // Listened for from the start: Chromium learns of a listener a moment later, and shows its own dialog until then.
  const chooser = page.waitForEvent('filechooser');
  await page.goto('/');
  await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Take photo', { exact: true })).toBeFocused();
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
  for (let presses = 0; presses < 2; presses += 1) await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('link', { name: 'All receipts' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Today' })).toBeVisible();
});

test('the page speaks German to those who do', async ({ browser, baseURL }) => {
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
