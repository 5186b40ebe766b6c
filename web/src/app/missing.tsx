// An address without a receipt.

import type { ReactNode } from 'react';

import { texts } from '../shared/i18n/language';
import { Header } from '../shared/ui/header';
import { InnerLink } from '../shared/ui/inner-link';

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
