// What is drawn instead of a blank page where a component throws: a message and a link that opens the page again.

import { Component, type ReactNode } from 'react';

import { texts } from '../shared/i18n/language';

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
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
