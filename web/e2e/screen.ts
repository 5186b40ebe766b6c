// What the tests do and see on every screen.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

import type { Photo } from './receipts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

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

/** Axe has nothing to say on it. */
export async function isFit(page: Page, screen: string): Promise<void> {
  // What fades in has no contrast yet, and something may at any moment.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  expect(found, screen).toEqual([]);
}

/** Nothing is wider than the screen. */
export async function isNarrow(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
}
