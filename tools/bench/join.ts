// Click to first decoded frame: a viewer in one region joins a room whose publisher is in the other, over a wire with a
// real delay. The viewer does what a person does: reads the lobby for a second, moves the pointer onto the button, and
// clicks half a second later. The page prepares the connection in the lobby and opens a socket when the pointer comes;
// what is measured begins with the click. Counted on the wire: how many flights of client frames (Join, then whatever
// waits for an answer) it takes before media arrives.
import { setTimeout as delay } from 'node:timers/promises';
import { decodeClientFrame } from '@meridian/protocol';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, Participant } from '../../test/support/browser.ts';
import { join, seesMore } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { LabNet, serverIp } from '../../test/support/net.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';

const joinAimMs = 400; // at 0 ms of round trip; + 3 round trips elsewhere
const serverAimMs = 30;
const lobbyMs = 1000; // a person reads at least so long before the pointer moves
const hoverMs = 500; // from the pointer's arrival on the button to the click

interface OneJoin {
  firstFrameMs: number;
  /**
   * Points on the way, from the click: connect() called, Joined here, the media node's offer given to the browser and
   * answered, ICE and then DTLS of the receiving transport up.
   */
  connectMs: number;
  offeredMs: number;
  answeredMs: number;
  joinedMs: number;
  iceMs: number;
  dtlsMs: number;
  serverJoinMs: number;
  roundTrips: number;
}

export const joinBench: LabCase = {
  name: 'join',
  summary:
    'click to first decoded frame across the two regions in Chromium, at 0 and at 160 ms of round trip (namespaces; root)',
  configure: (command) => void command.option('--joins <n>', 'joins per round trip', countOption, 20),
  run: async (options, say) => {
    const count = Number(options['joins']);
    const metrics: Record<string, number | Metrics> = {};
    const missed: string[] = [];
    const all: OneJoin[] = [];
    for (const rttMs of [0, 160]) {
      const joins = await atRoundTrip(rttMs, count, say);
      const times = joins.map((one) => one.firstFrameMs);
      const p50 = percentile(times, 0.5);
      const aim = joinAimMs + 3 * rttMs;
      const half = (point: 'connectMs' | 'joinedMs' | 'offeredMs' | 'answeredMs' | 'iceMs' | 'dtlsMs'): number =>
        percentile(
          joins.map((one) => one[point]),
          0.5,
        );
      metrics[`rtt${rttMs}`] = {
        joinToFirstFrameMsP50: p50,
        joinToFirstFrameMsP95: percentile(times, 0.95),
        connectMsP50: half('connectMs'),
        joinedMsP50: half('joinedMs'),
        offeredMsP50: half('offeredMs'),
        answeredMsP50: half('answeredMs'),
        iceMsP50: half('iceMs'),
        dtlsMsP50: half('dtlsMs'),
      };
      if (p50 > aim)
        missed.push(`join to first frame at ${rttMs} ms of round trip: p50 ${p50.toFixed(0)} ms, aim ${aim} ms`);
      all.push(...joins);
    }
    const server = all.map((one) => one.serverJoinMs);
    const trips = Math.max(...all.map((one) => one.roundTrips));
    metrics['serverJoinMsP50'] = percentile(server, 0.5);
    metrics['serverJoinMsP95'] = percentile(server, 0.95);
    metrics['signalingRoundTripsToMedia'] = trips;
    if (percentile(server, 0.5) > serverAimMs)
      missed.push(`server part p50 ${percentile(server, 0.5)} ms, aim ${serverAimMs} ms`);
    if (trips !== 1) missed.push(`${trips} signaling round trips to media, must be 1`);
    return { params: { joins: count, lobbyMs, hoverMs }, metrics, missed };
  },
};

async function atRoundTrip(rttMs: number, count: number, say: Say): Promise<OneJoin[]> {
  const net = await LabNet.create({ rttMs });
  let cloud: TestCloud | undefined;
  const browsers: Browser[] = [];
  try {
    cloud = await TestCloud.start({
      prefix: net.prefix('server'),
      extraArgs: ['--public-address', serverIp, '--log-level', 'warn'],
    });
    net.forward(7800 + cloud.portOffset);
    const beside = await launchChromium([], net.prefix('server'));
    const inside = await launchChromium([], net.prefix('client'));
    browsers.push(beside, inside);
    const publisher = await join(
      beside,
      cloud,
      { room: 'bench', name: 'Publisher', from: 'frankfurt', codec: 'vp8' },
      { width: 320, height: 180, frameRate: 30 },
    );
    const joins: OneJoin[] = [];
    for (let index = 0; index <= count; index += 1) {
      const one = await oneJoin(inside, cloud, index);
      if (index > 0) joins.push(one); // the first warms caches of the browser and the pull; it is not measured
      say(
        `${rttMs} ms, join ${index}/${count}: first frame after ${one.firstFrameMs.toFixed(0)} ms ` +
          `(joined ${one.joinedMs.toFixed(0)}, offer ${one.offeredMs.toFixed(0)}, answer ${one.answeredMs.toFixed(0)}, ICE ${one.iceMs.toFixed(0)}, DTLS ${one.dtlsMs.toFixed(0)}), server ${one.serverJoinMs} ms`,
      );
    }
    await seesMore(publisher, 0);
    return joins;
  } finally {
    for (const browser of browsers) await browser.close();
    await cloud?.stop();
    await net.close();
  }
}

/** One viewer: the page waits in its lobby, the pointer comes onto the button, then the button is clicked. */
async function oneJoin(browser: Browser, cloud: TestCloud, index: number): Promise<OneJoin> {
  const viewer = await Participant.open(browser, cloud.pageUrl, {
    room: 'bench',
    name: `Viewer ${index}`,
    from: 'singapore',
    camera: '0',
    mic: '0',
  });
  const frames = watchFrames(viewer.page);
  await viewer.page.waitForSelector('[data-testid=join]:not([disabled])');
  await viewer.page.evaluate(watchFirstFrame);
  await delay(lobbyMs);
  await viewer.page.hover('[data-testid=join]');
  await delay(hoverMs);
  await viewer.page.mouse.down();
  await viewer.page.mouse.up();
  const seen = await viewer.page.evaluate(() => (window as unknown as { firstFrame: Promise<Seen> }).firstFrame);
  const mediaAt = performance.now();
  const serverJoinMs = await viewer.room<number>('return room.placement.serverJoinMs;');
  const timings = await viewer.room<{ joinedMs: number }>('return room.joinTimings;');
  const roundTrips = frames.roundTrips(mediaAt);
  await viewer.close();
  return { ...seen, joinedMs: seen.connectMs + timings.joinedMs, serverJoinMs, roundTrips };
}

type Seen = Pick<OneJoin, 'firstFrameMs' | 'connectMs' | 'offeredMs' | 'answeredMs' | 'iceMs' | 'dtlsMs'>;

/**
 * Runs in the page: `firstFrame` there will be what was seen between the click on the button and the first frame of any
 * video.
 */
function watchFirstFrame(): void {
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
function watchFrames(page: Page): { roundTrips(untilMs: number): number } {
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
