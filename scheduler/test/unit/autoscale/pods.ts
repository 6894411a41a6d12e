// Two StatefulSets of a region under the autoscaler's decision, five seconds a step: pods that start, serve, drain, are
// deleted and remade under their names, in the wanted version of that time.
import { decide, noMemory } from '../../../src/scaling/core/decide.ts';
import type {
  FreeNames,
  Machine,
  RegionScale,
  ScaleAction,
  ScaleMemory,
  ScaleNode,
  ScalePolicy,
} from '../../../src/scaling/core/types.ts';

const STEP_S = 5;
const BOOT_S = 20;
/** Time from a deletion to the end of the process. */
const LEAVE_S = 10;
/** Time for which the fleet counts a node as away before it forgets the node. */
const FORGET_S = 120;

interface Pod {
  version: string;
  bornS: number;
  deletedS?: number;
}
interface Node {
  goneS?: number;
  drain?: 'surplus' | 'replacement';
  sessions: number;
}

export class Pods {
  nowS = 0;
  wanted = 'v1';
  load = 0;
  /** Versions whose pods never serve, or die again and again. */
  readonly broken = new Set<string>();
  readonly crashing = new Set<string>();
  /** Number of pods that find a machine. */
  hostsFree = Number.POSITIVE_INFINITY;
  isStuck = false;
  readonly orders: string[] = [];
  /** Fewest nodes that served at the same time since it was last set. */
  leastServing = Number.POSITIVE_INFINITY;
  scale: RegionScale | undefined;
  readonly #policy: ScalePolicy;
  readonly #replicas = new Map<string, number>();
  readonly #pods = new Map<string, Pod>();
  readonly #nodes = new Map<string, Node>();
  #memory: ScaleMemory = noMemory;

  constructor(policy: ScalePolicy, slots: Readonly<Record<string, number>>) {
    this.#policy = policy;
    for (const [slot, replicas] of Object.entries(slots)) {
      this.#replicas.set(slot, replicas);
      for (let at = 0; at < replicas; at += 1) {
        this.#pods.set(`${slot}-${at}`, { version: 'v1', bornS: -BOOT_S });
        this.#nodes.set(`${slot}-${at}`, { sessions: 0 });
      }
    }
  }

  sessions(nodeId: string, count: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) throw new Error(`${nodeId} is not there`);
    node.sessions = count;
  }

  versions(): string[] {
    return [...this.#pods].map(([name, { version }]) => `${name} ${version}`).sort();
  }

  /** Deletes a pod by hand; its node drains and ends. */
  deletePod(name: string): void {
    const pod = this.#pods.get(name);
    if (pod !== undefined) pod.deletedS ??= this.nowS;
  }

  newTerm(): void {
    this.#memory = noMemory;
  }

  /** Steps until `holds` returns true, at most for `limitS`. Returns whether it did. */
  until(holds: () => boolean, limitS = 3600): boolean {
    const endS = this.nowS + limitS;
    while (!holds() && this.nowS < endS) this.step();
    return holds();
  }

  run(seconds: number): void {
    this.until(() => false, seconds);
  }

  step(): void {
    this.nowS += STEP_S;
    this.#control();
    const nodes = this.#seen();
    const serving = nodes.filter(({ state }) => state === 'serving').length;
    this.leastServing = Math.min(this.leastServing, serving);
    const regions = [{ region: 'r', history: [this.load], bookedNow: 0, bookedNext: 0 }];
    const machines = this.#machines();
    const view = { nowMs: this.nowS * 1000, nodes, machines, regions, freeNames: this.#freeNames };
    const decided = decide(view, this.#memory, this.#policy);
    this.#memory = decided.memory;
    this.scale = decided.regions[0];
    for (const action of decided.actions) this.#obey(action);
  }

  /** Plays the StatefulSet controllers and the pods themselves. */
  #control(): void {
    for (const [name, pod] of [...this.#pods]) {
      if (pod.deletedS === undefined || this.nowS - pod.deletedS < LEAVE_S) continue;
      this.#pods.delete(name);
      const node = this.#nodes.get(name);
      if (node !== undefined) Object.assign(node, { goneS: this.nowS, sessions: 0 });
    }
    for (const [slot, replicas] of this.#replicas)
      for (let at = 0; at < replicas; at += 1) {
        const name = `${slot}-${at}`;
        if (!this.#pods.has(name)) this.#pods.set(name, { version: this.wanted, bornS: this.nowS });
      }
    for (const [name, pod] of this.#pods) if (this.#serves(name, pod)) this.#register(name);
    for (const [name, { goneS = this.nowS }] of this.#nodes) if (this.nowS - goneS > FORGET_S) this.#nodes.delete(name);
  }

  /** Registers a node; orders outlive its process as long as the fleet knows the node. */
  #register(name: string): void {
    const before = this.#nodes.get(name);
    if (before === undefined) this.#nodes.set(name, { sessions: 0 });
    else if (before.goneS !== undefined) delete before.goneS;
  }

  #serves(name: string, { version, bornS, deletedS }: Pod): boolean {
    if (deletedS !== undefined) return this.#nodes.get(name)?.goneS === undefined && this.#nodes.has(name);
    const isPlaced = [...this.#pods.keys()].indexOf(name) < this.hostsFree;
    return !this.broken.has(version) && !this.crashing.has(version) && isPlaced && this.nowS - bornS >= BOOT_S;
  }

  #seen(): ScaleNode[] {
    return [...this.#nodes].map(([nodeId, node]): ScaleNode => {
      const isLeaving = this.#pods.get(nodeId)?.deletedS !== undefined;
      const isDraining = node.drain !== undefined || isLeaving;
      if (isDraining && !this.isStuck) this.#move(nodeId, node);
      return {
        nodeId,
        hostId: nodeId,
        region: 'r',
        load: 0,
        sessions: node.sessions,
        state: node.goneS !== undefined ? 'away' : isDraining ? 'draining' : 'serving',
        isLate: false,
        isDrainOurs: node.drain !== undefined,
        isReplaced: node.drain === 'replacement',
      };
    });
  }

  #move(nodeId: string, node: Node): void {
    const other = [...this.#nodes].find(
      ([name, { goneS, drain }]) => name !== nodeId && (goneS ?? drain) === undefined,
    );
    if (other === undefined) return;
    other[1].sessions += node.sessions;
    node.sessions = 0;
  }

  #machines(): Machine[] {
    return [...this.#pods].map(([nodeId, pod]): Machine => {
      const [slot = '', at = ''] = nodeId.split('-');
      const replicas = this.#replicas.get(slot) ?? 0;
      if (Number(at) >= replicas) return { nodeId, region: 'r', state: 'stopping' };
      const isOld = pod.version !== this.wanted && pod.deletedS === undefined;
      return Object.assign(
        { nodeId, region: 'r', state: this.#stateOf(nodeId, pod) },
        Number(at) < replicas - 1 ? { endsAfter: `${slot}-${Number(at) + 1}` } : {},
        isOld ? { isOutdated: true as const, wantedVersion: this.wanted } : {},
      );
    });
  }

  #stateOf(nodeId: string, pod: Pod): Machine['state'] {
    if (pod.deletedS !== undefined) return 'starting';
    if (this.crashing.has(pod.version) && this.nowS - pod.bornS >= BOOT_S) return 'failed';
    return this.#serves(nodeId, pod) ? 'running' : 'starting';
  }

  readonly #freeNames: FreeNames = (_region, count, { ending }) => {
    const left = new Map(this.#replicas);
    const names: string[] = [];
    const isOpen = ([slot, replicas]: readonly [string, number]): boolean =>
      !ending.has(`${slot}-${(this.#replicas.get(slot) ?? 0) - 1}`) &&
      ![...this.#pods.keys()].some((name) => name.startsWith(slot) && Number(name.split('-')[1]) >= replicas);
    while (names.length < count) {
      const [least] = [...left].filter(isOpen).sort((a, b) => a[1] - b[1]);
      if (least === undefined) break;
      names.push(least.join('-'));
      left.set(least[0], least[1] + 1);
    }
    return names;
  };

  #obey({ verb, nodeId, isReplaced }: ScaleAction): void {
    this.orders.push(`${verb} ${nodeId}`);
    const [slot = '', at = ''] = nodeId.split('-');
    const node = this.#nodes.get(nodeId);
    if (verb === 'start') this.#replicas.set(slot, Math.max(Number(at) + 1, this.#replicas.get(slot) ?? 0));
    else if (verb === 'stop') {
      this.#replicas.set(slot, Number(at));
      this.deletePod(nodeId);
    } else if (verb === 'replace') this.deletePod(nodeId);
    else if (node === undefined) throw new Error(`${verb} of ${nodeId}, which is not there`);
    else if (verb === 'undrain') delete node.drain;
    else node.drain = isReplaced === true ? 'replacement' : 'surplus';
  }
}
