// The photo, and on it what was read. Its place keeps its size from the first moment to the verdict.

import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { Box } from '../api/receipt-decoder';
import { texts } from '../i18n/language';

/** Something on the photo that can be lit. */
export type Spot = { key: string; name: string; value: string; box: Box; tone: 'read' | 'help' };

type Props = {
  /** `null` where a browser cannot draw the file. */
  source: string | null;
  mood: 'waiting' | 'reading' | 'still';
  spots: Spot[];
  lit: string | null;
  onLight: (key: string | null) => void;
  onGone: () => void;
};

export function PhotoFrame({ source, mood, spots, lit, onLight, onGone }: Props): ReactNode {
  const [gone, setGone] = useState<string | null>(null);
  const [loaded, setLoaded] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);

  const litBox = spots.find(({ key }) => key === lit)?.box ?? null;
  const drawn = source !== null && source === loaded;
  /** What was lit when the photo came, or by a tap on it, is in view as far as it should be. */
  const inView = useRef<string | null>(null);
  const seen = useRef(false);
  useEffect(() => {
    if (frame.current === null || !drawn) return;
    if (litBox !== null) bringIntoView(frame.current, litBox);
    if (litBox !== null && seen.current && inView.current !== lit) frame.current.scrollIntoView({ block: 'nearest' });
    seen.current = true;
    inView.current = lit;
  }, [litBox, lit, drawn]);

  return (
    <div
      ref={frame}
      className={`photo photo-${mood}`}
      role="group"
      aria-label={texts.photo.frame}
      // It scrolls, so keys must reach it.
      tabIndex={mood === 'still' ? 0 : undefined}
    >
      {source === null || source === gone ? (
        <p className="photo-absent">{source === null ? texts.photo.document : texts.photo.gone}</p>
      ) : (
        <div className="sheet">
          <img
            className={drawn ? 'drawn' : ''}
            src={source}
            alt={texts.photo.alt}
            onLoad={() => {
              setLoaded(source);
            }}
            onError={() => {
              setGone(source);
              onGone();
            }}
          />
          {drawn && mood === 'still' && spots.length > 0 && (
            <div role="group" aria-label={texts.photo.boxes}>
              {spots.map((spot) => (
                <button
                  key={spot.key}
                  type="button"
                  className={`spot spot-${spot.tone}`}
                  aria-label={texts.photo.box(spot.name, spot.value)}
                  aria-pressed={spot.key === lit}
                  // The same can be reached in the list below; twice would be once too often.
                  tabIndex={-1}
                  style={placeOf(spot.box)}
                  onClick={() => {
                    inView.current = spot.key;
                    onLight(spot.key === lit ? null : spot.key);
                  }}
                />
              ))}
            </div>
          )}
        </div>
      )}
      {mood === 'reading' && <div className="sweep" aria-hidden="true" />}
    </div>
  );
}

/** A little larger than the print, so that the frame does not touch it. */
function placeOf(box: Box) {
  return {
    left: `calc(${percent(box.left)} - 4px)`,
    top: `calc(${percent(box.top)} - 3px)`,
    width: `calc(${percent(box.width)} + 8px)`,
    height: `calc(${percent(box.height)} + 6px)`,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}

function bringIntoView(frame: HTMLElement, box: Box): void {
  const sheet = frame.querySelector<HTMLElement>('.sheet');
  if (sheet === null) return;
  const middle = sheet.offsetTop + (box.top + box.height / 2) * sheet.offsetHeight;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  frame.scrollTo({ top: middle - frame.clientHeight / 2, behavior: calm ? 'auto' : 'smooth' });
}
