// What a person does with a receipt, in a real browser against the whole system.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, totalOf, verdict } from './screen';

const steps = /^(Looking at your photo|Uploading \d+ %|Waiting for a free reader|Reading your receipt|Checking the sum)$/;

test('a photo is sent, watched, and answered', async ({ page, browser }) => {
  const watched = await watchSteps(page);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });

  await page.goto('/');
  await choose(page, await aReceipt(browser));
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

test('the same receipt again leads to the first', async ({ page, browser }) => {
  const receipt = await aReceipt(browser);
  await page.goto('/');
  await choose(page, receipt);
  await expect(page.getByText(verdict)).toBeVisible();
  const first = page.url();
  await page.getByRole('link', { name: 'All receipts' }).click();
  await expect(page.getByText(/Earned so far/)).toContainText('0.25');

  await choose(page, { ...receipt, buffer: Buffer.concat([receipt.buffer, Buffer.of(0)]) });
  await expect(page.getByText('Not accepted', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'See the first one' }).click();
  await expect(page).toHaveURL(first);
  await expect(page.getByText(verdict)).toBeVisible();
});

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
