// Finds the links between sites that media between two nodes uses: one, or the two legs over a relay.
import { directionKey, type FleetNode, type HostLink } from './fleet.ts';

/** Puts the smaller site first, like `WorldLink`. */
export const sitePair = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`);

export class Crossings {
  readonly #nodes: ReadonlyMap<string, FleetNode>;
  readonly #siteOfHost: ReadonlyMap<string, string>;
  readonly #links: ReadonlyMap<string, HostLink>;

  constructor(nodes: readonly FleetNode[], links: readonly HostLink[]) {
    this.#nodes = new Map(nodes.map((node) => [node.nodeId, node]));
    this.#siteOfHost = new Map(nodes.map(({ hostId, site }) => [hostId, site]));
    this.#links = new Map(links.map((link) => [directionKey(link.fromHostId, link.toHostId), link]));
  }

  siteOfHost(hostId: string): string | undefined {
    return this.#siteOfHost.get(hostId);
  }

  /** Returns each link once, in the form of `sitePair`; empty for nodes of the same site, or unknown nodes. */
  ofNodes(a: string, b: string): string[] {
    const [from, to] = [this.#nodes.get(a)?.hostId, this.#nodes.get(b)?.hostId];
    return from === undefined || to === undefined ? [] : this.ofHosts(from, to);
  }

  ofHosts(a: string, b: string): string[] {
    const crossed = new Set<string>();
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const via = this.#links.get(directionKey(from, to))?.via ?? '';
      const stops = via === '' ? [from, to] : [from, via, to];
      for (let at = 1; at < stops.length; at += 1) {
        const [one, other] = [this.siteOfHost(stops[at - 1] ?? ''), this.siteOfHost(stops[at] ?? '')];
        if (one !== undefined && other !== undefined && one !== other) crossed.add(sitePair(one, other));
      }
    }
    return [...crossed];
  }
}
