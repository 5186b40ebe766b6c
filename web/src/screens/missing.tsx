// An address without a receipt.

import type { ReactNode } from 'react';

import { Header } from '../parts/header';
import { InnerLink } from '../parts/inner-link';
import { texts } from '../texts';

export function Missing({ onHome }: { onHome: () => void }): ReactNode {
  return (
    <main className="note-screen">
      <Header onHome={onHome} />
      <h1 tabIndex={-1}>{texts.missing.heading}</h1>
      <p className="lead">{texts.missing.body}</p>
      <InnerLink to={{ to: 'home' }} className="button primary" onFollow={onHome}>
        {texts.missing.home}
      </InnerLink>
    </main>
  );
}
