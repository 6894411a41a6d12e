// The centre of media nodes under measurement, and the signaling node that opens their rooms: a real authority over
// real links, which records what nodes say and lists them to one another.
import { note, onNote, post, rpc, serve, wire } from '@meridian/protocol';
import {
  Authority,
  type Clock,
  type Credentials,
  createLogger,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkServer,
  memoryKeyValue,
  secureRng,
  signWith,
  systemClock,
} from '@meridian/runtime';

export const signalingId = 'sig-bench';
const identityLifeMs = 3600_000;
const enrolmentLifeMs = 60_000;
const grantLifeMs = 60_000;

/** Called for what one node says. */
export interface NodeEars {
  registered(message: wire.Register): void;
  reported(load: wire.Load.$Properties | undefined): void;
}

export class BenchCentre {
  readonly #authority: Authority;
  readonly #tokens: EnrolmentTokens;
  readonly #clock: Clock;
  readonly #ears = new Map<string, NodeEars>();
  readonly #nodes = new Map<string, wire.NodeRef.$Properties>();
  readonly #links = new Set<Link>();
  /** Identity of the signaling node, which owns all rooms. */
  readonly signaling: Credentials;
  #server: LinkServer | undefined;
  #plans = 0;

  static async open(host: string): Promise<BenchCentre> {
    const clock = systemClock();
    const log = createLogger({ name: 'bench', level: 'fatal' });
    const authority = await Authority.create({ clock });
    const kv = memoryKeyValue({ clock, maxEntries: 100 });
    const tokens = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: authority.fingerprint });
    const identity = { id: signalingId, kind: 'signaling', region: 'bench' };
    const signaling = await authority.issueCredentials(identity, identityLifeMs);
    const centre = new BenchCentre({ authority, tokens, clock, signaling });
    centre.#server = await LinkServer.listen({
      host,
      port: 0,
      credentials: await authority.issueCredentials(
        { id: 'centre', kind: 'scheduler', region: 'bench' },
        identityLifeMs,
      ),
      log,
      clock,
      accept: ({ id }) => centre.#ears.has(id),
      onLink: (link) => centre.#listen(link),
      onHttp: enrolmentHandler({ authority, tokens, ttlMs: identityLifeMs, log }),
    });
    return centre;
  }

  private constructor(o: { authority: Authority; tokens: EnrolmentTokens; clock: Clock; signaling: Credentials }) {
    this.#authority = o.authority;
    this.#tokens = o.tokens;
    this.#clock = o.clock;
    this.signaling = o.signaling;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Lets a node enrol by the returned token, and hears what it says. */
  admit(id: string, ears: NodeEars): Promise<string> {
    this.#ears.set(id, ears);
    return this.#tokens.mint({ id, kind: 'sfu', region: 'bench' }, enrolmentLifeMs);
  }

  /** Returns the right to pull a track from another node, signed by the owner of the room. */
  grant(o: { roomKey: string; trackId: string; pullerNodeId: string; servingNodeId: string }): wire.Grant.$Properties {
    const times = { issuedWallMs: this.#clock.wallMs(), lifetimeMs: grantLifeMs };
    const claim = wire.GrantClaim.encode({ ...o, ...times, epoch: 1, grantId: 'GR_1', fence: '' }).finish();
    const { keyPem, certPem } = this.signaling;
    return { claim, signature: signWith(keyPem, claim), certificatePem: certPem };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#server?.close('bench over');
  }

  #listen(link: Link): void {
    const { id } = link.remote;
    this.#links.add(link);
    link.onClose(() => this.#links.delete(link));
    serve(link, rpc.register, (message) => {
      const { incarnation = '', addresses = [] } = message.node ?? {};
      this.#nodes.set(id, {
        nodeId: id,
        region: 'bench',
        kind: 'sfu',
        state: 'alive',
        hostId: id,
        incarnation,
        addresses,
      });
      this.#ears.get(id)?.registered(message);
      this.#plans += 1;
      for (const other of this.#links) if (other !== link) post(other, note.plan, this.#plan());
      return { centreIncarnation: 'bench', plan: this.#plan(), reportIntervalMs: 1000, draining: false };
    });
    serve(link, rpc.renewCertificate, async ({ csrPem }) => {
      const renewed = await this.#authority.issue({ csrPem, identity: link.remote, ttlMs: identityLifeMs });
      return { certPem: renewed.certPem, caPem: this.#authority.caPem, notAfterMs: renewed.notAfterMs };
    });
    onNote(link, note.report, ({ load }) => this.#ears.get(id)?.reported(load ?? undefined));
  }

  #plan(): wire.Plan.$Properties {
    return { version: this.#plans, centreIncarnation: 'bench', nodes: [...this.#nodes.values()], paths: [] };
  }
}
