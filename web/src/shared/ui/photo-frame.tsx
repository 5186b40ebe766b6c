// The photo, and on it what was read. Its place keeps its size from the first moment to the verdict.

import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { Box } from '../api/receipt-decoder';
import { texts } from '../i18n/language';

/** Something on the photo that can be lit. */
export type Spot = { key: string; name: string; value: string; box: Box; tone: 'read' | 'help' };

type Props = {
  /** `null` where a browser cannot draw the file, or not yet. */
  source: string | null;
  mood: 'waiting' | 'reading' | 'still';
  spots: Spot[];
  lit: string | null;
  onLight: (key: string | null) => void;
  /** This browser cannot draw the source, or it is not there. */
  onGone: (source: string) => void;
  /** Below the photo, always in view. */
  children?: ReactNode;
};

export function PhotoFrame({ source, mood, spots, lit, onLight, onGone, children }: Props): ReactNode {
  // A picture that was not there yet may be, once the receipt is read.
  const shown = source === null ? null : `${mood} ${source}`;
  const [gone, setGone] = useState<string | null>(null);
  const [loaded, setLoaded] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);

  const litBox = spots.find(({ key }) => key === lit)?.box ?? null;
  const drawn = source !== null && source === loaded;
  /** What was lit when the photo came, or by a tap on it, is in view as far as it should be. */
  const inView = useRef<string | null>(null);
  const seen = useRef(false);
  const top = useRef(source);
  useEffect(() => {
    if (frame.current === null || !drawn) return;
    if (litBox !== null) bringIntoView(frame.current, litBox);
    else if (lit === null && seen.current && source !== top.current) frame.current.scrollTo({ top: 0 });
    top.current = source;
    if (litBox !== null && seen.current && inView.current !== lit) frame.current.scrollIntoView({ block: 'nearest' });
    seen.current = true;
    inView.current = lit;
  }, [litBox, lit, drawn, source]);

  return (
    <div
      ref={frame}
      className={`photo photo-${mood}`}
      role="group"
      aria-label={texts.photo.frame}
      // It scrolls, so keys must reach it.
      tabIndex={mood === 'still' ? 0 : undefined}
    >
      {source === null || shown === gone ? (
        <p className="photo-absent">{source !== null ? texts.photo.gone : mood === 'still' ? texts.photo.document : texts.photo.later}</p>
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
              setGone(shown);
              onGone(source);
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
      {children}
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
