// What the tests do and see on every screen.

import { expect, type Page } from '@playwright/test';

import type { Photo } from './receipts';

export const verdict = /^(Accepted|Not accepted)$/;

export async function choose(page: Page, receipt: Photo): Promise<void> {
  await page.getByLabel('Choose', { exact: true }).setInputFiles(receipt);
}

/** The total, where it is read: largest on an accepted receipt, a line among others on the rest. */
export async function totalOf(page: Page): Promise<string> {
  const amount = page.locator('.amount').or(page.locator('.fact', { hasText: /^Total/ }).locator('.fact-value'));
  await expect(amount).toBeVisible();
  return (await amount.innerText()).trim();
}
