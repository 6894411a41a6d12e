// LiveKit's browser SDK as the viewer of `bench -- join`. The page uses it as LiveKit's documentation says, at the pace
// of our page: it prepares the connection in the lobby, connects at the click, and attaches every track on arrival.
import { setTimeout as delay } from 'node:timers/promises';
import type * as Sdk from 'livekit-client';
import type { Browser } from 'playwright-core';
import type { TestCloud } from '../test/support/cloud.ts';
import { openLivekitPage } from '../test/support/livekit/clients.ts';
import { livekitToken } from '../test/support/livekit/tokens.ts';
import { type MediaTimes, type MediaWatch, watchMedia } from './join-watch.ts';

/** Time limit of a join, since LiveKit's SDK goes on connecting for ever if nothing answers. */
const JOIN_MS_MAX = 60_000;

declare const LivekitClient: typeof Sdk;

/**
 * Times since the click: request for the socket that opens (before it, the SDK requests `/rtc/v1`), socket open,
 * arrival of the answer to the join, end of `connect()`.
 */
export interface LivekitJoin extends MediaTimes {
  readonly askedMs: number;
  readonly openMs: number;
  readonly signalMs: number;
  readonly connectedMs: number;
}
export interface LivekitJoinOptions {
  readonly url: string;
  readonly index: number;
  /** Option of the SDK; true requests `/rtc/v1` first. */
  readonly singlePeerConnection: boolean;
  readonly lobbyMs: number;
  readonly hoverMs: number;
}

export async function oneLivekitJoin(browser: Browser, cloud: TestCloud, o: LivekitJoinOptions): Promise<LivekitJoin> {
  const { url, singlePeerConnection } = o;
  const identity = `Viewer ${o.index} of LiveKit`;
  const token = await livekitToken(cloud, { room: 'bench', identity, grant: { canPublish: false } });
  const page = await openLivekitPage(browser, cloud);
  try {
    await page.evaluate(watchMedia);
    await page.evaluate(watchJoin, { url, token, singlePeerConnection, limitMs: JOIN_MS_MAX });
    await delay(o.lobbyMs);
    await page.hover('#join');
    await delay(o.hoverMs);
    await page.mouse.down();
    await page.mouse.up();
    return await page.evaluate(() => (window as unknown as { seen: Promise<LivekitJoin> }).seen);
  } finally {
    await page.context().close();
  }
}

interface Watched {
  readonly url: string;
  readonly token: string;
  readonly singlePeerConnection: boolean;
  readonly limitMs: number;
}

/** Runs in the page: makes its button, and sets `seen` there to the times between the click and the first frame. */
function watchJoin({ url, token, singlePeerConnection, limitMs }: Watched): void {
  const media = (window as unknown as { mediaWatch: MediaWatch }).mediaWatch;
  const at = { askedMs: 0, openMs: 0, signalMs: 0, connectedMs: 0 };
  const sinceClick = (): number => performance.now() - media.clickMs;
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args) {
      const askedMs = sinceClick();
      const socket = Reflect.construct(target, args) as WebSocket;
      socket.addEventListener('open', () => Object.assign(at, { askedMs, openMs: sinceClick() }));
      return socket;
    },
  });
  const room = new LivekitClient.Room({ adaptiveStream: true, dynacast: true, singlePeerConnection });
  void room.prepareConnection(url, token);
  const button = document.createElement('button');
  button.id = 'join';
  button.textContent = 'Join';
  document.body.replaceChildren(button);
  const seen = new Promise((resolve, reject) => {
    const onClick = ({ timeStamp }: Event): void => {
      media.clickMs = timeStamp;
      room.once(LivekitClient.RoomEvent.SignalConnected, () => {
        at.signalMs = sinceClick();
      });
      room.on(LivekitClient.RoomEvent.TrackSubscribed, (track) => {
        const element = track.attach();
        document.body.append(element);
        if (element instanceof HTMLVideoElement)
          media.untilShown(element).then(() => resolve({ ...at, ...media.at, firstFrameMs: sinceClick() }), reject);
      });
      room.connect(url, token).then(() => {
        at.connectedMs = sinceClick();
      }, reject);
    };
    button.addEventListener('click', onClick, { once: true });
    setTimeout(() => reject(new Error(`no frame within ${limitMs} ms`)), limitMs);
  });
  Object.assign(window, { seen });
}
