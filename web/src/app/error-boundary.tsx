// What stands on the screen should our own code ever stumble: a way on instead of a white page.

import { Component, type ReactNode } from 'react';

import { texts } from '../shared/i18n/language';

export class ErrorBoundary extends Component<{ children: ReactNode }, { stumbled: boolean }> {
  override state = { stumbled: false };

  static getDerivedStateFromError(): { stumbled: boolean } {
    return { stumbled: true };
  }

  override render(): ReactNode {
    if (!this.state.stumbled) return this.props.children;
    return (
      <main className="note-screen" role="alert">
        <h1>{texts.crashed.heading}</h1>
        <p>{texts.crashed.body}</p>
        <a className="button primary" href="/">
          {texts.crashed.reload}
        </a>
      </main>
    );
  }
}
