import { watchNetwork } from './media/network.ts';

export interface PageWatchPorts {
  /**
   * The page is closed, or kept aside by the browser (back/forward cache): the other participants must know at once.
   */
  gone(): void;
  /** The network or the page came back. `anew`: perhaps by another network. */
  back(anew: boolean): void;
  devicesChanged(): void;
  /** `network`: a type, online or offline; `page`: hidden or shown. */
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
