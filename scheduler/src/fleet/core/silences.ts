// What is known of each node's silence beside when it reported last: how regularly its reports come, and whether the
// kernel of its machine said that its process has ended. What that makes of the node is judged by liveness.ts; here is
// the memory it is judged from. No clock: times are arguments, of the centre's own monotonic clock. Changed in place,
// deterministic. Bounded by the nodes of the fleet.
import { Arrivals, isLocalFault, judgeSilence, type Reachability, SUSPECT_MIN_MS } from './liveness.ts';
import type { NodeRecord } from './node.ts';

/**
 * After a time in which the centre did not run, it reads for this long what waits on its links before it takes a node
 * for dead.
 */
const READ_FIRST_MS = 250;
/** Not more often, or a centre that stalls again and again would never find a death. */
const READ_FIRST_EVERY_MS = 5000;
/**
 * A stall as long as this is no hiccup: no node could reach the centre in it, and a standby would lead by now (takeover
 * within 5 s).
 */
const NEW_START_MS = 5000;

export class Silences {
  readonly #arrivals = new Map<string, Arrivals>();
  /** Nodes whose process has ended, as the kernel of their machine said, since when. */
  readonly #goneAtMs = new Map<string, number>();
  /** Nodes whose silence was forgiven since they reported last. */
  readonly #excused = new Set<string>();
  #ranAgainAtMs = Number.NEGATIVE_INFINITY;

  /** A report came in. */
  heard(nodeId: string, nowMs: number): void {
    this.#excused.delete(nodeId);
    const arrivals = this.#arrivals.get(nodeId) ?? new Arrivals();
    this.#arrivals.set(nodeId, arrivals);
    arrivals.heard(nowMs);
  }

  /** The node has registered. `isRestart`: as another process, whose reports may come otherwise. */
  registered(nodeId: string, isRestart: boolean): void {
    if (isRestart) this.#arrivals.delete(nodeId);
    else this.#arrivals.get(nodeId)?.pause();
    this.#goneAtMs.delete(nodeId);
    this.#excused.delete(nodeId);
  }

  /** Its link is closed. `goneAtMs`: when the kernel of its machine did that, because the process has ended. */
  linkDown(nodeId: string, goneAtMs: number | undefined): void {
    this.#arrivals.get(nodeId)?.pause();
    if (goneAtMs !== undefined) this.#goneAtMs.set(nodeId, goneAtMs);
  }

  /**
   * The centre itself did not run for `lagMs`. Returns from when the node's silence counts. The first time all of its
   * silence is forgiven, also from before the stall: a node that was cut off or had restarted then may have called a
   * centre that did not answer, and now needs the full time to call again. When the centre stalls once more before the
   * node has reported, only the time of the stall is forgiven: otherwise a centre that stalls again and again would
   * never find a death. A stall long enough for a standby to take over is forgiven as a whole every time: it is a new
   * start.
   */
  excuse(nodeId: string, o: { heardAtMs: number; nowMs: number; lagMs: number }): number {
    this.#arrivals.get(nodeId)?.pause();
    if (o.nowMs - this.#ranAgainAtMs >= READ_FIRST_EVERY_MS) this.#ranAgainAtMs = o.nowMs;
    const goneAtMs = this.#goneAtMs.get(nodeId);
    if (this.#excused.has(nodeId) && o.lagMs < NEW_START_MS) {
      if (goneAtMs !== undefined) this.#goneAtMs.set(nodeId, Math.min(o.nowMs, goneAtMs + o.lagMs));
      return Math.min(o.nowMs, o.heardAtMs + o.lagMs);
    }
    this.#excused.add(nodeId);
    this.#goneAtMs.delete(nodeId);
    return o.nowMs;
  }

  forget(nodeId: string): void {
    this.#excused.delete(nodeId);
    this.#arrivals.delete(nodeId);
    this.#goneAtMs.delete(nodeId);
  }

  /**
   * `isOurs`: so many nodes are silent that the fault is rather our own; then silence alone makes no node dead.
   * `peersOf`: what other machines say of a machine.
   */
  verdict(
    node: NodeRecord,
    nowMs: number,
    isOurs: boolean,
    peersOf: (hostId: string) => Reachability,
  ): 'alive' | 'suspect' | 'dead' {
    const { nodeId, hostId } = node.description;
    const silentMs = nowMs - node.heardAtMs;
    const goneAtMs = this.#goneAtMs.get(nodeId);
    if (silentMs < SUSPECT_MIN_MS && goneAtMs === undefined) return 'alive';
    const goneMs = goneAtMs === undefined ? undefined : nowMs - goneAtMs;
    const phi = this.#arrivals.get(nodeId)?.phi(silentMs);
    const verdict = judgeSilence({ silentMs, phi, peers: peersOf(hostId), goneMs });
    if (verdict !== 'dead') return verdict;
    const isTooSoon = nowMs - this.#ranAgainAtMs < READ_FIRST_MS;
    return isTooSoon || (isOurs && goneMs === undefined) ? 'suspect' : 'dead';
  }
}

/** Whether so many of the nodes that are not dead are silent that the fault is rather our own. */
export function isCrowdSilent(nodes: Iterable<NodeRecord>, nowMs: number): boolean {
  const silencesMs: number[] = [];
  for (const node of nodes) if (node.liveness !== 'dead') silencesMs.push(nowMs - node.heardAtMs);
  return isLocalFault(silencesMs);
}
