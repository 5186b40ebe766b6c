import { expect, it, vi } from 'vitest';

import { largestPhotoBytes } from './api/upload';
import { fitPhoto, wantsFitting } from './fit-photo';
import { jpeg } from './testing/samples';

const webp = new File(['a picture'], 'receipt.webp', { type: 'image/webp' });

function canDraw(width: number, height: number) {
  const drawImage = vi.fn();
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width, height, close: () => undefined }));
  HTMLCanvasElement.prototype.getContext = vi.fn().mockReturnValue({ drawImage, fillRect: vi.fn() });
  HTMLCanvasElement.prototype.toBlob = (done) => { done(new Blob(['smaller'])); };
  return drawImage;
}

it('leaves alone what can be read as it is, and what is no picture', () => {
  canDraw(10, 10);
  const pdf = new File(['%PDF'], 'receipt.pdf', { type: 'application/pdf' });
  Object.defineProperty(pdf, 'size', { value: largestPhotoBytes + 1 });
  expect([wantsFitting(jpeg()), wantsFitting(pdf), wantsFitting(webp)]).toEqual([false, false, true]);
});

it('makes a JPEG of bounded size', async () => {
  const drawImage = canDraw(8000, 6000);
  const large = jpeg();
  Object.defineProperty(large, 'size', { value: largestPhotoBytes + 1 });
  expect(wantsFitting(large)).toBe(true);
  expect(await fitPhoto(webp)).toMatchObject({ name: 'receipt.jpg', type: 'image/jpeg' });
  expect(drawImage).toHaveBeenCalledExactlyOnceWith(expect.anything(), 0, 0, 4000, 3000);
});

it('gives back what this browser cannot draw', async () => {
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('unknown kind', 'InvalidStateError')));
  expect(await fitPhoto(webp)).toBe(webp);
});
