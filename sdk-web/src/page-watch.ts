import { watchNetwork } from './media/network.ts';

export interface PageWatchPorts {
  /**
   * Called when the page is closed, or put into the browser's back/forward cache. The others should know at once.
   */
  gone(): void;
  /** Called when the network or the page came back. `isNewNetwork`: the network may be another. */
  onResumed(isNewNetwork: boolean): void;
  devicesChanged(): void;
  /** Reports an event. Its detail for `network` is a type, online or offline; for `page`, hidden or shown. */
  recordEvent(kind: 'network' | 'page', detail: string): void;
}

export function watchPage(ports: PageWatchPorts, signal: AbortSignal): void {
  const until = { signal };
  window.addEventListener('pagehide', () => ports.gone(), until);
  for (const name of ['online', 'offline'])
    window.addEventListener(name, () => ports.recordEvent('network', name), until);
  watchNetwork((type) => ports.recordEvent('network', type), signal);
  window.addEventListener('online', () => ports.onResumed(true), until);
  document.addEventListener('resume', () => ports.onResumed(false), until); // a page that was frozen
  const onVisibility = (): void => {
    const isShown = document.visibilityState === 'visible';
    ports.recordEvent('page', isShown ? 'shown' : 'hidden');
    if (isShown) ports.onResumed(false);
  };
  document.addEventListener('visibilitychange', onVisibility, until);
  navigator.mediaDevices?.addEventListener('devicechange', () => ports.devicesChanged(), until);
}
