// The whole console under the fed world: what intake and views cost, how the map moves, what grows, whether a client
// that does not read is cut, how soon faults are seen.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { treeCpuMs } from '../../bench/capacity/processor.ts';
import type { LabResult, Say } from '../../support/case.ts';
import type { Metrics } from '../../support/result.ts';
import { AlarmMessages } from './alarm-messages.ts';
import { faultsFound, type Plant } from './faults.ts';
import { feedAll } from './fed.ts';
import type { FeedProcess } from './feed-process.ts';
import { atMinute, growthOf, missedOf, type Sample, type Smoothness } from './judge.ts';
import { ConsolePage } from './page.ts';
import type { Stage } from './stage.ts';
import { UnreadStream, WorldStream } from './stream.ts';

const IDLE_MS = 10_000;
/** Three periods of records. */
const INTAKE_MS = 30_000;
const SMOOTH_SECONDS = 20;
const SAMPLE_EVERY_MS = 20_000;
/** The kernel takes megabytes first: at 20 kB/s it needs minutes. A token ends after five. */
const CUT_WITHIN_MS = 280_000;
/** A person of the first records is in the api's views by then. */
const KNOWN_WITHIN_MS = 120_000;
/** Longer than any rule waits that a healthy world could break, 60 s. */
const QUIET_MS = 75_000;

export interface Measuring {
  readonly stage: Stage;
  readonly feed: FeedProcess;
  readonly users: number;
  readonly nodes: number;
  readonly seed: string;
  readonly minutes: number;
  readonly plant: readonly Plant[];
  readonly screenshots?: string;
}

/** `onlyFaults`: without what services take, and how smooth the map is. */
export async function measured(
  o: Measuring & { readonly onlyFaults: boolean },
  say: Say,
): Promise<Pick<LabResult, 'metrics' | 'missed'>> {
  // From before the first node on: what comes up is no fault.
  const messages = await AlarmMessages.start(o.stage);
  try {
    return await (o.onlyFaults ? faultsAlone(o, messages, say) : allMeasured(o, messages, say));
  } finally {
    messages.close();
  }
}

async function faultsAlone(o: Measuring, messages: AlarmMessages, say: Say): ReturnType<typeof measured> {
  const fed = await feedAll(o, say);
  const stream = await WorldStream.open(o.stage.apiUrl, () => o.stage.operatorToken());
  let page: ConsolePage | undefined;
  try {
    await stream.secondsUntil(({ sessions }) => sessions >= 0.95 * Number(fed['sessions']), KNOWN_WITHIN_MS);
    await delay(QUIET_MS);
    page = await ConsolePage.open(o.stage.pageUrl, await o.stage.operatorLink());
    const faults = await faultsFound(o.plant, { stage: o.stage, feed: o.feed, stream, page, messages }, say);
    const { moved, rejoined, refused } = await o.feed.counts();
    const found = { ...faults.seconds, alarms: faults.alarms, pageErrors: page.errors };
    const metrics = { ...fed, moved, rejoined, refused, ...found };
    return { metrics, missed: faults.missed };
  } finally {
    await page?.close();
    stream.close();
  }
}

async function allMeasured(o: Measuring, messages: AlarmMessages, say: Say): ReturnType<typeof measured> {
  const { stage, feed } = o;
  const token = () => stage.operatorToken();
  let idleShare = Number.NaN;
  const fed = await feedAll(o, say, async () => {
    idleShare = await cpuShareOver(stage.apiPid, IDLE_MS);
  });
  const thousands = Number(fed['sessions']) / 1000;
  const before = await feed.counts();
  const intakeShare = await cpuShareOver(stage.apiPid, INTAKE_MS);
  const after = await feed.counts();
  const intakeCpuShare = (intakeShare - idleShare) / thousands;
  const sendCpuUsPerRecord = (after.sendCpuUs - before.sendCpuUs) / Math.max(1, after.records - before.records);
  say(
    `the api takes ${(100 * intakeShare).toFixed(1)} % of a core, ${(100 * idleShare).toFixed(1)} % without sessions`,
  );
  const stream = await WorldStream.open(stage.apiUrl, token);
  let page: ConsolePage | undefined;
  try {
    await stream.secondsUntil(({ sessions }) => sessions >= 0.95 * Number(fed['sessions']), KNOWN_WITHIN_MS);
    const [bytesBefore, beganMs] = [stream.bytes, performance.now()];
    const readShare = await cpuShareOver(stage.apiPid, INTAKE_MS);
    const streamBytesPerS = ((stream.bytes - bytesBefore) * 1000) / (performance.now() - beganMs);
    page = await ConsolePage.open(stage.pageUrl, await stage.operatorLink());
    const [found, unread] = await Promise.all([figuresOf(page, o, say), unreadOf(stage, await token(), say)]);
    const faults = await faultsFound(o.plant, { stage, feed, stream, page, messages }, say);
    const { world } = stream;
    const counts = await feed.counts();
    const { rssGrowth, heapGrowth, smoothness, ...shown } = found;
    const metrics: Metrics = {
      ...fed,
      sessionsOnMap: world.sessions,
      sitesOnMap: world.sites.size,
      linksOnMap: world.links.size,
      placesOnMap: world.places,
      apiIdleCpuShare: idleShare,
      apiIntakeCpuShare: intakeShare,
      intakeCpuSharePer1000: intakeCpuShare,
      viewsCpuShare: readShare - intakeShare,
      signalingSendCpuUsPerRecord: sendCpuUsPerRecord,
      signalingSendCpuSharePer1000: (sendCpuUsPerRecord * 1000) / 10 / 1e6,
      streamBytesPerS,
      streamGaps: world.gaps,
      ...smoothness,
      ...shown,
      heapGrowth,
      rssGrowth,
      ...unread,
      ...faults.seconds,
      alarms: faults.alarms,
      batchAnsweredMsMax: counts.answeredMsMax,
      failedBatches: counts.failedBatches,
      moved: counts.moved,
      rejoined: counts.rejoined,
    };
    const missed = missedOf({ ...found, ...unread, intakeCpuShare, secondsToSee: faults.seconds });
    missed.push(...faults.missed);
    if (world.gaps > 0) missed.push(`the stream left out ${world.gaps} changes`);
    return { metrics, missed };
  } finally {
    await page?.close();
    stream.close();
  }
}

interface PageFigures {
  readonly smoothness: Smoothness;
  readonly heapGrowth: number;
  readonly rssGrowth: number;
  readonly heapMb: Metrics;
  readonly apiRssMb: Metrics;
  readonly pageErrors: readonly string[];
}

async function figuresOf(page: ConsolePage, o: Measuring, say: Say): Promise<PageFigures> {
  const { stage, minutes, screenshots } = o;
  const [heap, rss]: [Sample[], Sample[]] = [[], []];
  const beganMs = performance.now();
  const sample = async (): Promise<void> => {
    heap.push({ atMs: performance.now() - beganMs, bytes: await page.heapBytes() });
    rss.push({ atMs: performance.now() - beganMs, bytes: rssBytes(stage.apiPid) });
  };
  await sample();
  const smoothness = await page.smoothness(SMOOTH_SECONDS);
  say(
    `the map: ${smoothness.framesPerSecondP5.toFixed(1)} frames/s p5, ${smoothness.longestGapMs.toFixed(0)} ms at worst`,
  );
  while (performance.now() - beganMs < minutes * 60_000) {
    await delay(SAMPLE_EVERY_MS);
    await sample();
  }
  const marks = [2, 5, 10].filter((minute) => minute <= minutes);
  const megabytes = (samples: readonly Sample[]): Metrics =>
    Object.fromEntries(marks.map((minute) => [`minute${minute}`, atMinute(samples, minute) / 1e6]));
  if (screenshots !== undefined) await page.pictures(screenshots, await pagesOf(stage), say);
  return {
    smoothness,
    heapGrowth: growthOf(heap),
    rssGrowth: growthOf(rss),
    heapMb: megabytes(heap),
    apiRssMb: megabytes(rss),
    pageErrors: page.errors,
  };
}

/** The addresses of all pages, of whatever is there now. */
async function pagesOf(stage: Stage): Promise<Record<string, string>> {
  const first = (answer: Record<string, unknown>, name: string): Record<string, string> =>
    (answer[name] as Record<string, string>[])[0] ?? {};
  const { tenant = '', room = '' } = first(await stage.ask('GET', '/console/rooms?limit=1'), 'data');
  const people = await stage.ask('GET', `/console/rooms/${tenant}/${room}/people`);
  const { sessionId = '', nodeId = '' } = first(people, 'people');
  return {
    map: '/console',
    fleet: '/console/fleet',
    rooms: '/console/rooms',
    room: `/console/rooms/${tenant}/${room}`,
    session: `/console/sessions/${sessionId}`,
    node: `/console/nodes/${nodeId}`,
  };
}

/** Its token outlives it: it is to be cut for what it does not read. */
async function unreadOf(
  { apiUrl }: Stage,
  token: string,
  say: Say,
): Promise<{ unreadCutSeconds: number; unreadHeldBytes: number; unreadSeconds: number }> {
  const unread = await UnreadStream.open(apiUrl, token);
  try {
    const { cutSeconds, heldBytes, seconds } = await unread.untilCut(CUT_WITHIN_MS);
    say(
      `a client that does not read is cut ${cutSeconds.toFixed(1)} s after the kernel took no more (${heldBytes} bytes, ${seconds.toFixed(0)} s)`,
    );
    return { unreadCutSeconds: cutSeconds, unreadHeldBytes: heldBytes, unreadSeconds: seconds };
  } finally {
    unread.close();
  }
}

async function cpuShareOver(pid: number, forMs: number): Promise<number> {
  const [beforeMs, beganMs] = [treeCpuMs(pid), performance.now()];
  await delay(forMs);
  return (treeCpuMs(pid) - beforeMs) / (performance.now() - beganMs);
}

const rssBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
