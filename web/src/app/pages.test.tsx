import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { accepted, amount, frame, imageId, jpeg, receipt, sentAs, uploadedAnswer } from '../../testing/samples';
import { App } from './app';

let server: FakeServer;

beforeEach(() => {
  server = fakeServer();
  server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
});

const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.04 };
/** Its total is on the second of its pages. */
const longer = { ...accepted, receipt: { ...receipt, total: { ...receipt.total, box: { ...box, page: 2 } } } };

/** What was sent earlier, opened by its address. */
function opened(types: readonly string[], pages: readonly number[], said: object = longer) {
  history.replaceState(null, '', `/r/${imageId}`);
  server.answers.set(`/receipts/${imageId}`, { status: 200, body: { ...said, ...sentAs(types, pages) } });
  render(<App />);
}

async function sent(file: File) {
  render(<App />);
  await userEvent.setup({ applyAccept: false }).upload(screen.getByLabelText(/Choose/), file);
  await waitFor(() => { expect(server.uploads).toHaveLength(1); });
  act(() => { server.upload().isAnswered(202, uploadedAnswer); });
}

function source() {
  return screen.getByAltText('Your receipt').getAttribute('src');
}

function page(page: number, of: number) {
  return screen.findByRole('status', { name: `Page ${page} of ${of}` });
}

describe('the pages of a receipt', () => {
  it('are turned by buttons and keys, not beyond the ends', async () => {
    opened(['image/jpeg', 'image/jpeg'], [1, 2]);
    expect(await page(1, 2)).toBeTruthy();
    expect(source()).toBe(`/receipts/${imageId}/preview?page=1`);
    await userEvent.click(screen.getByRole('button', { name: 'Page before' }));
    expect(await page(1, 2)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await page(2, 2)).toBeTruthy();
    expect(source()).toBe(`/receipts/${imageId}/preview?page=2`);
    screen.getByRole('group', { name: 'Photo of the receipt' }).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(await page(2, 2)).toBeTruthy();
    await userEvent.keyboard('{ArrowLeft}');
    expect(await page(1, 2)).toBeTruthy();
  });

  it('show what is on them, and a field leads to its own', async () => {
    opened(['image/jpeg', 'image/jpeg'], [1, 2]);
    await page(1, 2);
    fireEvent.load(screen.getByAltText('Your receipt'));
    expect(screen.getByRole('button', { name: 'Date: 25 Dec 2018' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: `Total: ${amount}` })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: amount }));
    expect(await page(2, 2)).toBeTruthy();
    fireEvent.load(screen.getByAltText('Your receipt'));
    expect(screen.getByRole('button', { name: `Total: ${amount}`, pressed: true })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Date: 25 Dec 2018' })).toBeNull();
    await userEvent.keyboard('{Escape}');
    expect(await page(2, 2), 'the page stays where nothing is lit').toBeTruthy();
  });

  it('of one file have pictures from the server once it is read', async () => {
    await sent(new File(['%PDF'], 'receipt.pdf', { type: 'application/pdf' }));
    expect(screen.getByText('A picture of it comes once it is read')).toBeTruthy();
    server.answers.set(`/receipts/${imageId}`, { status: 200, body: { ...longer, ...sentAs(['application/pdf'], [1, 1, 1]) } });
    act(() => { server.socket().says(longer); });
    expect(await page(1, 3), 'the server knows how many there are').toBeTruthy();
    expect(source()).toBe(`/receipts/${imageId}/preview?page=1`);
  });

  it('that this browser turns out not to draw come from the server too', async () => {
    await sent(jpeg());
    expect(source()).toBe('blob:photo-1');
    fireEvent.error(screen.getByAltText('Your receipt'));
    expect(screen.getByText('A picture of it comes once it is read')).toBeTruthy();
    act(() => { server.socket().says(accepted); });
    await waitFor(() => { expect(source()).toBe(`/receipts/${imageId}/preview?page=1`); });
    fireEvent.error(screen.getByAltText('Your receipt'));
    expect(screen.getByText('The photo is no longer here')).toBeTruthy();
  });

  it('have no way through them where there is one', async () => {
    opened(['image/jpeg'], [1], { ...frame('started', 2) });
    await waitFor(() => { expect(source()).toBe(`/receipts/${imageId}/preview?page=1`); });
    expect(screen.queryByRole('navigation', { name: 'Pages' })).toBeNull();
  });
});

describe('a list on another device', () => {
  const listed = (status: string) => ({ imageId, status, version: 4, createdAt: new Date().toISOString() });
  const picture = () => document.querySelector('.row-thumb img');

  it('has the small pictures of the server, and draws one where there is none', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [listed('accepted')] } });
    render(<App />);
    await waitFor(() => { expect(picture()?.getAttribute('src')).toBe(`/receipts/${imageId}/thumbnail`); });
    expect(document.querySelector('.thumb-drawn')).toBeNull();
    fireEvent.error(picture() ?? document);
    expect(picture()).toBeNull();
    expect(document.querySelector('.thumb-drawn')).not.toBeNull();
  });

  it('asks for none before the receipt is read', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [listed('started')] } });
    render(<App />);
    await waitFor(() => { expect(document.querySelector('.thumb-drawn')).not.toBeNull(); });
    expect(picture()).toBeNull();
  });
});
