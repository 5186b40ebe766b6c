// What a person does with a receipt, in a real browser against the whole system.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt } from './receipts';

const steps = /^(Uploading \d+ %|Waiting for a free reader|Reading your receipt|Checking the sum)$/;
const verdict = /^(Accepted|Not accepted)$/;

test('a photo is sent, watched, and answered', async ({ page, browser }) => {
  const watched = await watchSteps(page);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });

  await page.goto('/');
  await page.getByLabel('Choose', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page.getByAltText('Your receipt'), 'the own photo is there at once').toHaveAttribute('src', /^blob:/);
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  await expect(page.getByText(verdict)).toBeVisible();
  expect(watched.every((words) => steps.test(words)), watched.join(', ')).toBe(true);
  expect(watched).toContain('Reading your receipt');

  const total = await totalOf(page);
  expect(total).toContain('27.40');
  await expect(page.getByAltText('Your receipt')).toBeVisible();

  await page.getByRole('link', { name: 'All receipts' }).click();
  const newest = page.getByRole('region', { name: 'Today' }).getByRole('link').first();
  await expect(newest).toContainText(/Accepted/);
  await expect(newest).toContainText(total);

  await newest.click();
  await expect(page.getByText(verdict), 'opened again from the list').toBeVisible();
  expect(await totalOf(page)).toBe(total);
  expect(complaints).toEqual([]);
});

test('a reload in the middle goes on where it was', async ({ page, browser }) => {
  await page.goto('/');
  await page.getByLabel('Choose', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  await page.reload();
  await expect(page.getByText(verdict)).toBeVisible();
  await expect(page.getByAltText('Your receipt')).toHaveAttribute('src', /^\/receipts\/[\w-]+\/image$/);
  await expect.poll(() => page.getByAltText('Your receipt').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await totalOf(page)).toContain('27.40');
});

test('two tabs see the same', async ({ page, context, browser }) => {
  await page.goto('/');
  await page.getByLabel('Choose', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(page.getByText(verdict)).toBeVisible();
  await expect(other.getByText(verdict)).toBeVisible();
  expect(await totalOf(other)).toBe(await totalOf(page));
});

test('a photo waits for the network and goes by itself', async ({ page, context, browser }) => {
  await page.goto('/');
  await context.setOffline(true);
  await page.getByLabel('Choose', { exact: true }).setInputFiles(await aReceipt(browser));
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(verdict)).toBeVisible();
});

test('the same receipt again leads to the first', async ({ page, browser }) => {
  const receipt = await aReceipt(browser);
  await page.goto('/');
  await page.getByLabel('Choose', { exact: true }).setInputFiles(receipt);
  await expect(page.getByText(verdict)).toBeVisible();
  const first = page.url();
  await page.getByRole('link', { name: 'All receipts' }).click();
  await expect(page.getByText(/Earned so far/)).toContainText('0.25');

  await page.getByLabel('Choose', { exact: true }).setInputFiles({ ...receipt, buffer: Buffer.concat([receipt.buffer, Buffer.of(0)]) });
  await expect(page.getByText('Not accepted', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'See the first one' }).click();
  await expect(page).toHaveURL(first);
  await expect(page.getByText(verdict)).toBeVisible();
});

/** The total, where it is read: largest on an accepted receipt, a line among others on the rest. */
async function totalOf(page: Page): Promise<string> {
  const amount = page.locator('.amount').or(page.locator('.fact', { hasText: /^Total/ }).locator('.fact-value'));
  await expect(amount).toBeVisible();
  return (await amount.innerText()).trim();
}

/** Every step that was the present one, also those too quick for a test that only looks now and then. */
async function watchSteps(page: Page): Promise<string[]> {
  const watched: string[] = [];
  await page.exposeFunction('stepSeen', (words: string) => {
    if (watched.at(-1) !== words) watched.push(words);
  });
  await page.addInitScript(`
    new MutationObserver(() => {
      const words = document.querySelector('[aria-current="step"]')?.textContent;
      if (words) window.stepSeen(words);
    }).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  `);
  return watched;
}
