import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { keepsChanges } from '../../testing/keeping-server';
import { accepted } from '../../testing/samples';
import { App } from '../app/app';
import { keptRemovals } from '../shared/device/removed-ids';
import { undo } from './removals';

let server: FakeServer;
let ids: string[] = [];
let count = 0;

/** Receipts of this test alone: what was deleted in another stays gone. */
beforeEach(() => {
  server = fakeServer();
  count += 1;
  ids = ['a', 'b'].map((name) => `${name}${count}`);
  const receipts = ids.map((imageId) => ({
    imageId, status: 'accepted', version: 4, createdAt: new Date().toISOString(),
    summary: { merchant: `Shop ${imageId}`, total: '9.00', currency: 'MYR' },
  }));
  server.answers.set('/receipts', { status: 200, body: { receipts } });
  for (const imageId of ids) {
    const receipt = { ...accepted.receipt, merchant: { text: `Shop ${imageId}`, value: `Shop ${imageId}` } };
    keepsChanges(server, { ...accepted, imageId, receipt });
    server.answers.set(`DELETE /receipts/${imageId}`, { status: 204 });
  }
});

afterEach(() => {
  for (const { imageId } of keptRemovals()) undo(imageId);
  localStorage.clear();
});

async function deleted(imageId = ids[0]) {
  await userEvent.click(await screen.findByRole('link', { name: new RegExp(`Shop ${imageId}`) }));
  await userEvent.click(await screen.findByRole('button', { name: 'Delete receipt' }));
  await screen.findByText(`Shop ${imageId} is deleted`);
}

function sent() {
  return server.told.map(({ method, path }) => `${method} ${path}`);
}

function listed() {
  return within(screen.getByRole('region', { name: 'Your receipts' })).queryAllByRole('link').map(({ textContent }) => textContent);
}

/** Six seconds on. */
async function sixSecondsLater() {
  await act(() => vi.advanceTimersByTimeAsync(6_000));
}

describe('a deleted receipt', () => {
  it('leaves the list at once, and the server after six seconds', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    render(<App />);
    server.answers.set(`/receipts/${ids[0]}/preview?page=1`, { status: 200 });
    await deleted();
    expect(location.pathname).toBe('/');
    await waitFor(() => { expect(listed()).toHaveLength(1); });
    expect(listed()[0]).toContain(`Shop ${ids[1]}`);
    await act(() => vi.advanceTimersByTimeAsync(4_000));
    expect(sent()).toEqual([]);
    await sixSecondsLater();
    expect(sent()).toEqual([`DELETE /receipts/${ids[0]}`]);
    expect(server.told[0]?.keepalive).toBe(true);
    const pictures = server.asked.filter((path) => path === `/receipts/${ids[0]}/preview?page=1`);
    expect(pictures, 'what the browser has of it, it forgets').toHaveLength(2);
    expect(server.asked.filter((path) => path === `/receipts/${ids[0]}/preview?page=2`), 'this one it has not').toHaveLength(1);
    expect(screen.queryByText(/is deleted/)).toBeNull();
    expect(listed()).toHaveLength(1);
    expect(keptRemovals()).toEqual([]);
  });

  it('comes back by one tap, and nothing was sent', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    render(<App />);
    await deleted();
    await userEvent.click(screen.getByRole('button', { name: `Undo: Shop ${ids[0]}` }));
    await waitFor(() => { expect(listed()).toHaveLength(2); });
    await sixSecondsLater();
    expect(sent()).toEqual([]);
  });

  it('waits while the way back has the keyboard', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    render(<App />);
    await deleted();
    const back = screen.getByRole('button', { name: `Undo: Shop ${ids[0]}` });
    act(() => { back.focus(); });
    await act(() => vi.advanceTimersByTimeAsync(20_000));
    expect(sent()).toEqual([]);
    act(() => { back.blur(); });
    await sixSecondsLater();
    expect(sent()).toHaveLength(1);
  });

  it('is one of several, each with its own way back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    render(<App />);
    await deleted(ids[0]);
    await deleted(ids[1]);
    expect(await screen.findByText('Your receipts will be listed here.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: `Undo: Shop ${ids[0]}` }));
    expect(screen.getByText(`Shop ${ids[1]} is deleted`)).toBeTruthy();
    await sixSecondsLater();
    expect(sent()).toEqual([`DELETE /receipts/${ids[1]}`]);
  });

  it('goes when the page goes', async () => {
    render(<App />);
    await deleted();
    act(() => { window.dispatchEvent(new PageTransitionEvent('pagehide')); });
    expect(sent()).toEqual([`DELETE /receipts/${ids[0]}`]);
    expect(server.told[0]?.keepalive).toBe(true);
    await waitFor(() => { expect(keptRemovals()).toEqual([]); });
  });

  it('waits for the network, can be undone until then, and goes when it is back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    render(<App />);
    await deleted();
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    await sixSecondsLater();
    expect(sent()).toEqual([]);
    expect(await screen.findByText(`Shop ${ids[0]} is deleted when you’re back online`)).toBeTruthy();
    expect(screen.getByRole('button', { name: `Undo: Shop ${ids[0]}` })).toBeTruthy();
    expect(keptRemovals(), 'it outlives the page').toMatchObject([{ imageId: ids[0] }]);
    online.mockReturnValue(true);
    await act(async () => {
      window.dispatchEvent(new Event('online'));
      await vi.advanceTimersByTimeAsync(0);
    });
    expect(sent()).toEqual([`DELETE /receipts/${ids[0]}`]);
    await waitFor(() => { expect(keptRemovals()).toEqual([]); });
  });

  it('goes again where nobody answered', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    server.answers.set(`DELETE /receipts/${ids[0]}`, { status: 503 });
    render(<App />);
    await deleted();
    await sixSecondsLater();
    server.answers.set(`DELETE /receipts/${ids[0]}`, { status: 204 });
    await sixSecondsLater();
    expect(sent()).toHaveLength(2);
    expect(keptRemovals()).toEqual([]);
  });

  it('that the server keeps comes back, with a word', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    server.answers.set(`DELETE /receipts/${ids[0]}`, { status: 403 });
    render(<App />);
    await deleted();
    await sixSecondsLater();
    await waitFor(() => { expect(listed()).toHaveLength(2); });
    expect(screen.getByText(`Shop ${ids[0]} could not be deleted and stays`)).toBeTruthy();
    await sixSecondsLater();
    expect(screen.queryByText(/could not be deleted/)).toBeNull();
  });
});

it('what an earlier page could not tell is told by the next one', async () => {
  const [imageId = ''] = ids;
  localStorage.setItem('receipts.removals', JSON.stringify([{ imageId, name: 'Shop', due: Date.now() - 1 }, 'noise']));
  vi.resetModules();
  const { App: NextApp } = await import('../app/app');
  const { speak } = await import('../shared/i18n/language');
  await speak(['en-GB']);
  render(<NextApp />);
  await waitFor(() => { expect(sent()).toEqual([`DELETE /receipts/${imageId}`]); });
  await waitFor(() => { expect(keptRemovals()).toEqual([]); });
});
