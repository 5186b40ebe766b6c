// From the shutter to the verdict: photos of twelve megapixels, each sent by the page in a real browser, and where the time goes.
// PHOTOS is how many (100); RECEIPTS, the program that runs the system, a release build.

import { test, type Page } from '@playwright/test';

import { aReceipt, type Photo } from '../e2e/receipts';
import { choose, verdict } from '../e2e/screen';
import { decodeUploaded } from '../src/shared/api/decode';
import { fieldsOf, instant, isRecord, listOf, text } from '../src/shared/api/json';

const photos = Number(process.env['PHOTOS'] ?? 100);
/** 900 by 960 pixels of CSS become 3,375 by 3,600. */
const twelveMegapixels = { sharpness: 3.75 };

/** A phone's processor and a mobile network, as Chromium plays them. */
const slowed = { processor: 4, upload: 3_000_000 / 8, download: 10_000_000 / 8, latency: 50 };

const steps = ['prepare', 'send and store', 'queue', 'read', 'judge', 'tell', 'all'] as const;
type Step = (typeof steps)[number];
type Times = Record<Step, number>;

for (const isSlowed of [false, true]) {
  test(isSlowed ? 'slowed' : 'as it is', async ({ page, browser }) => {
    await page.goto('/');
    if (isSlowed) await slowDown(page);
    const all: Times[] = [];
    // The first one warms up what is loaded once.
    for (let number = 0; number <= photos; number += 1) {
      const times = await one(page, await aReceipt(browser, twelveMegapixels));
      if (number > 0) all.push(times);
    }
    report(isSlowed ? `a processor ${slowed.processor} times slower, 3 Mbit/s up` : 'nothing slowed', all);
  });
}

async function one(page: Page, photo: Photo): Promise<Times> {
  await page.goto('/');
  const sending = page.waitForRequest((request) => request.url().endsWith('/upload')).then(() => Date.now());
  const sent = page.waitForResponse((response) => response.url().endsWith('/upload'));
  await page.getByLabel('Choose', { exact: true }).waitFor({ state: 'attached' });
  const chosen = Date.now();
  await choose(page, photo);
  const [begun, response] = await Promise.all([sending, sent]);
  const imageId = decodeUploaded(await response.json())?.imageId ?? '';
  // Not by `expect`, which looks only now and then.
  await page.getByText(verdict).first().waitFor();
  const shown = Date.now();
  const known: unknown = await (await page.request.get(`/receipts/${imageId}`)).json();
  const history = isRecord(known) ? listOf(decodeStep, known['history']) : [];
  const at = (...states: string[]) => history.findLast(({ status }) => states.includes(status))?.at ?? Number.NaN;
  const [stored, started, read, judged] = [at('uploaded'), at('started'), at('text_detected'), at('accepted', 'rejected')];
  return {
    prepare: begun - chosen,
    'send and store': stored - begun,
    queue: started - stored,
    read: read - started,
    judge: judged - read,
    tell: shown - judged,
    all: shown - chosen,
  };
}

function decodeStep(step: unknown): { status: string; at: number } | null {
  const { status = null, at = null } = fieldsOf({ status: text, at: instant }, step) ?? {};
  return status === null || at === null ? null : { status, at };
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowed.processor });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slowed.latency,
    uploadThroughput: slowed.upload,
    downloadThroughput: slowed.download,
  });
}

function report(title: string, all: Times[]): void {
  const rows = steps.map((step) => {
    const sorted = all.map((times) => times[step]).sort((a, b) => a - b);
    const of = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return `| ${step} | ${(of(0.5) / 1000).toFixed(2)} | ${(of(0.95) / 1000).toFixed(2)} |`;
  });
  console.log([`\n${all.length} photos of 12 megapixels, ${title}; seconds:`, '', '| step | median | p95 |', '|---|---|---|', ...rows, ''].join('\n'));
}
