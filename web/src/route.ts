// Which screen an address names.

export type Route = { to: 'home' } | { to: 'sending' } | { to: 'insight' } | { to: 'receipt'; imageId: string };

export function routeOf(address: { pathname: string; hash: string }): Route {
  const [, imageId] = /^\/r\/([\w-]{1,128})\/?$/.exec(address.pathname) ?? [];
  if (imageId !== undefined) return { to: 'receipt', imageId };
  if (address.pathname === '/insight') return { to: 'insight' };
  return address.hash === '#sending' ? { to: 'sending' } : { to: 'home' };
}

export function addressOf(route: Route): string {
  switch (route.to) {
    case 'home':
      return '/';
    case 'sending':
      return '/#sending';
    case 'insight':
      return '/insight';
    case 'receipt':
      return `/r/${route.imageId}`;
  }
}

export function visit(route: Route, how: 'push' | 'replace'): void {
  if (how === 'push') history.pushState(null, '', addressOf(route));
  else history.replaceState(null, '', addressOf(route));
}
