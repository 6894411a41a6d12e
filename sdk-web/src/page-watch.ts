import { watchNetwork } from './media/network.ts';

export interface PageWatchPorts {
  /**
   * Called when the page is closed, or put into the browser's back/forward cache. The others should know at once.
   */
  gone(): void;
  /** Called when the network or the page came back. `anew`: the network may be another. */
  back(anew: boolean): void;
  devicesChanged(): void;
  /** Reports an event. Its detail for `network` is a type, online or offline; for `page`, hidden or shown. */
  happened(kind: 'network' | 'page', detail: string): void;
}

export function watchPage(ports: PageWatchPorts, signal: AbortSignal): void {
  const until = { signal };
  window.addEventListener('pagehide', () => ports.gone(), until);
  for (const name of ['online', 'offline']) window.addEventListener(name, () => ports.happened('network', name), until);
  watchNetwork((type) => ports.happened('network', type), signal);
  window.addEventListener('online', () => ports.back(true), until);
  document.addEventListener('resume', () => ports.back(false), until); // a page that was frozen
  const shown = (): void => {
    const isShown = document.visibilityState === 'visible';
    ports.happened('page', isShown ? 'shown' : 'hidden');
    if (isShown) ports.back(false);
  };
  document.addEventListener('visibilitychange', shown, until);
  navigator.mediaDevices?.addEventListener('devicechange', () => ports.devicesChanged(), until);
}
