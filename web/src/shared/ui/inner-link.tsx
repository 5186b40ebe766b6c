// A link inside of the page: a plain click stays here, anything else (new tab, copy) is the browser's.

import type { ReactNode } from 'react';

import { addressOf, type Route } from './route';

type Props = { to: Route; className: string; onFollow: () => void; children: ReactNode };

export function InnerLink({ to, className, onFollow, children }: Props): ReactNode {
  return (
    <a
      href={addressOf(to)}
      className={className}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onFollow();
      }}
    >
      {children}
    </a>
  );
}
