// Links between probes, and measurements over them: the time from a request to its answer. Links use TCP, whose
// handshake proves the requester's address, so that no third party can be flooded with answers.
import type { ListenAddress, NodeShell } from '@meridian/node-shell';
import { type ControlLink, call, nodeKind, rpc, serve } from '@meridian/protocol';
import { type Clock, type Link, LinkDialer, type LinkServer, type Logger, type Rng } from '@meridian/runtime';
import { PEERS_MAX } from '../core/dial-targets.ts';

/** Limit on a message; probes are 41 bytes, and nothing else uses these links. */
const PAYLOAD_BYTES_MAX = 1024;

export interface PeerLinksOptions {
  readonly shell: NodeShell;
  readonly listen: ListenAddress;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

export class PeerLinks {
  readonly #o: PeerLinksOptions;
  readonly #links = new Map<string, Link>();
  readonly #dialers = new Map<string, { url: string; dialer: LinkDialer }>();
  #server: LinkServer | undefined;

  static async listen(o: PeerLinksOptions): Promise<PeerLinks> {
    const links = new PeerLinks(o);
    links.#server = await o.shell.listenLinks({
      listen: o.listen,
      limits: { maxPayloadBytes: PAYLOAD_BYTES_MAX },
      maxLinks: PEERS_MAX * 2,
      onLink: (link) => links.#addLink(link),
    });
    return links;
  }

  private constructor(o: PeerLinksOptions) {
    this.#o = o;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  get peerIds(): string[] {
    return [...this.#links.keys()];
  }

  dial(targets: ReadonlyMap<string, string>): void {
    for (const [id, dialed] of this.#dialers) {
      if (targets.get(id) === dialed.url) continue;
      dialed.dialer.close('no longer in the plan');
      this.#dialers.delete(id);
    }
    const { shell, clock, rng, log } = this.#o;
    for (const [id, url] of targets) {
      if (this.#dialers.has(id)) continue;
      const dialer = new LinkDialer({
        url,
        credentials: shell.credentials,
        clock,
        rng,
        log: log.child({ to: id }),
        limits: { maxPayloadBytes: PAYLOAD_BYTES_MAX },
        expect: (remote) => remote.kind === nodeKind.edgeProbe && remote.id === id,
        onLink: (link) => this.#addLink(link),
      });
      this.#dialers.set(id, { url, dialer });
    }
  }

  closeLinks(nodeIds: Iterable<string>): void {
    for (const nodeId of nodeIds) this.#links.get(nodeId)?.close('shut out by the centre');
  }

  /** Measures a round trip in ms; returns undefined without a link or without an answer within `limitMs`. */
  async measure(peerId: string, limitMs: number): Promise<number | undefined> {
    const link = this.#links.get(peerId);
    if (link === undefined) return undefined;
    const startMs = this.#o.clock.nowMs();
    try {
      await call(link as ControlLink, rpc.probeEcho, {}, { deadlineMs: limitMs });
    } catch (error) {
      this.#o.log.debug({ peerId, err: error }, 'probe not answered');
      return undefined;
    }
    return this.#o.clock.nowMs() - startMs;
  }

  async close(cause: string): Promise<void> {
    for (const { dialer } of this.#dialers.values()) dialer.close(cause);
    this.#dialers.clear();
    await this.#server?.close(cause);
  }

  #addLink(link: Link): void {
    const { id } = link.remote;
    serve(link as ControlLink, rpc.probeEcho, () => ({}));
    this.#links.get(id)?.close('a newer link of the same probe took over');
    this.#links.set(id, link);
    link.onClose(() => {
      if (this.#links.get(id) === link) this.#links.delete(id);
    });
  }
}
