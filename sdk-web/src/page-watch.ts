// What happens to the page around a room.
export interface PageWatchPorts {
  /** The page is closed, or kept aside by the browser (back/forward cache): the others must know at once. */
  gone(): void;
  /** The network or the page came back. `anew`: perhaps by another network. */
  back(anew: boolean): void;
  devicesChanged(): void;
}

/** Tells of it until `signal` is aborted. */
export function watchPage(ports: PageWatchPorts, signal: AbortSignal): void {
  const until = { signal };
  window.addEventListener('pagehide', () => ports.gone(), until);
  window.addEventListener('online', () => ports.back(true), until);
  document.addEventListener('resume', () => ports.back(false), until); // a page that was frozen
  const shown = (): void => {
    if (document.visibilityState === 'visible') ports.back(false);
  };
  document.addEventListener('visibilitychange', shown, until);
  navigator.mediaDevices?.addEventListener('devicechange', () => ports.devicesChanged(), until);
}
