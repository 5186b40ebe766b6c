// Small drawn signs. The words beside them say the same, so they are hidden from screen readers.

import type { ReactNode } from 'react';

export type MarkKind = 'done' | 'now' | 'later' | 'help' | 'none';

export function Mark({ kind }: { kind: MarkKind }): ReactNode {
  return (
    <svg className={`mark mark-${kind}`} viewBox="0 0 24 24" aria-hidden="true">
      {kind === 'done' && <path d="M6.5 12.5l3.7 3.7 7.3-8" />}
      {kind === 'now' && (
        <>
          <circle className="ring" cx="12" cy="12" r="7.5" />
          <path className="half" d="M12 4.5a7.5 7.5 0 0 1 0 15z" />
        </>
      )}
      {kind === 'later' && <circle className="ring" cx="12" cy="12" r="7.5" />}
      {kind === 'help' && <path d="M12 6v7.5M12 17.5v.1" />}
      {kind === 'none' && <path d="M8 12h8" />}
    </svg>
  );
}
