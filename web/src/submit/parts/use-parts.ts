// The list of parts on the screen, with what goes on beside it: each is looked at and made ready, and all are kept.

import { useEffect, useReducer, useRef } from 'react';

import type { Files } from '../../shared/device/file-store';
import { canBePrepared } from '../../shared/imaging/kinds';
import { prepareImage } from '../../shared/imaging/prepare-image';
import { keepParts, keptParts } from './draft';
import { changed, mostParts, noParts, type Part, type PartChange, type PartList } from './part-list';

export type Parts = PartList & {
  change: (change: PartChange) => void;
  add: (files: readonly File[]) => void;
  retake: (id: number, file: File) => void;
};

let lastId = 0;

/** Begins with `given`; where nothing is given, with what was kept. */
export function useParts(given: Files | null): Parts {
  const [list, change] = useReducer(changed, noParts);
  const addresses = useRef<Set<string>>(new Set());
  const isBegun = useRef(false);

  const partOf = (file: File): Part => {
    const address = URL.createObjectURL(file);
    addresses.current.add(address);
    const part = { id: (lastId += 1), file, address, isReady: !canBePrepared(file), hints: [] };
    if (!part.isReady) {
      void prepareImage(file).then((ready) => { change({ is: 'prepared', id: part.id, ...ready }); });
    }
    return part;
  };
  const add = (files: readonly File[]) => {
    change({ is: 'added', parts: files.slice(0, mostParts).map(partOf) });
  };

  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    if (given !== null) add(given);
    else void keptParts().then((kept) => { if (kept.length > 0) add(kept); });
  });

  const files = list.parts.map(({ file }) => file);
  const kept = useRef<readonly File[]>([]);
  useEffect(() => {
    if (files.length === kept.current.length && files.every((file, place) => file === kept.current[place])) return;
    kept.current = files;
    keepParts(files);
  });

  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const all = addresses.current;
    clearTimeout(leaving.current);
    return () => {
      // A moment later, since React leaves and comes back at once while the page is developed.
      leaving.current = setTimeout(() => {
        for (const address of all) URL.revokeObjectURL(address);
      }, 0);
    };
  }, []);

  return {
    ...list,
    change,
    add,
    retake: (id, file) => { change({ is: 'replaced', id, by: partOf(file) }); },
  };
}
