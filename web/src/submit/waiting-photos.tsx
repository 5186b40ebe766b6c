// Photos that wait on this device: those that go by themselves, and those that a person decides on.

import type { ReactNode } from 'react';

import { texts } from '../shared/i18n/language';
import type { Courier } from './courier';

export function Waiting({ courier: { asking, going, send, drop } }: { courier: Courier }): ReactNode {
  const { waiting } = texts.home;
  const [first] = asking;
  return (
    <>
      {/* Always there, so that its words are heard when they come. */}
      <p className={going > 0 ? 'waiting' : 'unseen'} role="status">
        {going > 0 && (navigator.onLine ? waiting.going(going) : waiting.offline(going))}
      </p>
      {first !== undefined && (
        <section className="waiting" aria-label={waiting.heading(asking.length)}>
          <p>
            <strong>{waiting.heading(asking.length)}</strong>
            <span>{waiting.body}</span>
          </p>
          <div className="actions">
            <button
              type="button"
              className="button primary"
              onClick={() => {
                asking.forEach(send);
              }}
            >
              {waiting.send}
            </button>
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                drop(first);
              }}
            >
              {waiting.discard}
            </button>
          </div>
        </section>
      )}
    </>
  );
}
