import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import { keepsChanges } from '../../testing/keeping-server';
import { accepted, amount, imageId, rejected, rejectedFor } from '../../testing/samples';
import { App } from '../app/app';

let server: FakeServer;

beforeEach(() => {
  server = fakeServer();
  server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
});

async function opened(receipt: { imageId: string; version: number }) {
  const elsewhere = keepsChanges(server, { ...receipt });
  history.replaceState(null, '', `/r/${imageId}`);
  render(<App />);
  await screen.findByText(/^What we checked/);
  return elsewhere;
}

async function edit() {
  await userEvent.click(screen.getByRole('button', { name: 'Edit' }));
}

async function type(field: string, value: string) {
  await userEvent.clear(screen.getByLabelText(field));
  await userEvent.type(screen.getByLabelText(field), value);
}

async function save() {
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
}

function said() {
  return server.told.map(({ body }) => body);
}

describe('a misread field', () => {
  it('is set right, with what was read beside it, and taken back', async () => {
    await opened(accepted);
    await edit();
    expect(document.activeElement).toBe(screen.getByLabelText('Total'));
    expect(screen.getByLabelText('Total').getAttribute('inputmode')).toBe('decimal');
    await type('Total', '8,50');
    await save();
    expect(screen.getByRole('button', { name: 'RM\u00a08.50' }), 'at once').toBeTruthy();
    expect(screen.getByText(/read as RM.9\.00/)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Edit' }));
    await waitFor(() => { expect(said()).toEqual([{ total: '8.50' }]); });
    expect(server.told[0]?.headers.get('if-match')).toBe('"4"');
    expect(screen.getByText(/Thank you!/), 'the verdict stays').toBeTruthy();

    const undo = screen.getByRole('button', { name: 'Undo: Total' });
    await waitFor(() => { expect(undo.getAttribute('aria-disabled')).toBe('false'); });
    await userEvent.click(undo);
    await waitFor(() => { expect(said()).toEqual([{ total: '8.50' }, { total: null }]); });
    expect(server.told[1]?.headers.get('if-match')).toBe('"5"');
    expect(await screen.findByRole('button', { name: amount })).toBeTruthy();
    expect(screen.queryByText(/read as/)).toBeNull();
  });

  it('of every kind goes in one change, and only what is different', async () => {
    await opened(accepted);
    await edit();
    await type('Shop', '  Corner Books ');
    fireEvent.change(screen.getByLabelText('Date'), { target: { value: '2018-12-24' } });
    await userEvent.selectOptions(screen.getByLabelText('Currency'), 'EUR');
    await type('Total', '9');
    await save();
    await waitFor(() => {
      expect(said()).toEqual([{ merchant: 'Corner Books', date: '2018-12-24', currency: 'EUR' }]);
    });
    expect(screen.getByText('read as Book Talk')).toBeTruthy();
    expect(screen.getByText('read as 25 Dec 2018')).toBeTruthy();
    expect(screen.getByRole('button', { name: '€9.00' })).toBeTruthy();
    expect(screen.getByText('read as MYR')).toBeTruthy();
  });

  it('that was not read at all can be told', async () => {
    await opened(rejected);
    await edit();
    await type('Total', '9.00');
    await save();
    expect((await screen.findByText('not read')).closest('li')?.textContent).toContain('9.00');
    await waitFor(() => { expect(said()).toEqual([{ total: '9.00' }]); });
    expect(screen.getByText('Not accepted'), 'the verdict stays').toBeTruthy();
  });

  it.each([
    ['Total', 'nine', 'An amount like 8.50, please.'],
    ['Total', '1000000000', 'An amount like 8.50, please.'],
    ['Total', '-1', 'An amount like 8.50, please.'],
    ['Date', '1989-12-31', 'A day from 1990 to today, please.'],
    ['Date', '2999-01-01', 'A day from 1990 to today, please.'],
  ])('%s is not %s, and nothing is lost', async (field, value, hint) => {
    await opened(accepted);
    await edit();
    await type('Shop', 'Corner Books');
    fireEvent.change(screen.getByLabelText(field), { target: { value } });
    await save();
    const input = screen.getByLabelText(new RegExp(`^${field}`));
    expect(document.activeElement).toBe(input);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(hint)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Shop').value).toBe('Corner Books');
    expect(said()).toEqual([]);
  });

  it('stays as it was where nothing was changed, or the person thinks better of it', async () => {
    await opened(accepted);
    await edit();
    await save();
    await edit();
    await type('Total', '1');
    await userEvent.keyboard('{Escape}');
    expect(screen.getByRole('button', { name: amount })).toBeTruthy();
    expect(said()).toEqual([]);
  });

  it('is found by a tap on the photo', async () => {
    await opened(accepted);
    fireEvent.load(screen.getByAltText('Your receipt'));
    await userEvent.click(screen.getByRole('button', { name: 'Date: 25 Dec 2018' }));
    await edit();
    expect(document.activeElement).toBe(screen.getByLabelText('Date'));
    await userEvent.click(screen.getByRole('button', { name: 'Shop: Book Talk' }));
    expect(document.activeElement).toBe(screen.getByLabelText('Shop'));
    await userEvent.click(screen.getByLabelText('Total'));
    expect(screen.getByRole('button', { name: `Total: ${amount}` }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('a change that is not kept', () => {
  it('without a network says so, shows what was, and goes again by one tap', async () => {
    await opened(accepted);
    const answer = server.answers.get(`PATCH /receipts/${imageId}`);
    server.answers.delete(`PATCH /receipts/${imageId}`);
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    await edit();
    await type('Total', '8.50');
    await save();
    expect(await screen.findByText('No network, so this is not saved yet.')).toBeTruthy();
    expect(screen.getByRole('button', { name: amount })).toBeTruthy();

    if (answer !== undefined) server.answers.set(`PATCH /receipts/${imageId}`, answer);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('button', { name: 'RM\u00a08.50' })).toBeTruthy();
    await waitFor(() => { expect(screen.queryByText(/not saved yet/)).toBeNull(); });
  });

  it('since another came first, shows the other', async () => {
    const elsewhere = await opened(accepted);
    elsewhere({ merchant: 'Corner Books' });
    await edit();
    await type('Total', '8.50');
    await save();
    expect(await screen.findByText(/changed elsewhere meanwhile/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Corner Books' })).toBeTruthy();
    expect(screen.getByRole('button', { name: amount })).toBeTruthy();

    await edit();
    await type('Total', '8.50');
    await save();
    await waitFor(() => { expect(server.told.at(-1)?.headers.get('if-match')).toBe('"5"'); });
    expect(await screen.findByRole('button', { name: 'RM\u00a08.50' })).toBeTruthy();
  });

  it.each([
    [422, 'We can’t keep this value. What was there stays.'],
    [404, 'This receipt is no longer here.'],
    [500, 'No answer just now, so this is not saved yet.'],
  ])('for a %i has words', async (status, words) => {
    await opened(accepted);
    server.answers.set(`PATCH /receipts/${imageId}`, { status, body: { code: 'odd' } });
    await edit();
    await type('Total', '8.50');
    await save();
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.getByRole('button', { name: amount })).toBeTruthy();
  });
});

describe('a receipt that is right all the same', () => {
  it('is contested by one tap, and that is taken back by one', async () => {
    await opened(rejected);
    await userEvent.click(screen.getByRole('button', { name: 'It’s right' }));
    const note = await screen.findByText(/You say that this receipt is right/);
    expect(document.activeElement).toBe(note);
    expect(screen.queryByRole('button', { name: 'It’s right' })).toBeNull();
    await waitFor(() => { expect(said()).toEqual([{ contested: true }]); });

    const takeBack = screen.getByRole('button', { name: 'Take back' });
    await waitFor(() => { expect(takeBack.getAttribute('aria-disabled')).toBe('false'); });
    await userEvent.click(takeBack);
    expect(await screen.findByRole('button', { name: 'It’s right' })).toBeTruthy();
    await waitFor(() => { expect(said()).toEqual([{ contested: true }, { contested: false }]); });
  });

  it('is not asked about where only a day helps', async () => {
    await opened(rejectedFor('over_limit'));
    expect(screen.queryByRole('button', { name: 'It’s right' })).toBeNull();
  });
});

describe('the sum of the items', () => {
  const cell = (value: string) => ({ text: value, value });
  const judged = (itemSum: unknown) => ({
    ...accepted,
    receipt: { ...accepted.receipt, items: ['6.20', '2.60'].map((value) => ({ description: cell('Pen'), amount: cell(value) })) },
    verdict: { ...accepted.verdict, itemSum },
  });
  const summary = () => screen.getByText(/2 items/).closest('summary')?.textContent;

  it.each([
    [{ is: 'fits', sum: '8.80' }, '2 items add up to RM\u00a08.80'],
    [{ is: 'missing', sum: '8.80', difference: '0.20' }, '2 items RM\u00a00.20 missing'],
    [{ is: 'too_much', sum: '8.80', difference: '1.00' }, '2 items RM\u00a01.00 too much'],
  ])('is %j where the verdict says so', async (itemSum, words) => {
    await opened(judged(itemSum));
    expect(summary()).toBe(words);
    const rows = within(screen.getByRole('table', { hidden: true })).getAllByRole('row', { hidden: true });
    expect(rows.at(-1)?.textContent).toBe('Sum8.80');
  });

  it.each([undefined, null, 7, { is: 'odd', sum: '8.80' }, { is: 'fits', sum: 8.8 }])('is not told where the verdict says %j', async (itemSum) => {
    await opened(judged(itemSum));
    expect(summary()).toBe('2 items ');
    expect(screen.queryByText('Sum')).toBeNull();
  });

  it('is not compared with a total that was set right', async () => {
    await opened(judged({ is: 'missing', sum: '8.80', difference: '0.20' }));
    await edit();
    await type('Total', '8.80');
    await save();
    await waitFor(() => { expect(summary()).toBe('2 items '); });
  });
});
