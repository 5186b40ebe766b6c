// Which screen an address names.

import { isRecord } from '../api/json';

export type Route = { to: 'home' } | { to: 'sending' } | { to: 'parts' } | { to: 'insight' } | { to: 'receipt'; imageId: string };

export function routeOf(address: { pathname: string; hash: string }): Route {
  const [, imageId] = /^\/r\/([\w-]{1,128})\/?$/.exec(address.pathname) ?? [];
  if (imageId !== undefined) return { to: 'receipt', imageId };
  if (address.pathname === '/insight') return { to: 'insight' };
  switch (address.hash) {
    case '#sending':
      return { to: 'sending' };
    case '#parts':
      return { to: 'parts' };
    default:
      return { to: 'home' };
  }
}

export function addressOf(route: Route): string {
  switch (route.to) {
    case 'home':
      return '/';
    case 'sending':
      return '/#sending';
    case 'parts':
      return '/#parts';
    case 'insight':
      return '/insight';
    case 'receipt':
      return `/r/${route.imageId}`;
  }
}

/** Keeps with the address that is left how far down the person was. */
export function visit(route: Route, how: 'push' | 'replace'): void {
  if (how === 'push') {
    history.replaceState({ ...stateKept(), top: window.scrollY }, '');
    history.pushState(null, '', addressOf(route));
  } else history.replaceState(null, '', addressOf(route));
}

/** How far down the person was when they left this address, for once; 0 where they did not. */
export function takeTop(): number {
  const { top, ...state } = stateKept();
  if (typeof top !== 'number') return 0;
  history.replaceState(state, '');
  return top;
}

function stateKept(): Record<string, unknown> {
  const state: unknown = history.state;
  return isRecord(state) ? state : {};
}
