// Runs the trials: every round measures each server with each trace, on the same processors, one after the other.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { registerResource } from '../../test/support/resources.ts';
import { buildProgram, LightClients, type Suite, type Trace } from '../capacity/clients.ts';
import { busyMsOf } from '../capacity/processor.ts';
import type { Row } from './figures.ts';
import type { ForwardNet } from './namespaces.ts';
import type { ForwardServer, StartServer } from './server.ts';
import { cameraTrace, type Split, type TraceName } from './trace.ts';

/** Time in which a key frame reaches every subscriber, and estimates of bandwidth settle. */
const settleMs = 4000;
/** Subscribers that connect at once. */
const connectAtOnce = 10;

/** Numbers of publishers and subscribers. `hears` tells whether a subscriber receives a publisher's streams. */
export interface Shape {
  readonly name: string;
  readonly publishers: number;
  readonly subscribers: number;
  readonly video: boolean;
  hears(subscriber: number, publisher: number): boolean;
}

const relayedPerSubscriber = 10;
/** Publishers of a relay suffice for the cost of a packet to exceed that of the sessions. */
const relayShape: Shape = {
  name: 'relay',
  publishers: 40,
  subscribers: 4,
  video: true,
  hears: (subscriber, publisher) => Math.floor(publisher / relayedPerSubscriber) === subscriber,
};

/**
 * Returns the shape by its name: `1x120`, `8x8` (a meeting, in which each hears the others), `10x100` (speakers without
 * cameras), and `relay`, in which each stream has one subscriber at another node, so that the packets that arrive are
 * those between the nodes, and the time of both nodes counts.
 */
export function shapeOf(name: string): Shape {
  if (name === relayShape.name) return relayShape;
  const [, publishers, subscribers] = (/^(\d{1,2})x(\d{1,3})$/.exec(name) ?? []).map(Number);
  if (!publishers || !subscribers || publishers > 10)
    throw new Error('A shape is relay, or PUBLISHERSxSUBSCRIBERS, such as 1x120, with at most 10 publishers.');
  const isMeeting = publishers > 1 && publishers === subscribers;
  const hears = (subscriber: number, publisher: number): boolean => !isMeeting || publisher !== subscriber;
  return { name, publishers, subscribers, video: publishers === 1 || isMeeting, hears };
}

export interface Trial {
  readonly round: number;
  readonly server: string;
  readonly start: StartServer;
  readonly trace: TraceName;
}

export interface Conditions {
  readonly net: ForwardNet;
  readonly clientCpu: number;
  readonly shape: Shape;
  readonly split: Split;
  readonly suite: Suite | undefined;
  readonly windowMs: number;
  /** Called at the beginning of the measured window, for its length. */
  readonly during?: (pids: readonly number[], trial: Trial) => Promise<void>;
}

/** Measures one server with one trace. It starts the server and the clients, and ends them also when it fails. */
export async function runTrial(trial: Trial, o: Conditions): Promise<{ row: Row; title: string }> {
  const { net, shape } = o;
  const calibration = await calibrate(net.place.cpu);
  const server = await trial.start(net.place);
  const forgetServer = registerResource(`server ${trial.server}`, () => server.close());
  let clients: LightClients | undefined;
  let forgetClients = (): void => undefined;
  try {
    const started = await LightClients.start({
      cpu: o.clientCpu,
      namespace: net.clients.namespace,
      isPrecise: true,
      ...(o.suite === undefined ? {} : { suites: [o.suite] }),
    });
    clients = started;
    forgetClients = registerResource('the light clients', () => started.close());
    const idleRssKb = rssKbOf(server.pids());
    await open(server, started, { shape, trace: cameraTrace(trial.trace, o.split) });
    await delay(settleMs);
    const own = server.pids();
    const pids = [...own, ...(server.farPids?.() ?? [])];
    const from = useOf(pids, net.place.cpu);
    const [window] = await Promise.all([started.measure(o.windowMs), o.during?.(pids, trial)]);
    const to = useOf(pids, net.place.cpu);
    if (window.undecryptable > 0) throw new Error(`${window.undecryptable} packets of ${trial.server} do not decrypt.`);
    const sessions = shape.publishers + shape.subscribers;
    const elapsedUs = 1000 * (to.atMs - from.atMs);
    const windowPackets = window.receivedPackets;
    // Readings lie a moment outside of the window, so that shares of a processor are compared, not times.
    const usByProcess = to.ns.map(
      (ns, at) => ((ns - (from.ns[at] ?? 0)) / 1000 / elapsedUs) * ((1e6 * window.seconds) / windowPackets),
    );
    const cpuUsPerPacket = usByProcess.reduce((sum, us) => sum + us, 0);
    const lost = Math.max(0, window.expectedPackets - windowPackets - window.ownDrops);
    const ownMs = own.reduce((sum, _, at) => sum + ((to.ns[at] ?? 0) - (from.ns[at] ?? 0)) / 1e6, 0);
    const row: Row = {
      round: trial.round,
      server: trial.server,
      trace: trial.trace,
      cpuUsPerPacket,
      cpuUsByProcess: usByProcess,
      processes: pids.map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()),
      cores: (cpuUsPerPacket * windowPackets) / (1e6 * window.seconds),
      packetsPerSecond: windowPackets / window.seconds,
      mbps: (8 * window.receivedBytes) / window.seconds / 1e6,
      lossShare: window.expectedPackets > 0 ? lost / window.expectedPackets : 1,
      silentStreams: window.silentStreams,
      rssKbPerSession: (rssKbOf(pids) - idleRssKb) / sessions,
      delayMsP50: window.delayMsP50,
      delayMsP99: window.delayMsP99,
      delayMsP999: window.delayMsP999,
      sendLateMsP99: window.sendLateMsP99,
      ownDrops: window.ownDrops,
      othersShare: Math.max(0, (to.busyMs - from.busyMs - ownMs) / (to.atMs - from.atMs)),
      clientCores: window.cpuMs / 1000 / window.seconds,
      ...calibration,
    };
    return { row, title: server.title };
  } finally {
    await clients?.close();
    forgetClients();
    await server.close();
    forgetServer();
  }
}

async function open(server: ForwardServer, clients: LightClients, o: { shape: Shape; trace: Trace }): Promise<void> {
  const { shape, trace } = o;
  const room = 'room';
  const publishers: string[] = [];
  for (let at = 0; at < shape.publishers; at += 1)
    publishers.push(await server.publish(clients, { room, video: shape.video, trace }));
  for (let at = 0; at < shape.subscribers; at += connectAtOnce) {
    const some = Array.from({ length: Math.min(connectAtOnce, shape.subscribers - at) }, (_, index) => at + index);
    const heard = (index: number): string[] => publishers.filter((_, publisher) => shape.hears(index, publisher));
    await Promise.all(some.map((index) => server.subscribe(clients, { room, publishers: heard(index) })));
  }
}

interface Use {
  readonly atMs: number;
  /** Time on a processor of all threads, by process. */
  readonly ns: readonly number[];
  /** Time of the server's processor that was not idle. */
  readonly busyMs: number;
}

/** Reads the processor time of processes. A thread that has ended no longer counts. */
function useOf(pids: readonly number[], cpu: number): Use {
  const ns = pids.map((pid) =>
    readdirSync(`/proc/${pid}/task`).reduce(
      (sum, thread) => sum + threadNs(`/proc/${pid}/task/${thread}/schedstat`),
      0,
    ),
  );
  return { atMs: performance.now(), ns, busyMs: busyMsOf(readFileSync('/proc/stat', 'utf8'), cpu) };
}

function threadNs(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

function rssKbOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }, 0);
}

let calibrator: Promise<string> | undefined;

/** Measures the speed of a processor now. */
async function calibrate(cpu: number): Promise<{ stepNs: number; datagramUs: number }> {
  calibrator ??= buildCalibrator();
  const { stdout } = await promisify(execFile)('taskset', ['-c', String(cpu), await calibrator]);
  return JSON.parse(stdout) as { stepNs: number; datagramUs: number };
}

function buildCalibrator(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-calibrate-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return buildProgram(dir, 'calibrate', ['calibrate.c']);
}
