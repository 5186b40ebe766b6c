// Without a network: the page opens, photos wait, and nothing of anybody's is kept in the cache.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, verdict } from './screen';

test('a photo taken offline outlives a reload, and goes when the network is back', async ({ page, context, browser }) => {
  const receipt = await aReceipt(browser);
  await page.goto('/');
  await isInstalled(page);
  await context.setOffline(true);
  await page.reload();
  await choose(page, receipt);
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  await expect(page.getByAltText('Your receipt')).toHaveAttribute('src', /^blob:/);
  await context.setOffline(false);
  await expect(page.getByText(verdict)).toBeVisible();
});

test('several photos go one after the other, also when the network comes back late', async ({ page, context, browser }) => {
  const receipts = [await aReceipt(browser), await aReceipt(browser)];
  await page.goto('/');
  await isInstalled(page);
  await context.setOffline(true);
  await page.getByLabel('Choose', { exact: true }).setInputFiles(receipts);
  await page.getByRole('button', { name: '2 receipts' }).click();
  await expect(page.getByText('No network. Your 2 photos are safe here', { exact: false })).toBeVisible();
  await page.reload();
  await expect(page.getByText('No network. Your 2 photos are safe here', { exact: false })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole('region', { name: 'Today' }).getByRole('link')).toHaveCount(2);
  await expect(page.getByText(/photos? (is|are) safe here|^Sending/)).toHaveCount(0);
});

test('a photo that another app shares waits for a yes', async ({ page, browser }) => {
  const { name, mimeType, buffer } = await aReceipt(browser);
  await page.goto('/');
  await isInstalled(page);
  await page.reload();
  await page.evaluate(({ name, mimeType, bytes }) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', action: '/share', enctype: 'multipart/form-data' });
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'photos', files: files.files });
    form.append(input);
    document.body.append(form);
    form.submit();
  }, { name, mimeType, bytes: [...buffer] });
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('region', { name: 'Today' }).getByRole('link')).toHaveCount(1);
});

test('the cache holds the page and nothing that the server said', async ({ page, browser }) => {
  await page.goto('/');
  await isInstalled(page);
  await page.reload();
  await choose(page, await aReceipt(browser));
  await expect(page.getByText(verdict)).toBeVisible();
  await page.reload();
  await expect(page.getByText(verdict)).toBeVisible();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => !/^\/(assets\/[\w.-]+|favicon\.svg|icon-[\w-]+\.png|manifest\.webmanifest)?$/.test(path))).toEqual([]);
});

async function isInstalled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((resolve) => {
    if (navigator.serviceWorker.controller !== null) resolve();
    navigator.serviceWorker.addEventListener('controllerchange', () => { resolve(); });
  }));
}
