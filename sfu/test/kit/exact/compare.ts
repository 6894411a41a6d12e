// Compares what two workers make of the same packets, byte by byte.
import { setTimeout as delay } from 'node:timers/promises';
import { type Rng, seededRng } from '@meridian/runtime';
import { allSources } from './sources.ts';
import { type Action, type Taken, World } from './world.ts';

export interface Comparison {
  /** Packets that both workers have sent and that are equal. */
  readonly packets: number;
  readonly packetsIn: number;
  readonly packetsOf: Readonly<Record<string, number>>;
  readonly probes: readonly [number, number];
  /** Sender reports that were compared with the packets before them. */
  readonly reports: readonly [number, number];
  readonly differences: readonly string[];
}

/** Time between two changes of a consumer or source, in steps of 33 ms. */
const stepsPerChange = 3;
const differencesMax = 5;

type Counted = Awaited<ReturnType<World['statistics']>>;
const pausedMax = 4;
const waitMs = 20;
const waitsMax = 100;

/**
 * Feeds two workers the packets of a seed until both have sent `packets`, and returns how they differ. It ends early
 * after differences.
 * @param o.reference settings of the worker that is right
 */
export async function compareWorkers(o: {
  readonly packets: number;
  readonly seed: number;
  readonly reference: { readonly off: string; readonly workerBin?: string };
  readonly tested: { readonly off: string; readonly workerBin?: string };
  readonly onProgress?: (packets: number) => void;
}): Promise<Comparison> {
  const sources = allSources(o.seed);
  const random = seededRng(`changes ${o.seed}`);
  const reference = await World.open(sources, o.reference);
  const tested = await World.open(sources, o.tested).catch((error: unknown) => {
    reference.close();
    throw error;
  });
  const worlds = [reference, tested] as const;
  const packetsOf: Record<string, number> = {};
  const differences: string[] = [];
  let [packets, packetsIn] = [0, 0];
  const paused: Action[] = [];
  try {
    while (packets < o.packets && differences.length === 0) {
      const datagrams = Array.from({ length: stepsPerChange }, () => sources.flatMap((source) => source.next())).flat();
      packetsIn += datagrams.length;
      await Promise.all(worlds.map((world) => world.feed(datagrams)));
      const actions = nextActions(random, reference, sources.length, paused);
      const [questions, changes] = [actions.filter(isNack), actions.filter((action) => !isNack(action))];
      for (const action of questions) await Promise.all(worlds.map((world) => world.act(action)));
      // A pause empties the memory of packets, and comes by another socket, so it may overtake a NACK.
      if (changes.length > 0) await Promise.all(worlds.map((world) => world.settle()));
      for (const action of changes) await Promise.all(worlds.map((world) => world.act(action)));
      await Promise.all(worlds.map((world) => world.settle()));
      await sameCounts(worlds);
      const [expected, actual] = [reference.take(), tested.take()];
      differences.push(...differencesOf(expected, actual));
      for (const [label, list] of expected) {
        packetsOf[label] = (packetsOf[label] ?? 0) + list.length;
        packets += list.length;
      }
      o.onProgress?.(packets);
    }
    const counted = await Promise.all(worlds.map((world) => world.statistics()));
    differences.push(...countDifferencesOf(counted[0] ?? new Map(), counted[1] ?? new Map()));
    differences.push(...worlds.flatMap((world) => [...world.transportCcFaults(), ...world.reportFaults()]));
    const reports = [reference.reports, tested.reports] as const;
    const probes = [reference.probes, tested.probes] as const;
    return { packets, packetsIn, packetsOf, probes, reports, differences: differences.slice(0, differencesMax) };
  } finally {
    for (const world of worlds) world.close();
  }
}

/** Gives packets time that the system still has in a queue: on a busy machine it may deliver them after a marker. */
async function sameCounts([one, other]: readonly [World, World]): Promise<void> {
  for (let waits = 0; waits < waitsMax; waits += 1) {
    const [left, right] = [one.counts(), other.counts()];
    if (left.size === right.size && [...left].every(([label, count]) => right.get(label) === count)) return;
    await delay(waitMs);
  }
}

/** Returns the changes of one step: repairs always, pauses and layers at times. What is paused works again later. */
function nextActions(random: Rng, world: World, sources: number, paused: Action[]): Action[] {
  const consumers = world.consumerLayers;
  const actions: Action[] = [0, 1, 2].map(() => {
    const bits = random.int(0x10000);
    return { kind: 'nack', consumer: random.int(consumers.length), ago: random.int(20), bits };
  });
  const consumer = random.int(consumers.length);
  const layers = consumers[consumer] ?? { spatial: 0, temporal: 0 };
  if (layers.spatial > 0)
    actions.push({
      kind: 'layers',
      consumer,
      spatial: random.int(layers.spatial + 1),
      temporal: random.int(layers.temporal + 1),
    });
  if (random.int(4) === 0) {
    const isSource = random.int(4) === 0;
    const source = random.int(sources);
    const pause: Action = isSource ? { kind: 'pauseSource', source } : { kind: 'pause', consumer };
    paused.push(pause);
    actions.push(pause);
  }
  if (paused.length > pausedMax) {
    const first = paused.shift() as Action;
    if ('source' in first) actions.push({ kind: 'resumeSource', source: first.source });
    else actions.push({ kind: 'resume', consumer: first.consumer });
  }
  return actions;
}

const isNack = ({ kind }: Action): boolean => kind === 'nack';

function differencesOf(expected: Taken, actual: Taken): string[] {
  const labels = new Set([...expected.keys(), ...actual.keys()]);
  return [...labels].flatMap((label) => {
    const [left, right] = [expected.get(label) ?? [], actual.get(label) ?? []];
    const at = left.findIndex((packet, index) => right[index]?.equals(packet) !== true);
    if (at === -1 && left.length === right.length) return [];
    const place = at === -1 ? left.length : at;
    const [one, other] = [left[place], right[place]];
    return [`${label}: packet ${place} of ${left.length} and ${right.length}: ${shown(one)} and ${shown(other)}`];
  });
}

function countDifferencesOf(expected: Counted, actual: Counted): string[] {
  return [...expected].flatMap(([label, counts]) => {
    const [left, right] = [JSON.stringify(counts), JSON.stringify(actual.get(label))];
    return left === right ? [] : [`${label}: counted ${left} and ${right}`];
  });
}

function shown(packet: Buffer | undefined): string {
  if (packet === undefined) return 'none';
  const [seq, timestamp] = [packet.readUInt16BE(2), packet.readUInt32BE(4)];
  return `seq ${seq} timestamp ${timestamp} of ${packet.length} bytes ${packet.subarray(0, 64).toString('hex')}`;
}
