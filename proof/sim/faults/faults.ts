// Faults, each of which begins, lasts and heals. A fault depends on its own numbers alone, so that it stays the same
// when other faults are left out.
import type { Rng } from '@meridian/runtime';
import type { MediaNode } from './media-node.ts';
import type { Cut } from './net.ts';
import type { World } from './world.ts';

export interface Fault {
  readonly kind: FaultKind;
  /** Begin of the fault, by the world's clock. */
  readonly atMs: number;
  /** Duration of the fault. */
  readonly forMs: number;
  /** Number (0 <= pick < 1) that chooses among the possible targets. */
  readonly pick: number;
  /** Severity: 0 <= size < 1. */
  readonly size: number;
}

/**
 * Begins a fault and returns the function that ends it. A fault must report each media node that it disturbs by
 * `world.harmed(node)`, at its beginning and end; otherwise the rules blame the centre for the effects. The methods
 * `start`, `crash`, `pause`, `resume`, `cut`, `heal` and `deny` of the world do so themselves.
 */
type Apply = (world: World, fault: Fault) => () => void;

const faultActions = {
  /** Kills a media process with SIGKILL; a new process starts later. */
  'node-crash': (world, fault) => {
    const { spec } = nodeOf(world, fault);
    world.crash(spec.nodeId, true);
    return () => world.start(spec);
  },
  'machine-crash': (world, fault) => {
    const { spec } = nodeOf(world, fault);
    world.crash(spec.nodeId, false);
    return () => world.start(spec);
  },
  'signaling-crash': (world, fault) => {
    const { spec } = signalingNodeOf(world, fault);
    world.crash(spec.nodeId, fault.size < 0.7);
    return () => world.start(spec);
  },
  /** Stops a process repeatedly, longer each time; a large fault kills it in the end. */
  'slow-death': (world, fault) => {
    const { spec, process } = nodeOf(world, fault);
    const stops = 4;
    for (let stop = 0; stop < stops; stop += 1) {
      const atMs = (fault.forMs * stop) / stops;
      world.clock.after(atMs, () => world.pause(process));
      world.clock.after(atMs + (fault.forMs * (stop + 1)) / (stops * (stops + 1)), () => world.resume(process));
    }
    return () => {
      world.resume(process);
      if (fault.size < 0.5 || world.nodes.get(spec.nodeId)?.process !== process) return;
      world.crash(spec.nodeId, true);
      world.start(spec);
    };
  },
  /**
   * Makes a node report false values: more or fewer sessions, half of its rooms, epochs that the centre never granted.
   */
  lie: (world, fault) => {
    const node = nodeOf(world, fault);
    node.lie = {
      loadFactor: fault.size < 0.3 ? 0 : fault.size < 0.6 ? 5 : 1,
      epochUp: fault.size > 0.8 ? 1000 : 0,
      hidesRooms: fault.size > 0.4,
    };
    world.harmed(node);
    return () => {
      node.lie = undefined;
      world.harmed(node);
    };
  },
  'late-reports': (world, fault) => reportTrouble(world, fault, 1000 + 3000 * fault.size),
  'lost-reports': (world, fault) => reportTrouble(world, fault, 'lost'),
  'node-cut': (world, fault) => {
    const node = nodeOf(world, fault);
    return cut(world, { from: new Set([node.process.machineId]), to: undefined, direction: 'both' });
  },
  /** Separates a node and the centre; all others reach both. */
  'node-centre-cut': (world, fault) => {
    const node = nodeOf(world, fault);
    const direction = fault.size < 0.4 ? 'both' : fault.size < 0.7 ? 'out' : 'in';
    return cut(world, { from: new Set([node.process.machineId]), to: new Set(['centre']), direction });
  },
  'region-cut': (world, fault) => {
    const region = world.regions[Math.floor(fault.pick * world.regions.length)] ?? '';
    return cut(world, { from: world.machinesOf(region), to: undefined, direction: 'both' });
  },
  /** Cuts off one machine after another, then heals them in another order (FoundationDB's "swizzle-clogging"). */
  swizzle: (world, fault) => {
    const machines = world.machines();
    const first = Math.floor(fault.pick * machines.length);
    const count = 2 + Math.floor(fault.size * (machines.length / 2));
    const heals: (() => void)[] = [];
    for (let index = 0; index < count; index += 1) {
      const machine = machines[(first + 3 * index) % machines.length] ?? '';
      world.clock.after((fault.forMs * index) / (3 * count), () => {
        const one = { from: new Set([machine]), to: undefined, direction: 'both' } as const;
        heals.splice(Math.floor(fault.size * heals.length), 0, cut(world, one));
      });
    }
    const step = (): void => {
      heals.shift()?.();
      if (heals.length > 0) world.clock.after(fault.forMs / (3 * count), step);
    };
    world.clock.after((fault.forMs * 2) / 3, step);
    return () => {
      for (const heal of heals.splice(0)) heal();
    };
  },
  'link-reset': (world, fault) => {
    const node = nodeOf(world, fault);
    world.harmed(node);
    for (const link of world.net.linksOf(node.spec.nodeId)) world.net.reset(link);
    return () => world.harmed(node);
  },
  /** Fails Redis over to a copy without the last writes; in 70 % of cases the same cause kills the centre. */
  'redis-loss': (world, fault) => {
    const lost = world.store.loseLastWrites(200 + 4800 * fault.size);
    world.note(() => `redis lost ${lost} writes`);
    if (fault.pick < 0.7) world.killCentre();
    return () => world.startCentre();
  },
  /** Empties the store completely, and kills the only centre. */
  'redis-emptied': (world) => {
    const lost = world.store.empty();
    world.note(() => `redis lost all of its ${lost} entries`);
    world.killCentre();
    return () => world.startCentre();
  },
  'redis-down': (world) => storeTrouble(world, 'down'),
  'redis-slow': (world, fault) => storeTrouble(world, { lateMs: 20 + 1500 * fault.size }),
  skew: (world, fault) => {
    const all = world.processes();
    const process = all[Math.floor(fault.pick * all.length)];
    if (process === undefined) return () => undefined;
    const byMs = (fault.size - 0.5) * 1_200_000;
    process.skewMs += byMs;
    return () => {
      process.skewMs -= byMs;
    };
  },
  /** Lets many people join within one second: 10,000 in a large world. */
  surge: (world) => {
    world.surge();
    return () => undefined;
  },
  'centre-gone': (world) => {
    world.killCentre();
    return () => world.startCentre();
  },
  'centre-stall': (world) => {
    const process = world.centreProcess;
    if (process === undefined) return () => undefined;
    world.pause(process);
    return () => world.resume(process);
  },
  drain: (world, fault) => {
    const { spec } = nodeOf(world, fault);
    world.drain(spec.nodeId, true);
    return () => world.drain(spec.nodeId, false);
  },
  /**
   * Makes a signaling node claim rooms under the epoch of their owner, as one that is confused or has a stolen
   * certificate. It claims rooms only at media nodes that hold them: a node that does not know the room and does not
   * reach the centre believes a signaling node by design (sfu/src/media/lease-verifier.ts).
   */
  'false-owner': (world, fault) => {
    const signalingNode = signalingNodeOf(world, fault);
    const { nodeId: ownerId } = signalingNode.spec;
    for (const node of world.nodes.values()) {
      for (const [roomKey, { lease }] of node.held.rooms) {
        if (lease.ownerId !== ownerId)
          signalingNode.claim(node.spec.nodeId, { roomKey, ownerId, epoch: lease.epoch, onlyAt: node.incarnation });
      }
    }
    return () => undefined;
  },
  /** Moves people one after another as an administrator does, to the drawn node or to where the centre places them. */
  move: (world, fault) => {
    const rng = world.rng(`moves ${fault.atMs}`);
    const { spec } = nodeOf(world, fault);
    const orders = 4 + Math.floor(fault.size * 40);
    for (let order = 0; order < orders; order += 1) {
      world.clock.after((fault.forMs * order) / orders, () => {
        if (rng.next() < 0.5) world.moveSomebody(rng);
        else world.moveTo(spec.nodeId, rng);
      });
    }
    return () => undefined;
  },
  /**
   * Drains a node while a signaling node's answers about moves are late or lost, and while the node, its target or the
   * centre may die.
   */
  'move-answers': (world, fault) => {
    const { spec } = nodeOf(world, fault);
    const answers = fault.size < 0.4 ? 'lost' : 60_000 * (fault.size - 0.4);
    const signalingNode = signalingNodeOf(world, fault);
    signalingNode.moves.answers = answers;
    world.drain(spec.nodeId, true);
    if (fault.pick < 0.3) world.clock.after(fault.forMs / 2, () => world.crash(spec.nodeId, true));
    return () => {
      signalingNode.moves.answers = 'none';
      world.drain(spec.nodeId, false);
      world.start(spec);
    };
  },
  deny: (world, fault) => {
    const { spec } = nodeOf(world, fault);
    world.deny(spec.nodeId, true);
    return () => world.deny(spec.nodeId, false);
  },
} satisfies Record<string, Apply>;

export type FaultKind = keyof typeof faultActions;
export const faultKinds = Object.keys(faultActions) as FaultKind[];

/** Begins the fault now and ends it after its time. */
export function beginFault(world: World, fault: Fault): void {
  world.note(
    () =>
      `fault ${fault.kind} for ${Math.round(fault.forMs)} ms (pick ${fault.pick.toFixed(3)}, size ${fault.size.toFixed(3)})`,
  );
  const end = (faultActions[fault.kind] as Apply)(world, fault);
  world.clock.after(fault.forMs, () => {
    world.note(() => `fault ${fault.kind} heals`);
    end();
  });
}

/** Draws the faults of a seed. There are `countMin` or more, and all have ended by `untilMs`. */
export function drawFaults(
  rng: Rng,
  o: { kinds: readonly FaultKind[]; fromMs: number; untilMs: number; countMin: number; longestMs: number },
): Fault[] {
  const count = o.countMin + rng.int(o.countMin);
  const faults: Fault[] = [];
  for (let index = 0; index < count; index += 1) {
    const kind = o.kinds[rng.int(o.kinds.length)] ?? 'node-crash';
    const atMs = o.fromMs + rng.next() * (o.untilMs - o.fromMs - 1000);
    const durationMs = Math.min(1000 + rng.next() ** 2 * (longestOf(kind, o.longestMs) - 1000), o.untilMs - atMs);
    faults.push({ kind, atMs, forMs: durationMs, pick: rng.next(), size: rng.next() });
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/**
 * Returns the longest duration of a kind of fault. Only in large worlds the centre is gone for minutes. A stall may
 * last longer than the centre's suspicion of a local fault. The others are as long in small worlds as in large ones.
 */
function longestOf(kind: FaultKind, longestMs: number): number {
  if (kind === 'centre-gone') return longestMs;
  return Math.min(longestMs, kind === 'centre-stall' ? 24_000 : 16_000);
}

function nodeOf(world: World, fault: Fault): MediaNode {
  const nodes = [...world.nodes.values()];
  const node = nodes[Math.floor(fault.pick * nodes.length)];
  if (node === undefined) throw new Error('a world has nodes');
  return node;
}

function signalingNodeOf(world: World, fault: Fault) {
  const signalingNodes = [...world.signalingNodes.values()];
  const signalingNode = signalingNodes[Math.floor(fault.pick * signalingNodes.length)];
  if (signalingNode === undefined) throw new Error('a world has signaling nodes');
  return signalingNode;
}

function reportTrouble(world: World, fault: Fault, trouble: 'lost' | number): () => void {
  const node = nodeOf(world, fault);
  node.reports = trouble;
  world.harmed(node);
  return () => {
    node.reports = 'none';
    world.harmed(node);
  };
}

function storeTrouble(world: World, mode: 'down' | { lateMs: number }): () => void {
  world.storeTrouble(mode);
  return () => world.storeTrouble('well');
}

function cut(world: World, where: Cut): () => void {
  world.cut(where);
  return () => world.heal(where);
}
