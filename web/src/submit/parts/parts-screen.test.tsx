import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';

import { type FakeServer, fakeServer } from '../../../testing/fake-server';
import { imageId, jpeg, rejectedFor, sentAs, uploadedAnswer } from '../../../testing/samples';
import { App } from '../../app/app';
import { waitingPhotos } from '../photo-store';
import { keptParts } from './draft';

let server: FakeServer;

beforeEach(() => {
  server = fakeServer();
  server.answers.set('/receipts', { status: 200, body: { receipts: [] } });
});

const [a, b, c] = [jpeg('a.jpg'), jpeg('b.jpg'), jpeg('c.jpg')];

/** Opened from home, with these photos added. */
async function withParts(...files: File[]) {
  render(<App />);
  await userEvent.click(screen.getByRole('link', { name: /in parts/ }));
  await userEvent.upload(await screen.findByLabelText(/Choose/), files);
  await waitFor(() => { expect(thumbs()).toHaveLength(files.length); });
}

function thumbs() {
  return screen.queryAllByRole('button', { name: /^Part \d of \d$/ });
}

function thumb(place: number) {
  return screen.getByRole('button', { name: new RegExp(`^Part ${place} of`) });
}

function press(name: string) {
  return userEvent.click(screen.getByRole('button', { name }));
}

function sentNames() {
  return server.upload().body?.getAll('image').map((file) => (file instanceof File ? file.name : file));
}

it('three photos go as one receipt, in their order and under one key', async () => {
  await withParts(a, b, c);
  await press('Send 3 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']); });
  expect(server.uploads).toHaveLength(1);
  expect(location.hash).toBe('#sending');
  const [waiting] = await waitingPhotos();
  expect(waiting?.files.map(({ name }) => name), 'all of them are kept').toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  expect(waiting?.key).toBe(server.upload().headers.get('idempotency-key'));
});

it('each step of what is done with a part is told, and the strip says it too', async () => {
  await withParts(a, b, c);
  expect(thumb(3).getAttribute('aria-pressed'), 'the latest is looked at').toBe('true');
  await press('Earlier');
  expect(screen.getByRole('status').textContent).toBe('It is now part 2 of 3');
  const tools = within(screen.getByRole('group', { name: 'Part 2 of 3' }));
  expect(tools.getByRole('button', { name: 'Earlier' }), 'it keeps the focus').toBe(document.activeElement);
  await press('Earlier');
  await press('Earlier');
  expect(screen.getByRole('status').textContent).toBe('It is now part 1 of 3');
  await userEvent.click(thumb(2));
  await press('Remove');
  expect(screen.getByRole('status').textContent).toBe('Removed, 2 parts are left');
  await userEvent.upload(screen.getByLabelText('Retake'), jpeg('again.jpg'));
  await press('Send 2 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['c.jpg', 'again.jpg']); });
});

it('a part is drawn to another place, and a tap does not move it', async () => {
  await withParts(a, b, c);
  const items = screen.getAllByRole('listitem');
  items.forEach((item, place) => {
    item.getBoundingClientRect = () => new DOMRect(place * 100, 0, 90, 120);
  });
  const list = screen.getByRole('list', { name: /^The parts/ });
  list.setPointerCapture = () => undefined;
  // There are no pointer events here, but for their names.
  const pointer = (type: string, target: Element, x: number) => {
    fireEvent(target, new MouseEvent(type, { bubbles: true, button: 0, clientX: x, clientY: 60 }));
  };
  pointer('pointerdown', thumb(1), 40);
  pointer('pointermove', list, 44);
  expect(screen.getByRole('status').textContent).toBe('');
  pointer('pointermove', list, 240);
  pointer('pointerup', list, 240);
  pointer('pointermove', list, 40);
  expect(screen.getByRole('status').textContent).toBe('It is now part 3 of 3');
  await press('Send 3 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['b.jpg', 'c.jpg', 'a.jpg']); });
});

it('what was put together outlives a reload, until it is sent', async () => {
  await withParts(a, b);
  await press('Earlier');
  await waitFor(async () => {
    expect((await keptParts()).map(({ name }) => name)).toEqual(['b.jpg', 'a.jpg']);
  });
  cleanup();
  expect(location.hash).toBe('#parts');
  render(<App />);
  await waitFor(() => { expect(thumbs()).toHaveLength(2); });
  await press('Send 2 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['b.jpg', 'a.jpg']); });
  await waitFor(async () => {
    expect(await keptParts()).toEqual([]);
  });
});

it('no more than six are taken', async () => {
  await withParts(...Array.from({ length: 6 }, (_, index) => jpeg(`${index}.jpg`)));
  expect(screen.getByText('Six parts are the most for one receipt.')).toBeTruthy();
  expect(screen.queryByLabelText('Add another part')).toBeNull();
  await press('Remove');
  expect(screen.getByLabelText('Add another part')).toBeTruthy();
});

it('several at once may be parts of one receipt', async () => {
  render(<App />);
  fireEvent.drop(document, { dataTransfer: { files: [a, b] } });
  expect(await screen.findByText('2 files. Are they parts of one receipt, or receipts of their own?')).toBeTruthy();
  expect(server.uploads).toHaveLength(0);
  await press('Parts of one receipt');
  await press('Send 2 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['a.jpg', 'b.jpg']); });
});

it('more than a receipt has parts are receipts of their own', async () => {
  render(<App />);
  fireEvent.drop(document, { dataTransfer: { files: Array.from({ length: 7 }, (_, index) => jpeg(`${index}.jpg`)) } });
  expect(await screen.findByText('Sending your photos, 7 to go')).toBeTruthy();
});

it('parts wait for the network together', async () => {
  await withParts(a, b);
  await press('Send 2 parts');
  await waitFor(() => { expect(server.uploads).toHaveLength(1); });
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  act(() => { server.upload().breaks(); });
  expect(screen.getByRole('heading', { name: 'No network' })).toBeTruthy();
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  act(() => { window.dispatchEvent(new Event('online')); });
  expect(server.uploads).toHaveLength(2);
  expect(sentNames()).toEqual(['a.jpg', 'b.jpg']);
  const [first, second] = server.uploads.map(({ headers }) => headers.get('idempotency-key'));
  expect(second).toBe(first);
});

it('after the verdict the parts can be set right, and one photo can get another', async () => {
  await withParts(a, b);
  await press('Send 2 parts');
  await waitFor(() => { expect(server.uploads).toHaveLength(1); });
  act(() => { server.upload().isAnswered(202, uploadedAnswer); });
  act(() => { server.socket().says(rejectedFor('parts_apart')); });
  await press('Change the parts');
  await waitFor(() => { expect(thumbs()).toHaveLength(2); });
  await press('Remove');
  await press('Send');
  await waitFor(() => { expect(sentNames()).toEqual(['a.jpg']); });
  act(() => { server.upload().isAnswered(202, { ...uploadedAnswer, imageId: 'second' }); });
  act(() => { server.socket().says({ ...rejectedFor('missing_total'), imageId: 'second' }); });
  await press('Add another part');
  await waitFor(() => { expect(thumbs()).toHaveLength(1); });
});

it('a part that is dropped or pasted comes at the end', async () => {
  await withParts(a);
  fireEvent.drop(document, { dataTransfer: { files: [new File(['?'], 'notes.txt', { type: 'text/plain' }), b] } });
  await waitFor(() => { expect(thumbs()).toHaveLength(2); });
  fireEvent.paste(document, { clipboardData: { files: [c] } });
  await waitFor(() => { expect(thumbs()).toHaveLength(3); });
  await press('Send 3 parts');
  await waitFor(() => { expect(sentNames()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']); });
});

it('where this device has none of the parts, they are taken again', async () => {
  history.replaceState(null, '', `/r/${imageId}`);
  const types = ['image/jpeg', 'image/jpeg'];
  server.answers.set(`/receipts/${imageId}`, { status: 200, body: { ...rejectedFor('parts_apart'), ...sentAs(types, [1, 2]) } });
  render(<App />);
  await userEvent.click(await screen.findByRole('button', { name: 'Take the parts again' }));
  expect(await screen.findByLabelText('Take the first part')).toBeTruthy();
});
