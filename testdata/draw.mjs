// Draws corner-books.jpg from corner-books.html. Needs web/node_modules and CHROMIUM (scripts/chromium prints it).
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { chromium } = createRequire(here('../web/package.json'))('@playwright/test');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 900, height: 960 } });
await page.goto(`file://${here('corner-books.html')}`);
await page.screenshot({ path: here('corner-books.jpg'), type: 'jpeg', quality: 80 });
await browser.close();
