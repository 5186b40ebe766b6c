// The parts in their order, as small pictures: one is chosen by a tap, and drawn to another place by mouse or finger.

import { useRef, useState, type PointerEvent, type ReactNode } from 'react';

import { moreTexts } from '../../shared/i18n/language';
import { Mark } from '../../shared/ui/mark';
import type { Part } from './part-list';

type Props = {
  parts: readonly Part[];
  chosen: number | null;
  onChoose: (id: number) => void;
  /** `to`: the new place, from 0. */
  onMove: (id: number, to: number) => void;
};

/** A finger that moves less than this has tapped. */
const leastDrag = 8;

type Drag = { id: number; pointer: number; x: number; y: number };

export function Strip({ parts, chosen, onChoose, onMove }: Props): ReactNode {
  const words = moreTexts.parts;
  const list = useRef<HTMLOListElement>(null);
  const pressed = useRef<Drag | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);

  const press = (event: PointerEvent, id: number) => {
    if (event.button === 0) pressed.current = { id, pointer: event.pointerId, x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    const drag = pressed.current;
    if (drag === null || list.current === null) return;
    if (drag.pointer !== event.pointerId) return;
    if (dragged === null) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < leastDrag) return;
      list.current.setPointerCapture(event.pointerId);
      setDragged(drag.id);
    }
    const to = placeAt(list.current, event.clientX, event.clientY);
    if (to !== null && parts[to]?.id !== drag.id) onMove(drag.id, to);
  };
  const end = () => {
    pressed.current = null;
    setDragged(null);
  };

  return (
    <ol className="strip" ref={list} aria-label={words.strip} onPointerMove={move} onPointerUp={end} onPointerCancel={end}>
      {parts.map(({ id, address, isReady, hints }, place) => (
        <li key={id}>
          <button
            type="button"
            className={id === dragged ? 'part part-dragged' : 'part'}
            aria-label={words.part(place + 1, parts.length)}
            aria-pressed={id === chosen}
            onPointerDown={(event) => { press(event, id); }}
            // The browser would draw the picture along instead.
            onDragStart={(event) => { event.preventDefault(); }}
            onClick={() => { onChoose(id); }}
          >
            <Picture address={address} />
            <span className="part-number" aria-hidden="true">{place + 1}</span>
            {isReady && hints.some((hint) => hint !== 'cut off') && <Mark kind="help" />}
          </button>
        </li>
      ))}
    </ol>
  );
}

function Picture({ address }: { address: string }): ReactNode {
  const [undrawn, setUndrawn] = useState<string | null>(null);
  if (undrawn === address) return <span className="part-document">{moreTexts.parts.document}</span>;
  return <img src={address} alt="" draggable={false} onError={() => { setUndrawn(address); }} />;
}

/** The place that is under this point, from 0. */
function placeAt(list: HTMLOListElement, x: number, y: number): number | null {
  const place = [...list.children].findIndex((item) => {
    const { left, right, top, bottom } = item.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  });
  return place === -1 ? null : place;
}
