// A cloud on a virtual clock for the autoscaler's decision: machines that boot, nodes that warm up, sessions that come
// and go. Everything but the decision is modelled: boot 90 s, full weight after the slow start, sessions of 1 to 8
// minutes, placed where the weighted load is least.
import { seededRng } from '@meridian/runtime';
import { FORGET_AFTER_MS } from '../../../src/fleet/core/fleet.ts';
import { SLOW_START_MS } from '../../../src/placing/core/slow-start.ts';
import { decide, noMemory } from '../../../src/scaling/core/decide.ts';
import type { Machine, ScaleAction, ScaleMemory, ScaleNode, ScalePolicy } from '../../../src/scaling/core/types.ts';

export const BOOT_S = 90;
export const SLOW_START_S = SLOW_START_MS / 1000;
const SESSIONS_PER_NODE = 100;
/** Sessions of a room, which come and go together. */
const SESSIONS_PER_ROOM = 10;
const STEP_S = 5;
const TICK_S = 10;
const SESSION_S = { min: 60, max: 480 };
/** Silence after which the fleet forgets a node. */
const FORGET_S = FORGET_AFTER_MS / 1000;

interface Host {
  readonly nodeId: string;
  readonly region: string;
  readonly isOurs: boolean;
  readonly servesAtS: number;
  readonly failsToBoot: boolean;
  draining: boolean;
  roomEndsS: number[]; // end of each of its rooms
  silentSinceS: number | undefined; // its sessions go on, unheard by the centre
}

export interface WorldOptions {
  readonly seed: string;
  readonly regions: readonly string[];
  readonly baseNodes: number; // per region, not run by the autoscaler
  readonly policy: ScalePolicy;
  wanted(region: string, atS: number): number;
  readonly bootFailureShare?: number;
}

export class World {
  nowS = 0;
  dropped = 0;
  refused = 0;
  readonly orders = { start: 0, drain: 0, undrain: 0, stop: 0, replace: 0 };
  readonly #o: WorldOptions;
  readonly #rng;
  readonly #hosts = new Map<string, Host>();
  readonly #history = new Map<string, number[]>();
  readonly #unserved = new Map<string, number>();
  #memory: ScaleMemory = noMemory;

  constructor(o: WorldOptions) {
    this.#o = o;
    this.#rng = seededRng(o.seed);
    for (const region of o.regions) {
      for (let at = 0; at < o.baseNodes; at += 1) this.#add(`sfu-${region}-${at}`, region, false, -SLOW_START_S);
    }
  }

  counts(): { serving: number; atFullWeight: number; sessions: number } {
    const isServing = (host: Host): boolean => this.#serves(host) && !host.draining && host.silentSinceS === undefined;
    const serving = [...this.#hosts.values()].filter(isServing);
    const atFullWeight = serving.filter((host) => this.#weight(host) === 1).length;
    const sessions = [...this.#hosts.values()].reduce(
      (sum, host) => sum + SESSIONS_PER_ROOM * host.roomEndsS.length,
      0,
    );
    return { serving: serving.length, atFullWeight, sessions };
  }

  /** Makes a region's serving hosts silent, or heard again. Every other room lasts `lastingS` longer. */
  silence(region: string, isSilent: boolean, lastingS = 0): void {
    for (const host of this.#hosts.values()) {
      if (host.region !== region) continue;
      if (!isSilent) host.silentSinceS = undefined;
      else if (this.#serves(host)) {
        host.silentSinceS = this.nowS;
        host.roomEndsS = host.roomEndsS.map((at, room) => at + (room % 2) * lastingS);
      }
    }
  }

  newTerm(): void {
    this.#memory = noMemory;
  }

  /** Runs until the time, or until `until` holds. Returns the time. */
  run(untilS: number, until?: () => boolean): number {
    while (this.nowS < untilS && until?.() !== true) {
      this.nowS += STEP_S;
      for (const host of this.#hosts.values()) host.roomEndsS = host.roomEndsS.filter((at) => at > this.nowS);
      for (const region of this.#o.regions) this.#fill(region);
      if (this.nowS % TICK_S === 0) this.#decide();
    }
    return this.nowS;
  }

  #decide(): void {
    const { regions, policy } = this.#o;
    const nodes = [...this.#hosts.values()]
      .filter((host) => this.#serves(host) && this.nowS - (host.silentSinceS ?? this.nowS) < FORGET_S)
      .map(nodeOf);
    const machines = [...this.#hosts.values()]
      .filter((host) => host.isOurs)
      .map((host): Machine => {
        return { nodeId: host.nodeId, region: host.region, state: this.#serves(host) ? 'running' : 'starting' };
      });
    const inputs = regions.map((region) => {
      const carried = nodes.filter((node) => node.region === region).reduce((sum, node) => sum + node.load, 0);
      const load = carried + (this.#unserved.get(region) ?? 0) / SESSIONS_PER_NODE;
      const history = this.#history.get(region) ?? [];
      if (this.nowS % 60 === 0 || history.length === 0) history.push(load);
      else history[history.length - 1] = load;
      this.#history.set(region, history);
      return { region, history, bookedNow: 0, bookedNext: 0 };
    });
    const decided = decide({ nowMs: this.nowS * 1000, nodes, machines, regions: inputs }, this.#memory, policy);
    this.#memory = decided.memory;
    for (const action of decided.actions) this.#obey(action);
  }

  #obey({ verb, nodeId, region }: ScaleAction): void {
    this.orders[verb] += 1;
    const host = this.#hosts.get(nodeId);
    if (verb === 'start') this.#add(nodeId, region, true, this.nowS + BOOT_S);
    else if (host === undefined) throw new Error(`${verb} of ${nodeId}, which is not there`);
    else if (verb === 'stop') {
      if (!host.isOurs) throw new Error(`stop of ${nodeId}, which is not ours`);
      this.dropped += SESSIONS_PER_ROOM * host.roomEndsS.length;
      this.#hosts.delete(nodeId);
    } else host.draining = verb === 'drain';
  }

  #fill(region: string): void {
    const hosts = [...this.#hosts.values()].filter((host) => host.region === region);
    this.#unserved.set(region, 0);
    let missing =
      Math.round(this.#o.wanted(region, this.nowS) / SESSIONS_PER_ROOM) -
      hosts.reduce((sum, host) => sum + host.roomEndsS.length, 0);
    const open = hosts.filter((host) => this.#serves(host) && !host.draining && host.silentSinceS === undefined);
    for (; missing > 0; missing -= 1) {
      const room = open.filter((host) => SESSIONS_PER_ROOM * host.roomEndsS.length < SESSIONS_PER_NODE);
      const weighted = (host: Host): number => host.roomEndsS.length / this.#weight(host);
      const best = room.reduce<Host | undefined>(
        (a, b) => (a === undefined || weighted(b) < weighted(a) ? b : a),
        undefined,
      );
      if (best === undefined) {
        this.refused += SESSIONS_PER_ROOM * missing;
        this.#unserved.set(region, SESSIONS_PER_ROOM * missing);
        return;
      }
      best.roomEndsS.push(this.nowS + SESSION_S.min + this.#rng.next() * (SESSION_S.max - SESSION_S.min));
    }
  }

  #serves(host: Host): boolean {
    return !host.failsToBoot && this.nowS >= host.servesAtS;
  }

  /** Slow start: a tenth at first, all of it after SLOW_START_S. */
  #weight(host: Host): number {
    return Math.min(1, Math.max(0.1, (this.nowS - host.servesAtS) / SLOW_START_S));
  }

  #add(nodeId: string, region: string, isOurs: boolean, servesAtS: number): void {
    const failsToBoot = isOurs && this.#rng.next() < (this.#o.bootFailureShare ?? 0);
    this.#hosts.set(nodeId, {
      nodeId,
      region,
      isOurs,
      servesAtS,
      failsToBoot,
      draining: false,
      roomEndsS: [],
      silentSinceS: undefined,
    });
  }
}

function nodeOf(host: Host): ScaleNode {
  const { nodeId, region, roomEndsS, draining, silentSinceS } = host;
  return {
    nodeId,
    hostId: nodeId,
    region,
    load: (SESSIONS_PER_ROOM * roomEndsS.length) / SESSIONS_PER_NODE,
    sessions: SESSIONS_PER_ROOM * roomEndsS.length,
    state: silentSinceS !== undefined ? 'away' : draining ? 'draining' : 'serving',
    isLate: false,
    isDrainOurs: draining,
    isReplaced: false,
  };
}
