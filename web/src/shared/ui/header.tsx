// The way back, on every screen but home.

import type { ReactNode } from 'react';

import { texts } from '../i18n/language';
import { InnerLink } from './inner-link';

export function Header({ onHome }: { onHome: () => void }): ReactNode {
  return (
    <header className="bar">
      <InnerLink to={{ to: 'home' }} className="back" onFollow={onHome}>
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M14.5 6l-6 6 6 6" />
        </svg>
        {texts.back}
      </InnerLink>
    </header>
  );
}
