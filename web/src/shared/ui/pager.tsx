// The way through the pages of a receipt: by its buttons, by a swipe over the photo, by the arrow keys.

import './pager.css';

import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';

import { moreTexts } from '../i18n/language';

/** `page` counts from 1. */
type Props = { page: number; pages: number; onTurn: (page: number) => void };

/** A finger that moves less to the side, or as much up or down, does not turn a page. */
const leastSwipe = 40;

export default function Pager({ page, pages, onTurn }: Props): ReactNode {
  const words = moreTexts.pages;
  const nav = useRef<HTMLElement>(null);
  const turn = useEffectEvent((by: 1 | -1) => {
    const to = page + by;
    if (to >= 1 && to <= pages) onTurn(to);
  });

  useEffect(() => {
    const photo = nav.current?.parentElement;
    if (photo === null || photo === undefined) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    let from: { x: number; y: number } | null = null;
    photo.addEventListener('pointerdown', ({ clientX, clientY, pointerType, isPrimary }) => {
      from = pointerType === 'mouse' || !isPrimary ? null : { x: clientX, y: clientY };
    }, { signal });
    photo.addEventListener('pointerup', ({ clientX, clientY }) => {
      if (from === null) return;
      const [aside, down] = [clientX - from.x, clientY - from.y];
      from = null;
      if (Math.abs(aside) >= leastSwipe && Math.abs(aside) > 2 * Math.abs(down)) turn(aside < 0 ? 1 : -1);
    }, { signal });
    // The browser scrolls, or enlarges.
    photo.addEventListener('pointercancel', () => { from = null; }, { signal });
    photo.addEventListener('keydown', ({ key, altKey, ctrlKey, metaKey }) => {
      if (altKey || ctrlKey || metaKey) return;
      if (key === 'ArrowRight') turn(1);
      if (key === 'ArrowLeft') turn(-1);
    }, { signal });
    return () => {
      leaving.abort();
    };
  }, []);

  return (
    <nav className="pager" ref={nav} aria-label={words.pager}>
      <Turn name={words.before} path="M14.5 6l-6 6 6 6" isIdle={page === 1} onUse={() => { onTurn(page - 1); }} />
      <span role="status" aria-label={words.page(page, pages)}>
        {page} / {pages}
      </span>
      <Turn name={words.next} path="M9.5 6l6 6-6 6" isIdle={page === pages} onUse={() => { onTurn(page + 1); }} />
    </nav>
  );
}

/** An idle one keeps the focus, which a disabled one would lose. */
function Turn({ name, path, isIdle, onUse }: { name: string; path: string; isIdle: boolean; onUse: () => void }): ReactNode {
  return (
    <button type="button" aria-label={name} aria-disabled={isIdle} onClick={() => { if (!isIdle) onUse(); }}>
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
