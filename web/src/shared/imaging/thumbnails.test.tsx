import { render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { fakeServer } from '../../../testing/fake-server';
import { jpeg } from '../../../testing/samples';

/** Draws the same for everything, but nothing of what is not a picture. */
class FakeImageWorker extends EventTarget {
  postMessage({ wanted, photo }: { wanted: string; photo: File }): void {
    const made = wanted === 'thumbnail' && photo.type === 'image/jpeg' ? new Blob(['small']) : null;
    queueMicrotask(() => { this.dispatchEvent(new MessageEvent('message', { data: made })); });
  }

  terminate(): void {
    // It has nothing to end.
  }
}

/** A page that was just opened, over what the browser keeps. */
async function opened() {
  vi.resetModules();
  const [{ useThumbnail }, keeping] = await Promise.all([import('./thumbnails'), import('./thumbnail-store')]);
  function Thumbnail({ imageId }: { imageId: string }) {
    const address = useThumbnail(imageId);
    return <p>{imageId}: {address === undefined ? 'not known' : (address ?? 'none')}</p>;
  }
  return { ...keeping, draw: (imageId: string) => render(<Thumbnail imageId={imageId} />) };
}

beforeEach(() => {
  vi.stubGlobal('Worker', FakeImageWorker);
  vi.stubGlobal('OffscreenCanvas', EventTarget);
});

describe('a small picture', () => {
  it('stands in the list once its photo was sent, and again after the page was opened anew', async () => {
    const page = await opened();
    page.draw('a');
    await screen.findByText('a: none');
    await page.keepThumbnail('a', jpeg());
    await screen.findByText(/a: blob:/);

    const next = await opened();
    next.draw('b');
    await screen.findByText('b: none');
    next.draw('a');
    expect((await screen.findAllByText(/a: blob:/))).toHaveLength(2);
  });

  it('is not there for what cannot be drawn', async () => {
    const page = await opened();
    await page.keepThumbnail('a', new File(['%PDF'], 'receipt.pdf', { type: 'application/pdf' }));
    page.draw('a');
    await screen.findByText('a: none');
  });

  it('goes with its receipt, for good', async () => {
    const page = await opened();
    page.draw('a');
    await page.keepThumbnail('a', jpeg());
    await screen.findByText(/a: blob:/);
    await page.forgetThumbnail('a');
    await screen.findByText('a: none');
    (await opened()).draw('a');
    await waitFor(() => { expect(screen.getAllByText('a: none')).toHaveLength(2); });
  });

  it('goes when the large one is gone, and stays while that is only out of reach', async () => {
    const server = fakeServer();
    const page = await opened();
    page.draw('a');
    await page.keepThumbnail('a', jpeg());
    await page.forgetThumbnailIfGone('a');
    server.answers.set('/receipts/a/preview', { status: 503 });
    await page.forgetThumbnailIfGone('a');
    await screen.findByText(/a: blob:/);
    server.answers.set('/receipts/a/preview', { status: 410 });
    await page.forgetThumbnailIfGone('a');
    await screen.findByText('a: none');
  });

  it('makes room for newer ones', async () => {
    const page = await opened();
    const ids = Array.from({ length: 201 }, (_, index) => `0190-${String(index).padStart(3, '0')}`);
    for (const imageId of ids) await page.keepThumbnail(imageId, jpeg());
    page.draw('0190-000');
    const next = await opened();
    next.draw('0190-001');
    await screen.findByText('0190-000: none');
    await screen.findByText(/0190-001: blob:/);
  });
});
