// Measures the time from the click to the first decoded frame. A viewer in one region joins a room whose publisher is
// in the other, over a wire with a real delay. A second viewer of that region stays, so that the media node has the
// tracks, as in any room with people nearby. The viewer acts like a person, who reads the lobby for a second, moves
// the pointer onto the button, and clicks half a second later. The page prepares the connection in the lobby and opens
// a socket when the pointer arrives. The benchmark also counts the flights of client frames (Join, then all that wait
// for an answer) before the media. A join after the lobby has connected to the media node (warm), and one of a browser
// that saves data, which does not (cold), take turns. With `--client livekit`, LiveKit's SDK joins in turn too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { Option } from 'commander';
import type { Browser } from 'playwright-core';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { launchChromium, Participant } from '../test/support/browser.ts';
import { join as joinCall, untilMoreFrames } from '../test/support/call.ts';
import { TestCloud } from '../test/support/cloud.ts';
import { LabNet, serverIp } from '../test/support/net.ts';
import { type LivekitJoin, oneLivekitJoin } from './join-livekit.ts';
import { connectPair, type PairTimes } from './join-pair.ts';
import { type FirstFrameTimes, saveData, watchFirstFrame, watchFrames, watchMedia } from './join-watch.ts';

const coldAimMs = 160;
const coldAimRoundTrips = 4.5;
const warmAimMs = 100;
const warmAimRoundTrips = 2.2;
const serverAimMs = 15;
const livekitAim = 1.2;
const lobbyMs = 1000; // a person reads at least this long before the pointer moves
const hoverMs = 500; // from the pointer's arrival on the button to the click
/** With --public-address: port of the signaling node in Singapore on that address. */
const singaporePort = 7882;

interface OneJoin extends FirstFrameTimes {
  readonly joinedMs: number;
  readonly serverJoinMs: number;
  readonly roundTrips: number;
  readonly pair: PairTimes;
}

export const joinBench: LabCase = {
  name: 'join',
  summary:
    'click to first decoded frame across the two regions in Chromium, at 0 and at 160 ms of round trip (namespaces; root)',
  configure: (command) =>
    void command
      .option('--joins <n>', 'joins per round trip', countOption, 20)
      .addOption(new Option('--rtt <ms...>', 'round trips').choices(['0', '160']).default(['0', '160']))
      .addOption(
        new Option('--client <sdk>', 'livekit: its SDK too, one join of each in turn')
          .choices(['ours', 'livekit'])
          .default('ours'),
      ),
  run: async (options, say) => {
    const count = Number(options['joins']);
    const client = String(options['client']);
    const metrics: Record<string, number | Metrics> = {};
    const missed: string[] = [];
    const aims: Aim[] = [];
    const all: OneJoin[] = [];
    const warmMetrics: Record<string, Metrics> = {};
    for (const rttMs of (options['rtt'] as string[]).map(Number)) {
      const found = await atRoundTrip(rttMs, { count, withLivekit: client === 'livekit' }, say);
      const cold = timesOf(found.joins);
      const warm = timesOf(found.warm);
      const bare = bareOf(found.pairs);
      const [coldMs, warmMs] = [cold.joinToFirstFrameMsP50, warm.joinToFirstFrameMsP50];
      warmMetrics[`rtt${rttMs}`] = rttMs === 0 ? warm : { ...warm, roundTrips: warmMs / rttMs };
      metrics[`rtt${rttMs}`] = {
        ...cold,
        serverSteps: found.coldStepsMs,
        ...(rttMs === 0 ? bare : { roundTrips: coldMs / rttMs }),
        ...(found.theirs.length > 0 && {
          livekit: besideOurs(found.theirs, coldMs),
          livekitStraight: besideOurs(found.straight, coldMs),
        }),
      };
      aims.push(...(rttMs === 0 ? aimsAtOnce(coldMs, warmMs, bare.barePairDtlsMs) : aimsAt(rttMs, coldMs, warmMs)));
      if (found.theirs.length > 0)
        aims.push({
          figure: `join of LiveKit's SDK at ${rttMs} ms of round trip, by ours`,
          value: besideOurs(found.theirs, coldMs).timesOurs,
          aim: livekitAim,
          should: 'most',
          peer: `our cold join: ${coldMs.toFixed(0)} ms`,
        });
      all.push(...found.joins);
    }
    metrics['warm'] = warmMetrics;
    const server = all.map((one) => one.serverJoinMs);
    const trips = Math.max(...all.map((one) => one.roundTrips));
    metrics['serverJoinMsP50'] = percentile(server, 0.5);
    metrics['serverJoinMsP95'] = percentile(server, 0.95);
    metrics['signalingRoundTripsToMedia'] = trips;
    aims.push({
      figure: "server's part of a cold join, p50, ms",
      value: percentile(server, 0.5),
      aim: serverAimMs,
      should: 'most',
    });
    if (trips !== 1) missed.push(`${trips} signaling round trips to media, must be 1`);
    return { params: { joins: count, lobbyMs, hoverMs, client }, metrics, aims, missed };
  },
};

function aimsAtOnce(coldMs: number, warmMs: number, barePairMs: number): Aim[] {
  const peer = `a bare pair of connections has DTLS after ${barePairMs.toFixed(0)} ms`;
  const first = 'click to first frame without a round trip, p50, ms';
  return [
    { figure: `warm: ${first}`, value: warmMs, aim: warmAimMs, should: 'most', limit: 'a frame: 33' },
    { figure: `cold: ${first}`, value: coldMs, aim: coldAimMs, should: 'most', peer },
  ];
}

function aimsAt(rttMs: number, coldMs: number, warmMs: number): Aim[] {
  const [warm, cold] = [warmMs / rttMs, coldMs / rttMs];
  const first = `click to first frame at ${rttMs} ms, p50, round trips`;
  return [
    {
      figure: `warm: ${first}`,
      value: warm,
      aim: warmAimRoundTrips,
      should: 'most',
      limit: '1: the join and its answer',
    },
    {
      figure: `cold: ${first}`,
      value: cold,
      aim: coldAimRoundTrips,
      should: 'most',
      limit: '3: the join, ICE, and DTLS with the first packets',
    },
  ];
}

function timesOf(joins: readonly OneJoin[]) {
  const half = (point: 'connectMs' | 'joinedMs' | 'offeredMs' | 'answeredMs' | 'iceMs' | 'dtlsMs'): number =>
    percentile(
      joins.map((one) => one[point]),
      0.5,
    );
  const times = joins.map((one) => one.firstFrameMs);
  return {
    joinToFirstFrameMsP50: percentile(times, 0.5),
    joinToFirstFrameMsP95: percentile(times, 0.95),
    connectMsP50: half('connectMs'),
    joinedMsP50: half('joinedMs'),
    offeredMsP50: half('offeredMs'),
    answeredMsP50: half('answeredMs'),
    iceMsP50: half('iceMs'),
    dtlsMsP50: half('dtlsMs'),
  };
}

function bareOf(pairs: readonly PairTimes[]): PairTimes & Metrics {
  const half = (point: keyof PairTimes): number =>
    percentile(
      pairs.map((one) => one[point]),
      0.5,
    );
  return { barePairIceMs: half('barePairIceMs'), barePairDtlsMs: half('barePairDtlsMs') };
}

/** Reads the sums of the steps of joins from the metrics of the viewers' signaling node, inside the namespace. */
function stepSums(net: LabNet, stateDir: string): ReadonlyMap<string, number> {
  const config = JSON.parse(readFileSync(join(stateDir, 'sig-sgp/config.json'), 'utf8')) as Record<string, unknown>;
  const url = `http://${config['metricsHost']}:${config['metricsPort']}/metrics`;
  const script = `fetch('${url}').then(async (answer) => console.log(await answer.text()))`;
  const metrics = net.run('server', process.execPath, '-e', script);
  const found = metrics.matchAll(/_join_step_ms_(sum|count)\{[^}]*step="(\w+)"[^}]*\} (\S+)/g);
  return new Map([...found].map(([, part, step, value]) => [`${part} ${step}`, Number(value)]));
}

interface Sums {
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** Returns the mean time of each step of the joins between the sums. */
function stepsOf(sums: readonly Sums[]): Metrics {
  const grown = (name: string): number =>
    sums.reduce((sum, { before, after }) => sum + (after.get(name) ?? 0) - (before.get(name) ?? 0), 0);
  const steps = ['token', 'place', 'owner', 'media'];
  return Object.fromEntries(steps.map((step) => [`${step}MsMean`, grown(`sum ${step}`) / grown(`count ${step}`)]));
}

function besideOurs(theirs: readonly LivekitJoin[], oursMs: number): Metrics & { readonly timesOurs: number } {
  const quantileOf = (point: keyof LivekitJoin, share: number): number =>
    percentile(
      theirs.map((one) => one[point]),
      share,
    );
  return {
    joinToFirstFrameMsP50: quantileOf('firstFrameMs', 0.5),
    joinToFirstFrameMsP95: quantileOf('firstFrameMs', 0.95),
    askedMsP50: quantileOf('askedMs', 0.5),
    openMsP50: quantileOf('openMs', 0.5),
    signalMsP50: quantileOf('signalMs', 0.5),
    offeredMsP50: quantileOf('offeredMs', 0.5),
    answeredMsP50: quantileOf('answeredMs', 0.5),
    iceMsP50: quantileOf('iceMs', 0.5),
    dtlsMsP50: quantileOf('dtlsMs', 0.5),
    connectedMsP50: quantileOf('connectedMs', 0.5),
    timesOurs: quantileOf('firstFrameMs', 0.5) / oursMs,
  };
}

async function atRoundTrip(
  rttMs: number,
  { count, withLivekit }: { count: number; withLivekit: boolean },
  say: Say,
): Promise<{
  joins: OneJoin[];
  warm: OneJoin[];
  pairs: PairTimes[];
  coldStepsMs: Metrics;
  theirs: LivekitJoin[];
  straight: LivekitJoin[];
}> {
  const net = await LabNet.create({ rttMs });
  let cloud: TestCloud | undefined;
  const browsers: Browser[] = [];
  try {
    cloud = await TestCloud.start({
      prefix: net.prefix('server'),
      extraArgs: ['--public-address', serverIp, '--log-level', 'warn', '--metrics'],
    });
    net.forward(7800 + cloud.portOffset);
    const serverBrowser = await launchChromium([], net.prefix('server'));
    const clientBrowser = await launchChromium([], net.prefix('client'));
    browsers.push(serverBrowser, clientBrowser);
    const publisher = await joinCall(
      serverBrowser,
      cloud,
      { room: 'bench', name: 'Publisher', from: 'frankfurt', codec: 'vp8' },
      { width: 320, height: 180, frameRate: 30 },
    );
    await joinCall(serverBrowser, cloud, {
      room: 'bench',
      name: 'Bystander',
      from: 'singapore',
      camera: '0',
      mic: '0',
    });
    const joins: OneJoin[] = [];
    const warm: OneJoin[] = [];
    const pairs: PairTimes[] = [];
    const sums: Sums[] = [];
    const theirs: LivekitJoin[] = [];
    const straight: LivekitJoin[] = []; // an application may skip the request for `/rtc/v1`
    const url = `ws://${serverIp}:${singaporePort + cloud.portOffset}`;
    for (let index = 0; index <= count; index += 1) {
      const warmOne = await oneJoin(clientBrowser, cloud, { index, isWarm: true });
      if (index > 0) warm.push(warmOne);
      const before = stepSums(net, cloud.stateDir);
      const one = await oneJoin(clientBrowser, cloud, { index, isWarm: false });
      if (index > 0) {
        // The first join warms caches of the browser and the pull, and is not measured.
        joins.push(one);
        pairs.push(one.pair);
        sums.push({ before, after: stepSums(net, cloud.stateDir) });
      }
      say(
        `${rttMs} ms, join ${index}/${count}: first frame after ${one.firstFrameMs.toFixed(0)} ms ` +
          `(joined ${one.joinedMs.toFixed(0)}, offer ${one.offeredMs.toFixed(0)}, answer ${one.answeredMs.toFixed(0)}, ICE ${one.iceMs.toFixed(0)}, DTLS ${one.dtlsMs.toFixed(0)}), server ${one.serverJoinMs} ms, ` +
          `warm ${warmOne.firstFrameMs.toFixed(0)} (joined ${warmOne.joinedMs.toFixed(0)}, answer ${warmOne.answeredMs.toFixed(0)}, server ${warmOne.serverJoinMs}), bare pair ICE ${one.pair.barePairIceMs.toFixed(0)}, DTLS ${one.pair.barePairDtlsMs.toFixed(0)}`,
      );
      if (!withLivekit) continue;
      for (const singlePeerConnection of [true, false]) {
        const other = await oneLivekitJoin(clientBrowser, cloud, {
          url,
          index,
          singlePeerConnection,
          lobbyMs,
          hoverMs,
        });
        if (index > 0) (singlePeerConnection ? theirs : straight).push(other);
        const points = Object.entries(other).map(([point, ms]) => `${point} ${Number(ms).toFixed(0)}`);
        say(`${rttMs} ms, join ${index}/${count} of LiveKit's SDK: ${points.join(', ')}`);
      }
    }
    await untilMoreFrames(publisher, 0);
    return { joins, warm, pairs, coldStepsMs: stepsOf(sums), theirs, straight };
  } finally {
    for (const browser of browsers) await browser.close();
    await cloud?.stop();
    await net.close();
  }
}

async function oneJoin(
  browser: Browser,
  cloud: TestCloud,
  { index, isWarm }: { index: number; isWarm: boolean },
): Promise<OneJoin> {
  const viewer = await Participant.open(browser, cloud.pageUrl, {
    room: 'bench',
    name: `Viewer ${index}`,
    from: 'singapore',
    camera: '0',
    mic: '0',
  });
  if (!isWarm) await viewer.page.evaluate(saveData);
  const frames = watchFrames(viewer.page);
  await viewer.page.waitForSelector('[data-testid=join]:not([disabled])');
  await viewer.page.evaluate(watchMedia);
  await viewer.page.evaluate(watchFirstFrame);
  await delay(lobbyMs);
  await viewer.page.hover('[data-testid=join]');
  await delay(hoverMs);
  await viewer.page.mouse.down();
  await viewer.page.mouse.up();
  const seen = await viewer.page.evaluate(
    () => (window as unknown as { firstFrame: Promise<FirstFrameTimes> }).firstFrame,
  );
  const mediaAt = performance.now();
  const serverJoinMs = await viewer.room<number>('return room.placement.serverJoinMs;');
  const timings = await viewer.room<{ joinedMs: number }>('return room.joinTimings;');
  const roundTrips = frames.roundTrips(mediaAt);
  await viewer.room('await room.disconnect();');
  const pair = await connectPair(viewer.page);
  await viewer.close();
  return { ...seen, joinedMs: seen.connectMs + timings.joinedMs, serverJoinMs, roundTrips, pair };
}
