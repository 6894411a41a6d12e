// Observes a join by our page: the times of its steps until the first frame, and the flights of client frames.
import { decodeClientFrame } from '@meridian/protocol';
import type { Page } from 'playwright-core';

/**
 * Times since the click at which the browser has the media node's offer, answers, has ICE and DTLS of the receiving
 * transport, and has the first frame of any video.
 */
export interface MediaTimes {
  readonly offeredMs: number;
  readonly answeredMs: number;
  readonly iceMs: number;
  readonly dtlsMs: number;
  readonly firstFrameMs: number;
}
/** `connectMs`: time from the click to the call of connect(). */
export interface FirstFrameTimes extends MediaTimes {
  readonly connectMs: number;
}

export interface MediaWatch {
  clickMs: number;
  /** Times of `MediaTimes` without the first frame; 0 if not reached yet. */
  readonly at: { offeredMs: number; answeredMs: number; iceMs: number; dtlsMs: number };
  /**
   * Resolves in the rendering of the page that shows the first frame of a video. A callback of the video alone would
   * miss a frame that was there before the video was put into the page.
   */
  untilShown(video: HTMLVideoElement): Promise<void>;
}

/** Runs in the page before it has a token: the browser saves data, and the lobby does not connect to a media node. */
export function saveData(): void {
  const { connection } = navigator as unknown as { readonly connection: object };
  Object.defineProperty(connection, 'saveData', { value: true });
}

/** Runs in the page before it connects, and sets `mediaWatch` to the times of the first connection that is offered. */
export function watchMedia(): void {
  const untilShown = (video: HTMLVideoElement): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) resolve();
        else requestAnimationFrame(check);
      };
      requestAnimationFrame(check);
      video.requestVideoFrameCallback(() => resolve());
    });
  const watch: MediaWatch = { clickMs: 0, at: { offeredMs: 0, answeredMs: 0, iceMs: 0, dtlsMs: 0 }, untilShown };
  const markTime = (point: keyof typeof watch.at): void => {
    if (watch.clickMs > 0) watch.at[point] ||= performance.now() - watch.clickMs;
  };
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args) {
      const pc = Reflect.construct(target, args) as RTCPeerConnection;
      const [offered, answered] = [pc.setRemoteDescription.bind(pc), pc.setLocalDescription.bind(pc)];
      let isReceiving = false;
      pc.setRemoteDescription = async (offer) => {
        isReceiving ||= offer.type === 'offer';
        if (isReceiving) markTime('offeredMs');
        await offered(offer);
      };
      pc.setLocalDescription = async (answer) => {
        await answered(answer);
        if (isReceiving) markTime('answeredMs');
      };
      const isUp = (state: string): boolean => isReceiving && state === 'connected';
      pc.addEventListener('iceconnectionstatechange', () => isUp(pc.iceConnectionState) && markTime('iceMs'));
      pc.addEventListener('connectionstatechange', () => isUp(pc.connectionState) && markTime('dtlsMs'));
      return pc;
    },
  });
  Object.assign(window, { mediaWatch: watch });
}

/**
 * Runs in our page after `watchMedia`, and sets `firstFrame` to the times from the click on the button to the first
 * frame of any video.
 */
export function watchFirstFrame(): void {
  const scope = window as unknown as {
    firstFrame: Promise<FirstFrameTimes>;
    mediaWatch: MediaWatch;
    meridian?: unknown;
  };
  const watch = scope.mediaWatch;
  scope.firstFrame = new Promise((resolve, reject) => {
    let connectMs = 0;
    // The page exposes its room for diagnosis just before it calls connect().
    Object.defineProperty(scope, 'meridian', {
      configurable: true,
      set(value: unknown) {
        connectMs ||= performance.now() - watch.clickMs;
        Object.defineProperty(scope, 'meridian', { value, writable: true });
      },
    });
    const onClick = ({ timeStamp }: Event): void => {
      watch.clickMs = timeStamp;
      const seen = new WeakSet<HTMLVideoElement>();
      const checkVideos = (): void => {
        for (const video of document.querySelectorAll('video')) {
          if (seen.has(video)) continue;
          seen.add(video);
          watch
            .untilShown(video)
            .then(() => resolve({ connectMs, ...watch.at, firstFrameMs: performance.now() - timeStamp }), reject);
        }
      };
      new MutationObserver(checkVideos).observe(document.body, { childList: true, subtree: true });
    };
    document.querySelector('[data-testid=join]')?.addEventListener('click', onClick, { capture: true, once: true });
  });
}

/** Counts the requests (frames that wait for an answer) before media arrived, by the browser's network events. */
export function watchFrames(page: Page): { roundTrips(untilMs: number): number } {
  const sentAtMs: number[] = [];
  page.on('websocket', (socket) => {
    if (!socket.url().includes('/v1/rtc')) return; // echo sockets carry no frames
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string') return;
      const frame = decodeClientFrame(new Uint8Array(payload));
      if (frame.requestId > 0 && frame.body !== 'ping' && frame.body !== 'stats') sentAtMs.push(performance.now());
    });
  });
  return { roundTrips: (untilMs) => sentAtMs.filter((atMs) => atMs <= untilMs).length };
}
