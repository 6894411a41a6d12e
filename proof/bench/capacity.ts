// Measures how many consumers one media node carries, and compares the result with the node's own claim. A real node
// (agent and worker, as deployed) has one processor to itself; light clients on the last processor open real rooms over
// ICE, DTLS and SRTP, room by room, until packets are late or lost.
//
// The measured cost includes all that the node does, and the receiving half of the loopback interface, which the kernel
// charges to the sender. It does not include network cards, distance, loss and its repair, relays to other nodes, and
// people who come and go.
import { constants, cpus } from 'node:os';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { countOption, type LabCase, type LabResult, type Say } from '../support/case.ts';
import { LightClients } from './capacity/clients.ts';
import { BenchNode, type Claim } from './capacity/media-node.ts';
import { pin, processorUse, raisePriority, useBetween } from './capacity/processor.ts';
import { BenchRooms, consumersPerRoom, sessionsPerRoom } from './capacity/rooms.ts';
import { breakCause, claimError, delayMsP99Max, lossShareMax, type Measured, nextMove } from './capacity/search.ts';

const claimErrorMax = 0.25;
const nodeCpu = 0;
/** Time in which layers climb and bandwidth estimates settle. */
const settleMs = 3000;
const attachAllFrom = 0.6; // share of the claim
const roomsMaxDefault = 60;
/** Time after which the search ends with the results so far, so that the command ends within five minutes. */
const searchLimitMs = 250_000;
/** Share of other processes in the node's processor above which a window counts as disturbed. */
const othersShareMax = 0.1;
const sendLateMsP99Max = 15;
const ownDropShareMax = 0.001;

interface Window extends Measured {
  readonly workerCores: number;
  readonly delayMsP50: number;
  readonly packetsPerSecond: number;
  readonly videoPacketsPerConsumer: number;
  readonly txBps: number;
  readonly othersShare: number;
  readonly clientCores: number;
  readonly reportedCpu: number;
  readonly claim: Claim;
}

export const capacityBench: LabCase = {
  name: 'capacity',
  summary:
    'loads one real media node until p99 delay or loss breaks, and compares with the capacity it claims (Linux, 2 cores, gcc)',
  configure: (command) =>
    void command
      .option('--window <s>', 'duration of a measurement in seconds', countOption, 5)
      .option(
        '--video-kbps <n>',
        'of the top layer of a camera; other than the default: the node must learn its capacity',
        countOption,
        1200,
      )
      .option('--rooms <n>', `most rooms, of ${sessionsPerRoom} people each`, countOption, roomsMaxDefault),
  run: async (options, say) => {
    const clientCpu = cpus().length - 1;
    if (clientCpu === nodeCpu) throw new Error('the benchmark needs two processors, since the node has one to itself');
    pin(process.pid, clientCpu);
    if (!raisePriority()) say('no right to raise the priority: other processes may distort the measurement');
    const clients = await LightClients.start({ cpu: clientCpu });
    let node: BenchNode | undefined;
    const interrupted = (signal: NodeJS.Signals): void => {
      say(`${signal}: ending the node and the clients`);
      Promise.allSettled([clients.close(), node?.close()]).finally(() => process.exit(128 + constants.signals[signal]));
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    try {
      node = await BenchNode.start({ cpu: nodeCpu, cpuCores: 1 });
      const videoKbps = Number(options['videoKbps']);
      const rooms = new BenchRooms({ node, clients, videoKbps });
      const o = { windowMs: Number(options['window']) * 1000, roomsMax: Number(options['rooms']) };
      return await search({ node, clients, rooms, say, videoKbps, ...o });
    } finally {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await clients.close();
      await node?.close();
    }
  },
};

interface SearchContext {
  readonly node: BenchNode;
  readonly clients: LightClients;
  readonly rooms: BenchRooms;
  readonly say: Say;
  readonly windowMs: number;
  readonly roomsMax: number;
  readonly videoKbps: number;
}

async function search(context: SearchContext): Promise<LabResult> {
  const { node, rooms, say, roomsMax, windowMs, videoKbps } = context;
  const first = node.claim;
  const endMs = performance.now() + searchLimitMs;
  const windows: Window[] = [];
  say(
    `the node claims ${first.consumers} consumers in ${first.sessions} sessions; each room has ${consumersPerRoom} in ${sessionsPerRoom}`,
  );
  for (;;) {
    const next = nextMove(windows, { roomsMax });
    if (next.move === 'done' || performance.now() > endMs) {
      const held = next.move === 'done' ? next.held : windows.findLast((window) => breakCause(window) === undefined);
      const outcome = {
        held: windowOf(windows, held),
        broke: windowOf(windows, next.move === 'done' ? next.broke : undefined),
      };
      return resultOf({ ...outcome, first, windowMs, videoKbps, cause: next.move === 'done' ? next.cause : undefined });
    }
    if (next.move === 'load') {
      // The node refuses sessions beyond 125 % of its own claim, so rooms that may be needed are attached well before.
      if (next.rooms * consumersPerRoom > attachAllFrom * node.claim.consumers) await rooms.attachUpTo(roomsMax);
      await rooms.fillUpTo(next.rooms);
      await delay(settleMs);
    }
    const window = await measure(context);
    windows.push(window);
    say(lineOf(window));
  }
}

async function measure({ node, clients, rooms, windowMs }: SearchContext): Promise<Window> {
  const pids = node.pids();
  const from = processorUse(pids, nodeCpu);
  const measuredWindow = await clients.measure(windowMs);
  const { cores, othersShare } = useBetween(from, processorUse(pids, nodeCpu));
  const lost = Math.max(0, measuredWindow.expectedPackets - measuredWindow.receivedPackets - measuredWindow.ownDrops);
  const consumers = rooms.count * consumersPerRoom;
  return {
    rooms: rooms.count,
    consumers,
    delayMsP50: measuredWindow.delayMsP50,
    delayMsP99: measuredWindow.receivedPackets > 0 ? measuredWindow.delayMsP99 : Number.NaN,
    lossShare: measuredWindow.expectedPackets > 0 ? lost / measuredWindow.expectedPackets : 0,
    silentShare: measuredWindow.streams > 0 ? measuredWindow.silentStreams / measuredWindow.streams : 1,
    cpuCores: cores.reduce((sum, share) => sum + share, 0),
    workerCores: cores.slice(1).reduce((sum, share) => sum + share, 0),
    othersShare,
    clientCores: measuredWindow.cpuMs / 1000 / measuredWindow.seconds,
    reportedCpu: node.report?.cpu ?? 0,
    disturbed:
      othersShare > othersShareMax ||
      measuredWindow.sendLateMsP99 > sendLateMsP99Max ||
      measuredWindow.ownDrops > ownDropShareMax * measuredWindow.expectedPackets,
    packetsPerSecond: measuredWindow.receivedPackets / measuredWindow.seconds,
    videoPacketsPerConsumer: measuredWindow.videoPackets / measuredWindow.seconds / (consumers / 2),
    txBps: (8 * measuredWindow.receivedBytes) / measuredWindow.seconds,
    claim: node.claim,
  };
}

function lineOf(window: Window): string {
  const cause = breakCause(window);
  return (
    `${window.consumers} consumers: p50 ${window.delayMsP50.toFixed(1)} ms, p99 ${window.delayMsP99.toFixed(1)} ms, ` +
    `loss ${(100 * window.lossShare).toFixed(2)} %, silent ${(100 * window.silentShare).toFixed(1)} %, ` +
    `${(window.packetsPerSecond / 1000).toFixed(1)} kpackets/s, ${window.videoPacketsPerConsumer.toFixed(0)} video packets/s each, ` +
    `worker ${(100 * window.workerCores).toFixed(0)} % of a core, agent ${(100 * (window.cpuCores - window.workerCores)).toFixed(0)} %, ` +
    `others ${(100 * window.othersShare).toFixed(0)} %, claims ${window.claim.consumers}` +
    `${cause === undefined ? '' : `: broken by ${cause}`}${window.disturbed ? ' (disturbed)' : ''}`
  );
}

const windowOf = (windows: readonly Window[], one: Measured | undefined): Window | undefined =>
  windows.find((window) => window === one);

function resultOf(o: {
  held: Window | undefined;
  broke: Window | undefined;
  cause: string | undefined;
  first: Claim;
  windowMs: number;
  videoKbps: number;
}): LabResult {
  const { held, broke, first } = o;
  if (held === undefined)
    throw new Error('the node did not carry even the smallest load: the machine is too busy, or the node is broken');
  const claimed = (broke ?? held).claim;
  const errorFirst = claimError(first.consumers, held.consumers);
  const error = claimError(claimed.consumers, held.consumers);
  const missed: string[] = [];
  if (broke === undefined) missed.push(`nothing broke up to ${held.consumers} consumers: the capacity is not known`);
  if (broke?.disturbed === true)
    missed.push(
      'seen in a disturbed window (others on the processor, or the clients short of theirs): run it again on a quiet machine',
    );
  return {
    params: {
      nodeCores: 1,
      windowSeconds: o.windowMs / 1000,
      videoKbps: o.videoKbps,
      delayMsP99Max,
      lossShareMax,
      sessionsPerRoom,
      consumersPerRoom,
    },
    metrics: {
      carriedConsumers: held.consumers,
      carriedSessions: held.rooms * sessionsPerRoom,
      claimedConsumers: claimed.consumers,
      claimErrorPercent: 100 * error,
      claimedConsumersAtStart: first.consumers,
      claimErrorAtStartPercent: 100 * errorFirst,
      brokenBy: o.cause ?? 'nothing',
      held: figuresOf(held),
      ...(broke === undefined ? {} : { broke: figuresOf(broke) }),
    },
    aims: [
      {
        figure: 'share by which the claim is off',
        value: broke === undefined ? Number.NaN : Math.abs(error),
        aim: claimErrorMax,
        should: 'most',
        peer: `carried ${held.consumers} consumers, claimed ${claimed.consumers}`,
        limit: '0',
      },
    ],
    missed,
  };
}

function figuresOf(window: Window): Record<string, number> {
  return {
    consumers: window.consumers,
    delayMsP50: window.delayMsP50,
    delayMsP99: window.delayMsP99,
    lossPercent: 100 * window.lossShare,
    workerCpuPercent: 100 * window.workerCores,
    nodeCpuPercent: 100 * window.cpuCores,
    packetsPerSecond: Math.round(window.packetsPerSecond),
    videoPacketsPerConsumer: window.videoPacketsPerConsumer,
    txMbps: window.txBps / 1e6,
    cpuUsPerPacket: (1e6 * window.cpuCores) / window.packetsPerSecond,
    reportedCpuPercent: 100 * window.reportedCpu,
    clientsCpuPercent: 100 * window.clientCores,
    othersCpuPercent: 100 * window.othersShare,
  };
}
