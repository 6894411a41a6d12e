// LiveKit's SDK for browsers as the viewer of `bench -- join`: what its documentation tells a page to do, at the pace
// of the same person. The lobby prepares the connection; the click connects; every track is attached when it comes.
import { setTimeout as delay } from 'node:timers/promises';
import type * as Sdk from 'livekit-client';
import type { Browser } from 'playwright-core';
import type { TestCloud } from '../../test/support/cloud.ts';
import { openLivekitPage } from '../../test/support/livekit/clients.ts';
import { livekitToken } from '../../test/support/livekit/tokens.ts';

/** LiveKit's SDK goes on connecting for ever where nothing answers. */
const JOIN_MS_MAX = 60_000;

declare const LivekitClient: typeof Sdk;

export interface LivekitJoin {
  /** From the click: the answer to its join here, connect() resolved, the first frame of any video. */
  readonly signalMs: number;
  readonly connectedMs: number;
  readonly firstFrameMs: number;
}

/** `url`: of the signaling node, ws. The pauses are those of our page's viewer. */
export async function oneLivekitJoin(
  browser: Browser,
  cloud: TestCloud,
  o: { readonly url: string; readonly index: number; readonly lobbyMs: number; readonly hoverMs: number },
): Promise<LivekitJoin> {
  const identity = `Viewer ${o.index} of LiveKit`;
  const token = await livekitToken(cloud, { room: 'bench', identity, grant: { canPublish: false } });
  const page = await openLivekitPage(browser, cloud);
  try {
    await page.evaluate(watch, { url: o.url, token, limitMs: JOIN_MS_MAX });
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

/** Runs in the page: makes its button; `seen` there will be what was seen between the click and the first frame. */
async function watch({ url, token, limitMs }: { url: string; token: string; limitMs: number }): Promise<void> {
  const room = new LivekitClient.Room({ adaptiveStream: true, dynacast: true });
  void room.prepareConnection(url, token);
  const button = document.createElement('button');
  button.id = 'join';
  button.textContent = 'Join';
  document.body.replaceChildren(button);
  const seen = new Promise((resolve, reject) => {
    const onClick = ({ timeStamp: clickMs }: Event): void => {
      const at = { signalMs: 0, connectedMs: 0 };
      room.once(LivekitClient.RoomEvent.SignalConnected, () => {
        at.signalMs = performance.now() - clickMs;
      });
      room.on(LivekitClient.RoomEvent.TrackSubscribed, (track) => {
        const element = track.attach();
        document.body.append(element);
        if (element instanceof HTMLVideoElement)
          element.requestVideoFrameCallback(() => resolve({ ...at, firstFrameMs: performance.now() - clickMs }));
      });
      room.connect(url, token).then(() => {
        at.connectedMs = performance.now() - clickMs;
      }, reject);
    };
    button.addEventListener('click', onClick, { once: true });
    setTimeout(() => reject(new Error(`no frame within ${limitMs} ms`)), limitMs);
  });
  Object.assign(window, { seen });
}
