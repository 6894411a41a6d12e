// The viewers of a room in Singapore, one for each protocol. Each notes when it asked for the room.
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import type { Sight } from '../../support/clock/measure.ts';
import { MeetingPage } from '../../support/clock/pages.ts';
import { playByFfmpeg } from '../matrix/kinds/ffmpeg.ts';
import { PlayPage } from './play-page.ts';

/** A browser in the meeting, ffmpeg by FLV, RTMP and HLS, and `/play` of browsers that have and lack things. */
export const viewerKinds = ['webrtc', 'flv', 'rtmp', 'hls', 'play', 'play-flv', 'play-hls', 'play-native'] as const;
export type ViewerKind = (typeof viewerKinds)[number];

export interface Viewer {
  /** When it asked, since 1970. */
  readonly startedMs: number;
  /** Settles when it is in the room: a viewer that waits for an encoder. */
  ready(): Promise<void>;
  sight(): Promise<Sight>;
  stop(): Promise<void>;
}

const region = 'singapore';
const noWebrtc = ['RTCPeerConnection', 'webkitRTCPeerConnection'];
const noMse = ['MediaSource', 'WebKitMediaSource', 'ManagedMediaSource'];
const lacking: Partial<Record<ViewerKind, readonly string[]>> = {
  'play-flv': noWebrtc,
  'play-native': [...noWebrtc, ...noMse],
};

/** Browsers are opened when they are first needed, and stay: no round waits for one. */
export class Viewers {
  readonly #cloud: TestCloud;
  readonly #browsers: Promise<Browser>[] = [];
  readonly #meetings: Promise<MeetingPage>[] = [];

  constructor(cloud: TestCloud) {
    this.#cloud = cloud;
  }

  /** Makes all ready for a viewer of this kind, and its place: of the first, or of the one that comes later. */
  async prepare(kind: ViewerKind, at: 0 | 1): Promise<void> {
    if (kind === 'webrtc') await this.#meeting(at);
    else if (kind.startsWith('play')) await this.#browser(at);
  }

  async begin(kind: ViewerKind, room: string, at: 0 | 1): Promise<Viewer> {
    if (kind === 'webrtc') return inMeeting(await this.#meeting(at), room);
    if (kind === 'flv' || kind === 'rtmp' || kind === 'hls') return this.#byFfmpeg(kind, room);
    const startedMs = Date.now();
    const page = await PlayPage.open(await this.#browser(at), this.#cloud.pageUrl, {
      room,
      region,
      missing: lacking[kind] ?? [],
      ...(kind === 'play-hls' && { way: 'hls' }),
    });
    return { startedMs, ready: async () => undefined, sight: () => page.sight(), stop: () => page.close() };
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers) await (await browser)?.close();
  }

  async #byFfmpeg(kind: 'flv' | 'rtmp' | 'hls', room: string): Promise<Viewer> {
    const { play } = await waysOf(this.#cloud, region, { room, identity: 'viewer' });
    const playing = playByFfmpeg(play?.[kind]);
    const { startedMs } = playing;
    // As pages, it notes a picture that shows something else than the one before.
    const sight = async (): Promise<Sight> => {
      const { pictures, bursts } = await playing.sight();
      return { pictures: pictures.filter(({ drawnMs }, at) => drawnMs !== pictures[at - 1]?.drawnMs), bursts };
    };
    return { startedMs, ready: async () => undefined, sight, stop: () => playing.stop() };
  }

  #browser(at: 0 | 1): Promise<Browser> {
    this.#browsers[at] ??= launchChromium();
    return this.#browsers[at];
  }

  #meeting(at: 0 | 1): Promise<MeetingPage> {
    const open = async (): Promise<MeetingPage> =>
      MeetingPage.open(await this.#browser(at), this.#cloud, { region, isSource: false });
    this.#meetings[at] ??= open();
    return this.#meetings[at];
  }
}

function inMeeting(page: MeetingPage, room: string): Viewer {
  const startedMs = Date.now();
  const playing = page.play(room).then(
    () => undefined,
    () => undefined, // the room is left before both tracks came, or has no sound: what was seen is what counts
  );
  const isConnected = (): Promise<unknown> => page.run(`return window.clock.rooms.at(-1)?.state === 'connected'`, null);
  return {
    startedMs,
    ready: async () => void (await until('the first viewer is in the room', isConnected)),
    sight: () => page.sight(),
    stop: async () => {
      await page.reset();
      void playing;
    },
  };
}
