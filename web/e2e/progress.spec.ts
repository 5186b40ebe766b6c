// That a person always learns how it ended, whatever happens on the way.

import { expect, test, type Page } from '@playwright/test';

import { aReceipt } from './receipts';
import { choose, totalOf, verdict } from './screen';
import { aSystem } from './system';

test('a reload in the middle goes on where it was', async ({ page, browser }) => {
  await page.goto('/');
  await choose(page, await aReceipt(browser));
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  await page.reload();
  await expect(page.getByText(verdict)).toBeVisible();
  await expect(page.getByAltText('Your receipt')).toHaveAttribute('src', /^\/receipts\/[\w-]+\/preview\?page=1$/);
  await expect.poll(() => page.getByAltText('Your receipt').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await totalOf(page)).toContain('27.40');
});

test('two tabs see the same', async ({ page, context, browser }) => {
  await page.goto('/');
  await choose(page, await aReceipt(browser));
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(page.getByText(verdict)).toBeVisible();
  await expect(other.getByText(verdict)).toBeVisible();
  expect(await totalOf(other)).toBe(await totalOf(page));
});

test('where sockets are refused, events tell', async ({ page, browser }) => {
  const asked = await refuseSockets(page);
  const events = page.waitForResponse(/\/events$/);
  await page.goto('/');
  await choose(page, await aReceipt(browser));
  expect((await events).headers()['content-type']).toBe('text/event-stream');
  await expect(page.getByText(verdict)).toBeVisible();
  expect(await totalOf(page)).toContain('27.40');
  expect(asked.sockets).toBe(2);
});

test('where events are refused too, looks tell', async ({ page, browser }) => {
  const asked = await refuseSockets(page);
  await page.route(/\/events$/, (route) => route.abort());
  const looked = page.waitForResponse(/\/receipts\/[\w-]+$/);
  await page.goto('/');
  await choose(page, await aReceipt(browser));
  expect((await looked).status()).toBe(200);
  await expect(page.getByText(verdict)).toBeVisible();
  expect(await totalOf(page)).toContain('27.40');
  expect(asked.sockets).toBe(2);
});

test('a server that is restarted in the middle goes on', async ({ page, browser }) => {
  const system = await aSystem();
  try {
    await page.goto(await system.start());
    await choose(page, await aReceipt(browser));
    await expect(page).toHaveURL(/\/r\/[\w-]+$/);
    await system.stop();
    await expect(page.getByText('No connection just now.', { exact: false })).toBeVisible();
    await system.start();
    await expect(page.getByText(verdict)).toBeVisible();
    expect(await totalOf(page)).toContain('27.40');
  } finally {
    await system.discard();
  }
});

test('offline in the middle, and back', async ({ page, context, browser }) => {
  await page.goto('/');
  // Before the verdict can be there, however busy the machine is.
  const isSent = page.waitForResponse((response) => new URL(response.url()).pathname === '/upload');
  await choose(page, await aReceipt(browser));
  await isSent;
  await context.setOffline(true);
  await expect(page).toHaveURL(/\/r\/[\w-]+$/);
  // Playwright cuts requests, not sockets that are open: with a new one the page must find out by itself.
  await page.evaluate('window.dispatchEvent(new Event("pageshow"))');
  await expect(page.getByText('No connection just now.', { exact: false })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(verdict)).toBeVisible();
});

test('a photo waits for the network and goes by itself', async ({ page, context, browser }) => {
  await page.goto('/');
  await expect(page.getByText('Your receipts will be listed here.')).toBeVisible();
  await context.setOffline(true);
  await choose(page, await aReceipt(browser));
  await expect(page.getByRole('heading', { name: 'No network' })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(verdict)).toBeVisible();
});

/** Every socket is closed before its first word. */
async function refuseSockets(page: Page): Promise<{ sockets: number }> {
  const asked = { sockets: 0 };
  await page.routeWebSocket(/\/ws$/, async (socket) => {
    asked.sockets += 1;
    await socket.close();
  });
  return asked;
}
