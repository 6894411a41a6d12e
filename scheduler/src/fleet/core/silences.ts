// Memory from which liveness.ts judges silences: how regularly each node's reports come, and whether the kernel of its
// machine reported the end of its process. No clock: times are arguments, of the centre's own monotonic clock. Bounded
// by the nodes of the fleet.
import { Arrivals, isLocalFault, judgeSilence, type Reachability, SUSPECT_MIN_MS } from './liveness.ts';
import type { NodeRecord } from './node.ts';

/** Time after a stall in which the centre reads the messages that wait on its links, before it declares a node dead. */
const READ_FIRST_MS = 250;
/** Shortest time between two such reads; without it a centre that stalls again and again would never find a death. */
const READ_FIRST_EVERY_MS = 5000;
/** Stall that counts as a new start: a standby would lead by now (takeover within 5 s). */
const NEW_START_MS = 5000;

export class Silences {
  readonly #arrivals = new Map<string, Arrivals>();
  /** Time at which the kernel of its machine reported the end of the process, by node. */
  readonly #goneAtMs = new Map<string, number>();
  readonly #excused = new Set<string>();
  #resumedAtMs = Number.NEGATIVE_INFINITY;

  noteReport(nodeId: string, nowMs: number): void {
    this.#excused.delete(nodeId);
    const arrivals = this.#arrivals.get(nodeId) ?? new Arrivals();
    this.#arrivals.set(nodeId, arrivals);
    arrivals.noteReport(nowMs);
  }

  /** Records a registration. `isRestart`: of another process, whose reports may have another rhythm. */
  registered(nodeId: string, isRestart: boolean): void {
    if (isRestart) this.#arrivals.delete(nodeId);
    else this.#arrivals.get(nodeId)?.pause();
    this.#goneAtMs.delete(nodeId);
    this.#excused.delete(nodeId);
  }

  /** `goneAtMs`: time at which the kernel of the node's machine closed the link because the process has ended. */
  linkDown(nodeId: string, goneAtMs: number | undefined): void {
    this.#arrivals.get(nodeId)?.pause();
    if (goneAtMs !== undefined) this.#goneAtMs.set(nodeId, goneAtMs);
  }

  /**
   * Returns the time from which the node's silence counts, after the centre did not run for `lagMs`. The first stall
   * forgives all silence, also from before the stall: a node that was cut off or had restarted may have called a centre
   * that did not answer, and now needs the full time to call again. A second stall before the node's next report
   * forgives only the time of the stall; otherwise a centre that stalls again and again would never find a death. A
   * stall long enough for a standby to take over is always forgiven as a whole, because it is a new start.
   */
  excuse(nodeId: string, o: { heardAtMs: number; nowMs: number; lagMs: number }): number {
    this.#arrivals.get(nodeId)?.pause();
    if (o.nowMs - this.#resumedAtMs >= READ_FIRST_EVERY_MS) this.#resumedAtMs = o.nowMs;
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

  /** Judges the node's silence. While the centre is more likely at fault, silence alone kills no node. */
  verdict(
    node: NodeRecord,
    nowMs: number,
    isCentreFault: boolean,
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
    const isTooSoon = nowMs - this.#resumedAtMs < READ_FIRST_MS;
    return isTooSoon || (isCentreFault && goneMs === undefined) ? 'suspect' : 'dead';
  }
}

/** Whether so many of the nodes that are not dead are silent that the centre is more likely at fault. */
export function isCrowdSilent(nodes: Iterable<NodeRecord>, nowMs: number): boolean {
  const silencesMs: number[] = [];
  for (const node of nodes) if (node.liveness !== 'dead') silencesMs.push(nowMs - node.heardAtMs);
  return isLocalFault(silencesMs);
}
