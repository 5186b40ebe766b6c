// What was read, a line each; a line with a place on the photo lights it.

import { useEffect, useRef, type ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import type { Fact } from './reading';

type Lighting = { lit: string | null; onLight: (key: string | null) => void };

type FactsProps = {
  facts: Fact[];
  /** What stands under the line of this key. */
  below?: (key: string) => ReactNode;
} & Lighting;

export function Facts({ facts, below, lit, onLight }: FactsProps): ReactNode {
  return (
    <ul className="facts">
      {facts.map((fact) => (
        <li key={fact.key}>
          <Lightable id={fact.box === null ? null : fact.key} className="fact" lit={lit} onLight={onLight}>
            <span className="fact-name">{fact.name}</span>
            <span className="fact-value">
              {fact.shown}
              {!fact.surely && <small className="help">{moreTexts.receipt.hardToRead}</small>}
            </span>
          </Lightable>
          {below?.(fact.key)}
        </li>
      ))}
    </ul>
  );
}

type LightableProps = { id: string | null; className: string; children: ReactNode } & Lighting;

/** A toggle for its place on the photo; plain text where it has none. */
export function Lightable({ id, className, lit, onLight, children }: LightableProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const isLit = id !== null && id === lit;
  const wasLit = useRef(isLit);
  useEffect(() => {
    // What is lit from the start must not move the page.
    if (isLit && !wasLit.current) button.current?.scrollIntoView({ block: 'nearest' });
    wasLit.current = isLit;
  }, [isLit]);

  if (id === null) return <div className={className}>{children}</div>;
  return (
    <button
      ref={button}
      type="button"
      className={`${className} lightable`}
      aria-pressed={isLit}
      onClick={() => {
        // It is seen already; what must come into view is its place on the photo.
        wasLit.current = !isLit;
        onLight(isLit ? null : id);
      }}
    >
      {children}
    </button>
  );
}
