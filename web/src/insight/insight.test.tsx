import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { accepted, field, jpeg } from '../../testing/samples';
import { App } from '../app/app';

let server: FakeServer;
let count = 0;

beforeEach(() => {
  server = fakeServer();
  history.replaceState(null, '', '/insight');
  count += 1;
});

type Wanted = { merchant?: string; date?: string; total?: string; currency?: string; status?: string; rebate?: object };

/** Of this test alone: what was looked up in another is known. */
function receipt(name: string, { status = 'accepted', ...summary }: Wanted) {
  return {
    imageId: `${name}-${count}`, status, version: 4, createdAt: '2026-03-05T12:00:00Z',
    summary: { merchant: 'Book Talk', date: '2026-03-04', total: '9.00', currency: 'MYR', ...summary },
  };
}

const few = () => [
  receipt('a', { rebate: { amount: '0.25', currency: 'MYR' } }),
  receipt('b', { merchant: 'Kiosk', date: '2026-02-10', total: '31.20' }),
  receipt('c', { merchant: 'Paris', total: '4.00', currency: 'EUR' }),
  receipt('d', { merchant: 'Too Late', total: '100.00', status: 'rejected' }),
  receipt('e', { status: 'started' }),
];

async function opened(receipts: object[] = few()) {
  server.answers.set('/receipts', { status: 200, body: { receipts } });
  render(<App />);
  await screen.findByRole('heading', { name: 'By month' });
}

function sum() {
  return within(screen.getByRole('region', { name: 'Spent' })).getAllByText(/\d\.\d\d$/)[0]?.textContent;
}

function rows() {
  return within(screen.getByRole('region', { name: 'Receipts' })).getAllByRole('link').map(({ textContent }) => textContent);
}

describe('what was spent', () => {
  it('stands there in figures, by month and by shop', async () => {
    await opened();
    expect(document.title).toBe('Your spending · Receipts');
    expect(sum()).toBe('RM\u00a040.20');
    expect(screen.getByText('3 receipts, you earned RM 0.25')).toBeTruthy();
    const months = within(screen.getByRole('list', { name: 'By month' })).getAllByRole('button');
    expect(months.map((month) => month.getAttribute('aria-label'))).toEqual([
      'February 2026: RM\u00a031.20', 'March 2026: RM\u00a09.00',
    ]);
    const shops = within(screen.getByRole('list', { name: 'By shop' })).getAllByRole('button');
    expect(shops.map(({ textContent }) => textContent)).toEqual(['KioskRM\u00a031.20', 'Book TalkRM\u00a09.00']);
    const table = screen.getByRole('table', { name: 'By month', hidden: true });
    expect(within(table).getAllByRole('row', { hidden: true }).map(({ textContent }) => textContent)).toEqual([
      'MonthReceiptsSpent', 'March 20262RM\u00a09.00', 'February 20261RM\u00a031.20',
    ]);
    expect(rows(), 'what is still being read is not there').toHaveLength(4);
  });

  it('is looked at month by month', async () => {
    await opened();
    await userEvent.click(screen.getByRole('button', { name: /^February 2026/ }));
    expect(sum()).toBe('RM\u00a031.20');
    expect(rows()).toHaveLength(1);
    await userEvent.click(screen.getByRole('button', { name: 'All months' }));
    expect(sum()).toBe('RM\u00a040.20');
  });

  it('keeps its currencies apart', async () => {
    await opened();
    const group = screen.getByRole('group', { name: 'Currency' });
    await userEvent.click(within(group).getByRole('button', { name: '€4.00' }));
    expect(sum()).toBe('€4.00');
    expect(within(screen.getByRole('list', { name: 'By shop' })).getByRole('button').textContent).toBe('Paris€4.00');
  });

  it('is told to who has nothing yet', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
    render(<App />);
    expect(await screen.findByText(/Once a receipt is accepted/)).toBeTruthy();
    await userEvent.upload(screen.getByLabelText('Take photo'), jpeg());
    await waitFor(() => { expect(server.uploads).toHaveLength(1); });
    expect(screen.queryByRole('button', { name: /CSV/ })).toBeNull();
  });

  it('comes again where it was out of reach', async () => {
    render(<App />);
    await screen.findByText(/Not all of your receipts/);
    server.answers.set('/receipts', { status: 200, body: { receipts: few() } });
    await userEvent.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText(/3 receipts/)).toBeTruthy();
  });

  it('is put together from every page, up to a limit', async () => {
    let page = 0;
    server.answers.set('/receipts', () => {
      const receipts = Array.from({ length: 100 }, (_, index) => receipt(`${page}-${index}`, { total: '1.00' }));
      page += 1;
      return { status: 200, body: { receipts, next: `page-${page}` } };
    });
    render(<App />);
    expect(await screen.findByText('This counts your 2000 newest receipts.', {}, { timeout: 10_000 })).toBeTruthy();
    expect(server.asked).toHaveLength(20);
    expect(server.asked[1]).toBe('/receipts?limit=100&before=page-1');
    expect(sum()).toBe('RM\u00a02,000.00');
    expect(rows()).toHaveLength(50);
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
    expect(rows()).toHaveLength(100);
  }, 20_000);
});

describe('receipts are found', () => {
  it('by words, by amounts and by kind', async () => {
    await opened();
    const search = screen.getByRole('searchbox', { name: 'Search' });
    await userEvent.type(search, 'kio');
    expect(rows()).toHaveLength(1);
    expect(sum()).toBe('RM\u00a031.20');
    await userEvent.clear(search);
    await userEvent.type(search, '9,00');
    expect(rows()[0]).toContain('Book Talk');
    await userEvent.clear(search);
    await userEvent.click(screen.getByRole('button', { name: 'Not accepted' }));
    expect(rows()[0]).toContain('Too Late');
    expect(sum()).toBe('RM\u00a0100.00');
    await userEvent.click(screen.getByRole('button', { name: 'Earned' }));
    expect(rows()).toHaveLength(1);
    await userEvent.type(search, 'nothing like that');
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(rows()).toHaveLength(4);
  });

  it('by the bar of their shop', async () => {
    await opened();
    await userEvent.click(screen.getByRole('button', { name: /^Kiosk/ }));
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('Kiosk');
    expect(rows()).toHaveLength(1);
  });

  it('again on the way back from one', async () => {
    await opened();
    await userEvent.click(screen.getByRole('button', { name: /^February 2026/ }));
    await userEvent.click(within(screen.getByRole('region', { name: 'Receipts' })).getByRole('link'));
    expect(location.pathname).toBe(`/r/b-${count}`);
    history.back();
    await screen.findByRole('heading', { name: 'By month' });
    expect(screen.getByRole('button', { name: /^February 2026/ }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the price of an item', () => {
  const bought = (name: string, price: string) => {
    const body = { ...accepted, imageId: `${name}-${count}`, receipt: { items: [{ description: field('Gel pen'), amount: field(price) }] } };
    server.answers.set(`/receipts/${name}-${count}`, { status: 200, body });
  };

  it('is looked up when it is asked for, and told as a line and as a table', async () => {
    bought('a', '1.60');
    bought('b', '1.40');
    bought('c', '9.00');
    await opened([...few().slice(0, 2), receipt('c', { date: '2026-03-06' })]);
    expect(server.asked).toHaveLength(1);
    const fold = screen.getByText('Price of an item').closest('details');
    await userEvent.click(screen.getByText('Price of an item'));
    if (fold !== null && !fold.open) fold.open = true;
    expect(await screen.findByRole('option', { name: 'Gel pen (3, MYR)' })).toBeTruthy();
    expect(screen.getByText('From RM 1.40 to RM 9.00')).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Price of an item: Gel pen', hidden: true });
    expect(within(table).getAllByRole('row', { hidden: true }).map(({ textContent }) => textContent)).toEqual([
      'DateShopPrice', '10 Feb 2026KioskRM\u00a01.40', '4 Mar 2026Book TalkRM\u00a01.60', '6 Mar 2026Book TalkRM\u00a09.00',
    ]);
    await userEvent.type(screen.getByRole('searchbox'), 'gel');
    expect(rows(), 'and is found by search').toHaveLength(3);
  });

  it('says what it could not see', async () => {
    bought('a', '1.60');
    bought('c', '1.80');
    await opened([...few().slice(0, 2), receipt('c', {})]);
    await userEvent.click(screen.getByText('Price of an item'));
    expect(await screen.findByText('Some receipts were out of reach.')).toBeTruthy();
  });
});

it('what is found is saved as a file', async () => {
  const saved: Blob[] = [];
  URL.createObjectURL = (file) => {
    if (file instanceof Blob) saved.push(file);
    return 'blob:file';
  };
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  await opened();
  await userEvent.type(screen.getByRole('searchbox'), 'kiosk');
  await userEvent.click(screen.getByRole('button', { name: 'Export 1 receipt as CSV' }));
  await waitFor(() => { expect(click).toHaveBeenCalledOnce(); });
  expect(click.mock.contexts[0]).toMatchObject({ download: 'receipts.csv', href: 'blob:file' });
  expect(saved[0]?.type).toBe('text/csv;charset=utf-8');
  const text = await read(saved[0]);
  expect(text.trimEnd().split('\r\n')).toHaveLength(2);
  expect(text).toContain('"2026-02-10","Kiosk","31.20","MYR","Accepted"');
});

it('is opened from home', async () => {
  history.replaceState(null, '', '/');
  server.answers.set('/receipts', { status: 200, body: { receipts: few() } });
  render(<App />);
  await userEvent.click(await screen.findByRole('link', { name: 'Your spending' }));
  expect(location.pathname).toBe('/insight');
  const heading = screen.getByRole('heading', { name: 'Your spending' });
  expect(document.activeElement).toBe(heading);
  expect(await screen.findByText(/3 receipts/)).toBeTruthy();
});

/** jsdom's blobs have no `text`. */
function read(blob: Blob | undefined): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => { resolve(typeof reader.result === 'string' ? reader.result : ''); };
    reader.readAsText(blob ?? new Blob());
  });
}
