import { describe, expect, it } from 'vitest';

import { jpeg } from '../../../testing/samples';
import { changed, mostParts, noParts, type Part, type PartChange, type PartList } from './part-list';

function part(id: number): Part {
  return { id, file: jpeg(`${id}.jpg`), address: `blob:${id}`, isReady: false, hints: [] };
}

/** Three parts, 1 to 3, of which the last is chosen, and then these changes. */
function after(...changes: PartChange[]): PartList {
  const first: PartChange = { is: 'added', parts: [part(1), part(2), part(3)] };
  return [first, ...changes].reduce(changed, noParts);
}

function check(list: PartList, ids: number[], chosen: number | null) {
  expect(list.parts.map(({ id }) => id)).toEqual(ids);
  expect(list.chosen).toBe(chosen);
}

describe('the parts of a receipt', () => {
  it('come at the end, and the last one is looked at', () => {
    check(after(), [1, 2, 3], 3);
    check(after({ is: 'added', parts: [part(4)] }), [1, 2, 3, 4], 4);
  });

  it('are no more than the server takes', () => {
    const many = after({ is: 'added', parts: [4, 5, 6, 7, 8].map(part) });
    check(many, [1, 2, 3, 4, 5, 6], 6);
    expect(many.parts).toHaveLength(mostParts);
    check(changed(many, { is: 'added', parts: [part(9)] }), [1, 2, 3, 4, 5, 6], 6);
  });

  it('are moved to any place, but not beyond the ends', () => {
    check(after({ is: 'moved', id: 3, to: 0 }), [3, 1, 2], 3);
    check(after({ is: 'moved', id: 1, to: 1 }), [2, 1, 3], 1);
    check(after({ is: 'moved', id: 1, to: 9 }), [2, 3, 1], 1);
    check(after({ is: 'moved', id: 2, to: -1 }), [2, 1, 3], 2);
    check(after({ is: 'moved', id: 7, to: 0 }), [1, 2, 3], 3);
  });

  it('are replaced where they stand', () => {
    check(after({ is: 'replaced', id: 2, by: part(4) }), [1, 4, 3], 4);
  });

  it('are removed, and the one that follows is looked at', () => {
    check(after({ is: 'chosen', id: 2 }, { is: 'removed', id: 2 }), [1, 3], 3);
    check(after({ is: 'removed', id: 3 }), [1, 2], 2);
    check(after({ is: 'removed', id: 1 }), [2, 3], 3);
    check(after({ is: 'removed', id: 1 }, { is: 'removed', id: 2 }, { is: 'removed', id: 3 }), [], null);
  });

  it('are not what was made ready for one that is gone', () => {
    const ready: PartChange = { is: 'prepared', id: 2, file: jpeg('small.jpg'), hints: ['dark'] };
    expect(after(ready).parts[1]).toMatchObject({ id: 2, file: { name: 'small.jpg' }, isReady: true, hints: ['dark'] });
    check(after({ is: 'removed', id: 2 }, ready), [1, 3], 3);
  });
});
