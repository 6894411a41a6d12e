// What is seen of one join by our page: points on the way to the first frame, and the flights of client frames.
import { decodeClientFrame } from '@meridian/protocol';
import type { Page } from 'playwright-core';

/**
 * From the click: connect() called, the media node's offer given to the browser and answered, ICE and then DTLS of the
 * receiving transport up, the first frame of any video.
 */
export interface Seen {
  readonly connectMs: number;
  readonly offeredMs: number;
  readonly answeredMs: number;
  readonly iceMs: number;
  readonly dtlsMs: number;
  readonly firstFrameMs: number;
}

/**
 * Runs in the page: `firstFrame` there will be what was seen between the click on the button and the first frame of any
 * video.
 */
export function watchFirstFrame(): void {
  const scope = window as unknown as { firstFrame: Promise<Seen>; meridian?: unknown };
  scope.firstFrame = new Promise((resolve) => {
    let clickMs = 0;
    const at = { connectMs: 0, offeredMs: 0, answeredMs: 0, iceMs: 0, dtlsMs: 0 };
    const mark = (point: keyof typeof at): void => {
      at[point] ||= performance.now() - clickMs;
    };
    window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
      construct(target, args) {
        const pc = Reflect.construct(target, args) as RTCPeerConnection;
        const [offered, answered] = [pc.setRemoteDescription.bind(pc), pc.setLocalDescription.bind(pc)];
        pc.setRemoteDescription = async (offer) => {
          if (clickMs > 0) mark('offeredMs');
          await offered(offer);
        };
        pc.setLocalDescription = async (answer) => {
          await answered(answer);
          if (clickMs > 0) mark('answeredMs');
        };
        pc.addEventListener('iceconnectionstatechange', () => pc.iceConnectionState === 'connected' && mark('iceMs'));
        pc.addEventListener('connectionstatechange', () => pc.connectionState === 'connected' && mark('dtlsMs'));
        return pc;
      },
    });
    // The page shows its room for diagnosis just before it calls connect().
    Object.defineProperty(scope, 'meridian', {
      configurable: true,
      set(value: unknown) {
        mark('connectMs');
        Object.defineProperty(scope, 'meridian', { value, writable: true });
      },
    });
    const onClick = ({ timeStamp }: Event): void => {
      clickMs = timeStamp;
      const seen = new WeakSet<HTMLVideoElement>();
      const look = (): void => {
        for (const video of document.querySelectorAll('video')) {
          if (seen.has(video)) continue;
          seen.add(video);
          video.requestVideoFrameCallback(() => resolve({ ...at, firstFrameMs: performance.now() - clickMs }));
        }
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    };
    document.querySelector('[data-testid=join]')?.addEventListener('click', onClick, { capture: true, once: true });
  });
}

/** Counts, by the browser's network events, the requests (frames that wait for an answer) sent before media came. */
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
