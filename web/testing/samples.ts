// What the server would say about one receipt.

export const imageId = 'a1b2c3';

const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.04 };

export function field(text: string, value = text, confidence = 0.97) {
  return { text, value, confidence, box };
}

export const receipt = {
  merchant: field('BOOK TALK', 'Book Talk'),
  address: field('12 Jalan Bukit Bintang'),
  date: field('25/12/2018', '2018-12-25'),
  total: field('RM 9.00', '9.00'),
  currency: field('RM', 'MYR'),
  items: [{ description: field('Gel pen'), quantity: '2', amount: field('2.80') }],
  taxes: [{ rate: field('6%', '6.00'), amount: field('0.51') }],
  time: field('2:07pm', '14:07:00'),
  paymentMethod: field('CASH', 'cash'),
};

/** The total, as it is written; money does not break at a line's end. */
export const amount = 'RM\u00a09.00';

export const accepted = {
  imageId,
  status: 'accepted',
  version: 4,
  receipt,
  verdict: {
    outcome: 'accepted',
    summary: 'Accepted, you earn 0.25 RM.',
    rules: [{ code: 'missing_total', outcome: 'passed', message: 'We can see the total.' }],
  },
};

export const rejected = {
  imageId,
  status: 'rejected',
  version: 4,
  receipt: { merchant: receipt.merchant },
  verdict: {
    outcome: 'rejected',
    summary: 'We can’t see the total.',
    rules: [
      { code: 'missing_merchant', outcome: 'passed', message: 'We can see the name of the shop.' },
      { code: 'missing_total', outcome: 'failed', message: 'The lower edge is cut off.', box },
    ],
  },
};

/** Accepted, with more than what every receipt earns. */
export const earning = {
  ...accepted,
  receipt: {
    ...receipt,
    items: [{ description: field('Notebook'), amount: field('6.20') }, { description: field('Gel pen'), amount: field('2.80') }],
  },
  verdict: {
    outcome: 'accepted',
    summary: 'Accepted, you earn 0.75 MYR.',
    rules: [
      { code: 'missing_total', outcome: 'passed', message: 'We can see the total.' },
      { code: 'too_old', outcome: 'not_checked', message: 'We did not check how old it is.' },
    ],
    rebate: {
      amount: '0.75',
      currency: 'MYR',
      parts: [{ name: 'Every receipt', amount: '0.25' }, { name: 'Gel pens', amount: '0.50', item: 1 }],
    },
  },
};

/** Of a receipt that was sent on 24 December 2018: ids begin with their time. */
export const firstId = '0167e016-0a00-7000-8000-000000000001';

export const duplicate = {
  ...rejected,
  receipt,
  verdict: {
    outcome: 'rejected',
    summary: 'You sent this photo on 24 Dec 2018.',
    rules: [
      { code: 'missing_total', outcome: 'passed', message: 'We can see the total.' },
      { code: 'duplicate_image', outcome: 'failed', message: 'You sent this photo on 24 Dec 2018.', earlier: firstId },
      { code: 'over_limit', outcome: 'not_checked', message: 'We did not count your receipts of today.' },
    ],
  },
};

/** Not accepted for these reasons alone. */
export function rejectedFor(...codes: string[]) {
  const rules = codes.map((code) => ({ code, outcome: 'failed', message: `It is ${code}.` }));
  return { ...rejected, receipt: {}, verdict: { outcome: 'rejected', summary: 'Not this one.', rules } };
}

export const failed = { imageId, status: 'failed', version: 3, detail: 'The reader was busy for too long.' };

export function frame(status: string, version: number) {
  return { imageId, status, version, at: '2026-01-02T03:04:05Z' };
}

export const uploadedAnswer = { imageId, status: 'uploaded', version: 1 };

export function jpeg(name = 'receipt.jpg'): File {
  return new File(['a picture'], name, { type: 'image/jpeg' });
}

/** What a receipt's own address says of what was sent; `pages` once it is read. */
export function sentAs(types: readonly string[], pages: readonly number[] = []) {
  return { contentType: types[0], parts: types.map((contentType) => ({ contentType, sizeBytes: 9 })), pages };
}
