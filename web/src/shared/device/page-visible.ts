// When the page is on the screen again, after another tab or app was there.

/** Calls `listener` each time that the page becomes visible, until `signal`. */
export function onVisible(listener: () => void, signal: AbortSignal): void {
  const look = () => {
    if (document.visibilityState === 'visible') listener();
  };
  document.addEventListener('visibilitychange', look, { signal });
  // A page that comes back from the browser's cache may have been visible all along.
  window.addEventListener('pageshow', look, { signal });
}
