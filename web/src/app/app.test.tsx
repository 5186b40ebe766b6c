import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../testing/fake-server';
import {
  accepted,
  amount,
  duplicate,
  earning,
  failed,
  firstId,
  frame,
  imageId,
  jpeg,
  rejected,
  rejectedFor,
  sentAs,
  uploadedAnswer,
} from '../../testing/samples';
import { keep, sharedKey, waitingPhoto } from '../submit/photo-store';
import { App } from './app';

let server: FakeServer;

beforeEach(() => {
  server = fakeServer();
  server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
});

async function choose(file = jpeg()) {
  await userEvent.setup({ applyAccept: false }).upload(screen.getByLabelText(/Choose/), file);
}

/** A photo chosen and taken by the server; its socket is open. */
async function sent() {
  render(<App />);
  await choose();
  act(() => { server.upload().isAnswered(202, uploadedAnswer); });
}

function told(...frames: unknown[]) {
  act(() => {
    for (const each of frames) server.socket().says(each);
  });
}

function step() {
  return screen.getAllByRole('listitem').find((item) => item.getAttribute('aria-current') === 'step')?.textContent;
}

describe('on the way', () => {
  it('the own photo is there before a byte is sent, and the steps are as they are', async () => {
    render(<App />);
    await choose();
    expect(screen.getByAltText('Your receipt').getAttribute('src')).toBe('blob:photo-1');
    expect(step()).toBe('Uploading 0 %');
    expect(document.activeElement?.tagName).toBe('H1');

    act(() => { server.upload().hasSent(649, 1000); });
    expect(step()).toBe('Uploading 64 %');
    expect(screen.getByRole('progressbar')).toHaveProperty('value', 64);
    expect(screen.getByRole('status').textContent, 'a voice does not count').toBe('Uploading your photo');

    act(() => { server.upload().isAnswered(202, uploadedAnswer); });
    expect(step()).toBe('Waiting for a free reader');
    expect(location.pathname).toBe(`/r/${imageId}`);
    expect(screen.getByAltText('Your receipt').getAttribute('src')).toBe('blob:photo-1');

    told(frame('started', 2));
    expect(step()).toBe('Reading your receipt');
    expect(screen.getByRole('status').textContent).toBe('Reading your receipt');
    told({ ...frame('started', 3), reason: 'waiting_for_reader', detail: 'It waits.' });
    expect(step()).toBe('Waiting for a free reader');
    told(frame('text_detected', 4));
    expect(step()).toBe('Checking the sum');
  });

  it('says how long it will take, as far as is known, and when a reader has to be waked', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    localStorage.setItem('receipts.pace', JSON.stringify([{ began: 1_000, ended: 4_000 }]));
    await sent();
    expect(screen.getByText('about 4 s')).toBeTruthy();
    act(() => { vi.advanceTimersByTime(3_000); });
    expect(screen.getByText('about 1 s')).toBeTruthy();
    act(() => { vi.advanceTimersByTime(4_000); });
    expect(step()).toBe('Waking a reader, about a minute');
    expect(screen.getByRole('status').textContent, 'a voice says it once').toBe('Waking a reader, about a minute');
    told(frame('started', 2));
    expect(step()).toBe('Reading your receipt');
    expect(screen.getByText('any moment now')).toBeTruthy();
    act(() => { vi.advanceTimersByTime(6_000); });
    expect(screen.getByText('longer than usual')).toBeTruthy();
  });

  it('a reload goes on where it was, with the picture from the server', async () => {
    history.replaceState(null, '', `/r/${imageId}`);
    server.answers.set(`/receipts/${imageId}`, { status: 200, body: { ...frame('started', 2), ...sentAs(['image/jpeg']) } });
    render(<App />);
    await waitFor(() => { expect(step()).toBe('Reading your receipt'); });
    expect(screen.getByAltText('Your receipt').getAttribute('src')).toBe(`/receipts/${imageId}/preview?page=1`);
    told(accepted);
    expect(screen.getByRole('heading', { name: `Accepted: Book Talk, ${amount}` })).toBeTruthy();
    expect(document.title).toBe(`Accepted: Book Talk, ${amount} · Receipts`);
  });

  it('a file that no browser draws has words in its place', async () => {
    history.replaceState(null, '', `/r/${imageId}`);
    const body = { ...frame('started', 2), ...sentAs(['application/pdf']) };
    server.answers.set(`/receipts/${imageId}`, { status: 200, body });
    render(<App />);
    expect(await screen.findByText('A picture of it comes once it is read')).toBeTruthy();
    expect(screen.queryByRole('img')).toBeNull();
  });

  it('an address without a receipt says so and leads home', async () => {
    history.replaceState(null, '', '/r/gone');
    server.answers.set('/receipts/gone', { status: 404 });
    render(<App />);
    const heading = await screen.findByRole('heading', { name: 'There is no receipt here' });
    await waitFor(() => { expect(document.activeElement).toBe(heading); });
    await userEvent.click(screen.getByRole('link', { name: 'To your receipts' }));
    expect(screen.getByRole('heading', { name: 'Receipts' })).toBeTruthy();
    expect(location.pathname).toBe('/');
  });
});

describe('accepted', () => {
  it('shows amount, shop, verdict and the rest', async () => {
    await sent();
    told(accepted);
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: `Accepted: Book Talk, ${amount}` }));
    expect(screen.getByRole('button', { name: amount }).className).toContain('amount');
    expect(screen.getByText(/Thank you!/)).toBeTruthy();
    expect(screen.getByText('25 Dec 2018', { exact: false })).toBeTruthy();
    expect(screen.getByText('1 item')).toBeTruthy();
    for (const line of [/^Time ?14:07$/, /^Tax 6 % ?RM.0\.51$/, /^Paid with ?Cash$/]) {
      expect(screen.getByRole('button', { name: line })).toBeTruthy();
    }
    expect(screen.getByText('We can see the total.', { exact: false })).toBeTruthy();
    expect(screen.getByLabelText('Scan another')).toBeTruthy();
  });

  it('says what it earns, and for what', async () => {
    await sent();
    told(earning);
    expect(document.activeElement?.textContent).toBe(`Accepted, you earn RM\u00a00.75: Book Talk, ${amount}`);
    expect(screen.getByText('Accepted').parentElement?.textContent).toBe('Accepted, you earn RM\u00a00.75');
    const parts = within(screen.getByRole('list', { name: 'What you earn it for' })).getAllByRole('listitem');
    expect(parts.map(({ textContent }) => textContent)).toEqual(['Every receipt RM\u00a00.25', 'Gel pens RM\u00a00.50']);
    const [, notebook, pen] = screen.getAllByRole('row', { hidden: true });
    expect(pen?.textContent).toMatch(/^Gel pen ?earns RM.0\.50/);
    expect(notebook?.textContent).not.toContain('earns');
  });

  it('does not take apart what every receipt earns', async () => {
    await sent();
    const rebate = { amount: '0.25', currency: 'MYR', parts: [{ name: 'Every receipt', amount: '0.25' }] };
    told({ ...earning, verdict: { ...earning.verdict, rebate } });
    expect(screen.getByText('Accepted').parentElement?.textContent).toBe('Accepted, you earn RM\u00a00.25');
    expect(screen.queryByText('Every receipt')).toBeNull();
  });

  it('tells in words what was checked and what was not', async () => {
    await sent();
    told(earning);
    await userEvent.click(screen.getByText('What we checked (1)'));
    expect(screen.getByRole('list', { name: 'Fine' }).textContent).toBe('We can see the total.');
    expect(screen.getByRole('list', { name: 'Not checked' }).textContent).toBe('We did not check how old it is.');
    expect(screen.queryByRole('list', { name: 'In the way' })).toBeNull();
  });

  it('a field lights its place, a place its field, and Escape puts it out', async () => {
    await sent();
    told(accepted);
    fireEvent.load(screen.getByAltText('Your receipt'));
    const figure = screen.getByRole('button', { name: amount });
    const place = screen.getByRole('button', { name: `Total: ${amount}` });

    figure.focus();
    await userEvent.keyboard('{Enter}');
    expect([figure, place].map((each) => each.getAttribute('aria-pressed'))).toEqual(['true', 'true']);
    await userEvent.keyboard('{Escape}');
    expect([figure, place].map((each) => each.getAttribute('aria-pressed'))).toEqual(['false', 'false']);

    await userEvent.click(screen.getByRole('button', { name: 'Date: 25 Dec 2018' }));
    expect(screen.getByRole('button', { name: /^Date ?25 Dec 2018/ }).getAttribute('aria-pressed')).toBe('true');

    await userEvent.click(screen.getByRole('button', { name: 'Gel pen: 2.80' }));
    expect(screen.getByText('1 item').closest('details')?.open, 'the fold opens').toBe(true);
  });

  it('can be walked through with the keyboard alone', async () => {
    await sent();
    told(accepted);
    const reached: (string | null | undefined)[] = [];
    for (let presses = 0; presses < 6; presses += 1) {
      await userEvent.tab();
      reached.push(document.activeElement?.textContent);
    }
    expect(reached).toEqual(expect.arrayContaining(['Book Talk', amount]));
  });
});

describe('rejected', () => {
  it('says what we could not see, lights it, and offers the next photo', async () => {
    await sent();
    told(rejected);
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'We can’t see the total.' }));
    fireEvent.load(screen.getByAltText('Your receipt'));
    expect(screen.getByRole('button', { name: /^We can’t see the total/, pressed: true }), 'on the photo').toBeTruthy();
    expect(screen.getByRole('button', { name: 'The place on the photo', pressed: true }), 'the heading said why').toBeTruthy();
    expect(screen.getByText(/Keep the lower edge in the picture/)).toBeTruthy();
    expect(screen.getByText('What we could read')).toBeTruthy();
    expect(screen.getByLabelText('Retake').getAttribute('capture')).toBe('environment');

    await choose(jpeg('better.jpg'));
    expect(server.uploads).toHaveLength(2);
    expect(step()).toBe('Uploading 0 %');
  });

  it('does not say twice what the heading says', async () => {
    await sent();
    const [passed, inTheWay] = rejected.verdict.rules;
    const rules = [passed, { ...inTheWay, message: rejected.verdict.summary, value: '9.0O' }];
    told({ ...rejected, verdict: { ...rejected.verdict, rules } });
    fireEvent.load(screen.getByAltText('Your receipt'));
    expect(screen.getByRole('button', { name: '9.0O', pressed: true })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'We can’t read the total well enough.: 9.0O', pressed: true })).toBeTruthy();
  });

  it('as sent before, leads to the first one', async () => {
    await sent();
    told(duplicate);
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'You sent this photo on 24 Dec 2018.' }));
    expect(screen.queryByLabelText('Retake')).toBeNull();
    expect(screen.getByLabelText('Scan another')).toBeTruthy();
    const first = { ...earning, imageId: firstId, ...sentAs(['image/jpeg']) };
    server.answers.set(`/receipts/${firstId}`, { status: 200, body: first });
    await userEvent.click(screen.getByRole('link', { name: 'See the first one' }));
    expect(location.pathname).toBe(`/r/${firstId}`);
    expect(await screen.findByText('Accepted')).toBeTruthy();
    expect(screen.getByAltText('Your receipt').getAttribute('src')).toBe(`/receipts/${firstId}/preview?page=1`);
    server.answers.set(`/receipts/${imageId}`, { status: 200, body: duplicate });
    act(() => { history.back(); });
    expect(await screen.findByRole('heading', { name: 'You sent this photo on 24 Dec 2018.' })).toBeTruthy();
  });

  it('as too many for a day, leads home and asks for no photo', async () => {
    await sent();
    told(rejectedFor('over_limit'));
    expect(screen.getByText(/come back tomorrow/)).toBeTruthy();
    expect(document.querySelector('input')).toBeNull();
    await userEvent.click(screen.getByRole('link', { name: 'To your receipts' }));
    expect(screen.getByRole('heading', { name: 'Receipts' })).toBeTruthy();
  });

  it('with nothing read, still tells what was checked', async () => {
    await sent();
    told(rejectedFor('unreadable'));
    expect(screen.getByText(/More light helps most/)).toBeTruthy();
    expect(screen.getByLabelText('Retake')).toBeTruthy();
    expect(screen.queryByText('What we could read')).toBeNull();
    await userEvent.click(screen.getByText('What we checked (1)'));
    expect(screen.getByRole('list', { name: 'In the way' }).textContent).toBe('We can’t read this photo.');
  });
});

describe('failed', () => {
  it('sends the same photo again, as a new wish', async () => {
    await sent();
    told(failed);
    expect(screen.getByRole('heading', { name: 'We have not read this one yet' })).toBe(document.activeElement);
    expect(screen.getByText(failed.detail)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(server.uploads).toHaveLength(2);
    const [first, second] = server.uploads;
    expect(second?.body?.get('image')).toMatchObject({ name: 'receipt.jpg' });
    expect(second?.headers.get('idempotency-key')).not.toBe(first?.headers.get('idempotency-key'));
  });

  it('asks first for another photo where this one will never be read', async () => {
    await sent();
    told({ ...failed, reason: 'damaged_picture', detail: 'It is broken.', tryAgain: false });
    expect(screen.getByText('This picture’s file is damaged. Take the photo again.')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'We can’t read this photo' })).toBe(document.activeElement);
    expect(screen.getByLabelText('Take another photo').closest('label')?.className).toContain('primary');
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('offers the same photo first where another time helps', async () => {
    await sent();
    told({ ...failed, tryAgain: true });
    expect(screen.getByRole('button', { name: 'Try again' }).className).toContain('primary');
    expect(screen.getByLabelText('Take another').closest('label')?.className).toContain('quiet');
  });

  it('asks for another where the photo is gone from the device', async () => {
    history.replaceState(null, '', `/r/${imageId}`);
    server.answers.set(`/receipts/${imageId}`, { status: 200, body: failed });
    render(<App />);
    expect(await screen.findByLabelText('Take another')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});

describe('a photo that does not go through', () => {
  it('stays here and goes when the network is back', async () => {
    render(<App />);
    await choose();
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    act(() => { server.upload().breaks(); });
    expect(screen.getByRole('heading', { name: 'No network' })).toBe(document.activeElement);
    expect(screen.getByAltText('Your receipt').getAttribute('src')).toBe('blob:photo-1');
    act(() => { window.dispatchEvent(new Event('online')); });
    expect(server.uploads).toHaveLength(2);
    const [first, second] = server.uploads;
    expect(second?.headers.get('idempotency-key')).toBe(first?.headers.get('idempotency-key'));
    act(() => { server.upload().isAnswered(202, uploadedAnswer); });
    expect(step()).toBe('Waiting for a free reader');
  });

  it('goes again by hand', async () => {
    render(<App />);
    await choose();
    act(() => { server.upload().isAnswered(500, {}); });
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }));
    expect(server.uploads).toHaveLength(2);
  });

  it('waits as long as the server asks for', async () => {
    render(<App />);
    await choose();
    vi.useFakeTimers();
    act(() => { server.upload().isAnswered(429, {}, { 'retry-after': '7' }); });
    await act(() => vi.advanceTimersByTimeAsync(6_500));
    expect(screen.getByText('Next try in 1 s')).toBeTruthy();
    expect(server.uploads).toHaveLength(1);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(server.uploads).toHaveLength(2);
  });

  it('of another kind is answered with what to send instead', async () => {
    render(<App />);
    await choose(new File(['x'], 'x.heic', { type: 'image/heic' }));
    act(() => { server.upload().isAnswered(415, { detail: 'Please send a JPEG.' }); });
    expect(screen.getByText('Please send a JPEG.')).toBeTruthy();
    expect(screen.getByLabelText('Take another')).toBeTruthy();
    await waitFor(async () => { expect(await waitingPhoto()).toBeNull(); });
  });

  it('outlives a reload in the middle', async () => {
    await keep({ key: 'kept', files: [jpeg('kept.jpg')] });
    history.replaceState(null, '', '/#sending');
    render(<App />);
    await waitFor(() => { expect(server.uploads).toHaveLength(1); });
    expect(server.upload().headers.get('idempotency-key')).toBe('kept');
    act(() => { server.upload().isAnswered(202, uploadedAnswer); });
    await waitFor(async () => { expect(await waitingPhoto()).toBeNull(); });
  });

  it('goes from home where the person left', async () => {
    await keep({ key: 'kept', files: [jpeg('kept.jpg')] });
    render(<App />);
    expect(await screen.findByText('Sending your photo')).toBeTruthy();
    expect(server.upload().headers.get('idempotency-key')).toBe('kept');
    act(() => { server.upload().isAnswered(202, uploadedAnswer); });
    await waitFor(() => { expect(screen.queryByText('Sending your photo')).toBeNull(); });
    expect(await waitingPhoto()).toBeNull();
  });

  it('waits at home for the network', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    await keep({ key: 'kept', files: [jpeg('kept.jpg')] });
    render(<App />);
    expect(await screen.findByText(/^No network\. Your photo is safe here/)).toBeTruthy();
    expect(server.uploads).toHaveLength(0);
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
    act(() => { window.dispatchEvent(new Event('online')); });
    await waitFor(() => { expect(server.uploads).toHaveLength(1); });
  });

  it('that another app shared goes when the person says so', async () => {
    await keep({ key: sharedKey('a'), files: [jpeg('a.jpg')] });
    await keep({ key: sharedKey('b'), files: [jpeg('b.jpg')] });
    render(<App />);
    expect(await screen.findByRole('region', { name: '2 photos are waiting here' })).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(await screen.findByRole('region', { name: 'A photo is waiting here' })).toBeTruthy();
    expect(server.uploads).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => { expect(server.upload().headers.get('idempotency-key')).toBe('shared-b'); });
  });

  it('among several keeps its place and its key, and the list comes with each', async () => {
    render(<App />);
    await userEvent.upload(screen.getByLabelText(/Choose/), [jpeg('a.jpg'), jpeg('b.jpg')]);
    await userEvent.click(await screen.findByRole('button', { name: '2 receipts' }));
    expect(await screen.findByText('Sending your photos, 2 to go')).toBeTruthy();
    const asked = server.asked.length;
    act(() => { server.upload().isAnswered(202, uploadedAnswer); });
    await waitFor(() => { expect(server.uploads).toHaveLength(2); });
    expect(await screen.findByText('Sending your photo')).toBeTruthy();
    await waitFor(() => { expect(server.asked.length).toBeGreaterThan(asked); });
    act(() => { server.upload().isAnswered(415, {}); });
    expect(await screen.findByRole('region', { name: 'A photo is waiting here' }), 'nothing is lost').toBeTruthy();
    const keys = server.uploads.map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(2);
  });
});

describe('before it is sent', () => {
  /** The worker that looks at photos, in the test's hand. */
  class FakeImageWorker extends EventTarget {
    static latest: FakeImageWorker | null = null;
    asked: unknown = null;

    constructor() {
      super();
      FakeImageWorker.latest = this;
    }

    postMessage({ wanted, photo }: { wanted: string; photo: unknown }): void {
      if (wanted === 'prepared') this.asked = photo;
    }

    says(data: unknown): void {
      this.dispatchEvent(new MessageEvent('message', { data }));
    }

    terminate(): void {
      // There is no thread to end.
    }
  }

  async function chosenAndLookedAt(said: unknown, file = jpeg()) {
    FakeImageWorker.latest = null;
    vi.stubGlobal('OffscreenCanvas', vi.fn());
    vi.stubGlobal('Worker', FakeImageWorker);
    render(<App />);
    await choose(file);
    await waitFor(() => { expect(FakeImageWorker.latest?.asked).toBe(file); });
    expect(step()).toBe('Looking at your photo');
    expect(server.uploads).toHaveLength(0);
    act(() => { FakeImageWorker.latest?.says(said); });
  }

  function sentName(): unknown {
    return server.upload().body?.get('image');
  }

  it('a good photo goes at once, as the worker made it', async () => {
    await chosenAndLookedAt({ jpeg: new Blob(['smaller'], { type: 'image/jpeg' }), hints: [] }, jpeg('photo.jpeg'));
    await waitFor(() => { expect(sentName()).toMatchObject({ name: 'photo.jpg', size: 7, type: 'image/jpeg' }); });
    await waitFor(async () => {
      expect((await waitingPhoto())?.files[0].size, 'a second try would send the same bytes').toBe(7);
    });
  });

  it.each([null, 'noise', { jpeg: 5, hints: [] }, { jpeg: null, hints: ['odd'] }])('the original goes where the worker says %j', async (said) => {
    await chosenAndLookedAt(said);
    await waitFor(() => { expect(sentName()).toMatchObject({ name: 'receipt.jpg', size: 9 }); });
  });

  it('a doubtful one waits for a choice, and can be sent anyway', async () => {
    await chosenAndLookedAt({ jpeg: null, hints: ['blurred', 'cut off'] });
    expect(await screen.findByRole('heading', { name: 'This may be hard to read' })).toBe(document.activeElement);
    expect(screen.getByText(/It looks blurred/)).toBeTruthy();
    expect(screen.getByText(/outside of the picture/)).toBeTruthy();
    expect(screen.getByLabelText('Retake').getAttribute('capture')).toBe('environment');
    expect(server.uploads).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: 'Send anyway' }));
    expect(sentName()).toMatchObject({ name: 'receipt.jpg' });
  });

  it('a doubtful one can be taken again, and is kept no longer', async () => {
    await chosenAndLookedAt({ jpeg: null, hints: ['dark'] });
    await userEvent.upload(await screen.findByLabelText('Retake'), jpeg('again.jpg'));
    await waitFor(() => { expect(FakeImageWorker.latest?.asked).toMatchObject({ name: 'again.jpg' }); });
    act(() => { FakeImageWorker.latest?.says({ jpeg: null, hints: [] }); });
    await waitFor(() => { expect(sentName()).toMatchObject({ name: 'again.jpg' }); });
    await waitFor(async () => { expect((await waitingPhoto())?.files[0].name).toBe('again.jpg'); });
  });

  it('one of a kind that only other phones draw goes as it is', async () => {
    await chosenAndLookedAt(null, new File(['x'], 'IMG_1.HEIC', { type: '' }));
    await waitFor(() => { expect(sentName()).toMatchObject({ name: 'IMG_1.HEIC', size: 1 }); });
  });
});

describe('home', () => {
  const listed = (imageId: string, status: string, hoursAgo: number, summary?: object) => ({
    imageId, status, version: 4, createdAt: new Date(Date.now() - hoursAgo * 3_600_000).toISOString(), summary,
  });

  it('lists the receipts by day, and opens one', async () => {
    const receipts = [
      listed('one', 'accepted', 0, { merchant: 'Book Talk', total: '9.00', currency: 'MYR' }),
      listed('two', 'rejected', 72),
    ];
    server.answers.set('/receipts', { status: 200, body: { receipts } });
    render(<App />);
    const today = await screen.findByRole('region', { name: 'Today' });
    expect(within(today).getByRole('link').textContent).toMatch(/Book Talk.*9\.00.*Accepted/);
    expect(screen.getAllByRole('region')).toHaveLength(3);
    await userEvent.click(within(today).getByRole('link'));
    expect(location.pathname).toBe('/r/one');
    act(() => { history.back(); });
    expect(await screen.findByRole('region', { name: 'Today' })).toBeTruthy();
  });

  it('is where it was left, on the way back', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [listed('one', 'accepted', 0)] } });
    const scrolled = vi.spyOn(window, 'scrollTo');
    render(<App />);
    const link = await screen.findByRole('link', { name: /Accepted/ });
    vi.stubGlobal('scrollY', 320);
    await userEvent.click(link);
    await screen.findByRole('link', { name: 'All receipts' });
    scrolled.mockClear();
    act(() => { history.back(); });
    await screen.findByRole('region', { name: 'Today' });
    expect(scrolled.mock.calls).toEqual([[0, 320]]);
    await userEvent.click(screen.getByRole('link', { name: /Accepted/ }));
    await userEvent.click(screen.getByRole('link', { name: 'All receipts' }));
    expect(scrolled, 'a new visit begins at the top').toHaveBeenLastCalledWith(0, 0);
  });

  it('tells what was earned, by each receipt and so far', async () => {
    const rebate = { amount: '0.25', currency: 'MYR' };
    const receipts = [
      listed('one', 'accepted', 0, { merchant: 'Book Talk', total: '9.00', currency: 'MYR', rebate }),
      listed('two', 'accepted', 0, { merchant: 'Far Away', total: '9.00', currency: 'EUR', rebate }),
      listed('three', 'rejected', 0, { merchant: 'Book Talk', total: '9.00', currency: 'MYR', rebate }),
    ];
    server.answers.set('/receipts', { status: 200, body: { receipts, earned: [{ amount: '12.40', currency: 'MYR' }] } });
    render(<App />);
    expect((await screen.findByText('Earned so far')).textContent).toBe('Earned so far RM\u00a012.40');
    const rows = within(screen.getByRole('region', { name: 'Your receipts' })).getAllByRole('link').map(({ textContent }) => textContent);
    expect(rows[0]).toContain('+0.25');
    expect(rows[1]).toContain('+RM\u00a00.25');
    expect(rows[2]).not.toContain('+');
  });

  it('tells nothing of earning where there is nothing', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [], earned: [] } });
    render(<App />);
    await screen.findByText('Your receipts will be listed here.');
    expect(screen.queryByText('Earned so far')).toBeNull();
  });

  it('counts a receipt that was just accepted', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [], earned: [{ amount: '12.40', currency: 'MYR' }] } });
    await sent();
    told(earning);
    server.answers.set('/receipts', { status: 200, body: { receipts: [], earned: [{ amount: '13.15', currency: 'MYR' }] } });
    await userEvent.click(screen.getByRole('link', { name: 'All receipts' }));
    expect(await screen.findByText(/13\.15/)).toBeTruthy();
  });

  it('says so when the list is out of reach, and looks again', async () => {
    server.answers.delete('/receipts');
    render(<App />);
    await screen.findByText(/out of reach/);
    server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
    await userEvent.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('Your receipts will be listed here.')).toBeTruthy();
  });

  it('shows older ones when asked', async () => {
    server.answers.set('/receipts', { status: 200, body: { receipts: [listed('one', 'accepted', 0)], next: 'one' } });
    render(<App />);
    const older = await screen.findByRole('button', { name: 'Show older ones' });
    server.answers.set('/receipts', { status: 200, body: { receipts: [listed('two', 'failed', 50)] } });
    await userEvent.click(older);
    const list = screen.getByRole('region', { name: 'Your receipts' });
    await waitFor(() => { expect(within(list).getAllByRole('link')).toHaveLength(2); });
    expect(server.asked.at(-1)).toBe('/receipts?limit=50&before=one');
    expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull();
  });

  it('takes a photo that is pasted', async () => {
    render(<App />);
    fireEvent.paste(document, { clipboardData: { files: [jpeg('pasted.jpg')] } });
    await waitFor(() => { expect(server.upload().body?.get('image')).toMatchObject({ name: 'pasted.jpg' }); });
  });

  it('takes a photo that is dropped', async () => {
    render(<App />);
    const notes = new File(['?'], 'notes.txt', { type: 'text/plain' });
    fireEvent.drop(document, { dataTransfer: { files: [notes, jpeg('dropped.jpg')] } });
    await waitFor(() => { expect(server.upload().body?.get('image')).toMatchObject({ name: 'dropped.jpg' }); });
  });
});
