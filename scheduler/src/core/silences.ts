// What is known of each node's silence beside when it was heard last: how regularly its reports come, and whether the kernel of its machine
// said that its process has ended. What that makes of the node is judged by liveness.ts; here is the memory it is judged from.
// No clock: times are arguments, of the centre's own monotonic clock. Changed in place, deterministic. Bounded by the nodes of the fleet.
import { Arrivals, isOurOwnEar, judgeSilence, type PeerWord, SUSPECT_MIN_MS } from './liveness.ts';
import type { NodeRecord } from './node.ts';

export class Silences {
  readonly #arrivals = new Map<string, Arrivals>();
  /** Nodes whose process has ended, as the kernel of their machine said, since when. */
  readonly #goneAtMs = new Map<string, number>();

  /** A report came in. */
  heard(nodeId: string, nowMs: number): void {
    const arrivals = this.#arrivals.get(nodeId) ?? new Arrivals();
    this.#arrivals.set(nodeId, arrivals);
    arrivals.heard(nowMs);
  }

  /** The node has registered. `isRestart`: as another process, whose reports may come otherwise. */
  registered(nodeId: string, isRestart: boolean): void {
    if (isRestart) this.#arrivals.delete(nodeId);
    else this.#arrivals.get(nodeId)?.pause();
    this.#goneAtMs.delete(nodeId);
  }

  /** Its link is closed. `goneAtMs`: when the kernel of its machine did that, because the process has ended. */
  linkDown(nodeId: string, goneAtMs: number | undefined): void {
    this.#arrivals.get(nodeId)?.pause();
    if (goneAtMs !== undefined) this.#goneAtMs.set(nodeId, goneAtMs);
  }

  /** The centre itself did not run: the gap that ends now is no node's. */
  excuse(): void {
    for (const arrivals of this.#arrivals.values()) arrivals.pause();
    // Whose process had ended may run again, and have called a centre that did not answer: what is left of it is silence.
    this.#goneAtMs.clear();
  }

  forget(nodeId: string): void {
    this.#arrivals.delete(nodeId);
    this.#goneAtMs.delete(nodeId);
  }

  /** `isOurs`: so many are silent that it is rather our own ear; then silence alone kills nobody. `peersOf`: what other machines say of a machine. */
  verdict(
    node: NodeRecord,
    nowMs: number,
    isOurs: boolean,
    peersOf: (hostId: string) => PeerWord,
  ): 'alive' | 'suspect' | 'dead' {
    const { nodeId, hostId } = node.description;
    const silentMs = nowMs - node.heardAtMs;
    const goneAtMs = this.#goneAtMs.get(nodeId);
    if (silentMs < SUSPECT_MIN_MS && goneAtMs === undefined) return 'alive';
    const goneMs = goneAtMs === undefined ? undefined : nowMs - goneAtMs;
    const phi = this.#arrivals.get(nodeId)?.phi(silentMs);
    const verdict = judgeSilence({ silentMs, phi, peers: peersOf(hostId), goneMs });
    return verdict === 'dead' && isOurs && goneMs === undefined ? 'suspect' : verdict;
  }
}

/** Whether so many of those who are not dead are silent that it is rather us who do not hear. */
export function isCrowdSilent(nodes: Iterable<NodeRecord>, nowMs: number): boolean {
  const silencesMs: number[] = [];
  for (const node of nodes) if (node.liveness !== 'dead') silencesMs.push(nowMs - node.heardAtMs);
  return isOurOwnEar(silencesMs);
}
