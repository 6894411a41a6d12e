// A fake api, which dials signaling nodes as a real one does, answers for keys, and reports revocations.
import { call, note, post, type Rpc, rpc, serve, tokenScopes, type wire } from '@meridian/protocol';
import { type Link, LinkDialer, secureRng } from '@meridian/runtime';
import type { Rig } from './rig.ts';
import { until } from './until.ts';

export class TestApi {
  readonly keys = new Map<string, wire.ApiKeyInfo.$Properties>();
  readonly revoked: wire.Revoked.$Properties[] = [];
  readonly keyRequests: string[][] = [];
  /** Policies of rooms; owners' changes are stored here. */
  readonly policies = new Map<string, wire.RoomPolicy.$Properties>();
  readonly stays: wire.StayQuality.$Properties[] = [];
  readonly facts: wire.SessionFacts.$Properties[] = [];
  readonly records: wire.QualityRecord.$Properties[] = [];
  readonly events: wire.SessionEvent.$Properties[] = [];
  readonly journal: wire.Journal[] = [];
  /** Called when an owner asks for the policy of a room, or sends it. */
  onPolicy: ((roomKey: string) => void) | undefined;
  readonly #rig: Pick<Rig, 'authority' | 'clock' | 'log'>;
  readonly #dialers = new Set<LinkDialer>();
  readonly #links = new Set<Link>();

  constructor(rig: Pick<Rig, 'authority' | 'clock' | 'log'>) {
    this.#rig = rig;
  }

  add(key: string, secret: string, o: wire.ApiKeyInfo.$Properties = {}): void {
    this.keys.set(key, { key, secret, tenant: 'acme', scopes: [...tokenScopes], ...o });
  }

  /** Resolves when the link is open and the node's first questions have been answered. */
  async dial(to: { readonly linkPort: number }, id = 'api-1'): Promise<void> {
    const credentials = await this.#rig.authority.issueCredentials({ id, kind: 'api', region: 'fra' }, 60_000);
    let link: Link | undefined;
    const before = this.#settled;
    const dialer = new LinkDialer({
      url: `wss://127.0.0.1:${to.linkPort}`,
      credentials: () => credentials,
      log: this.#rig.log,
      clock: this.#rig.clock,
      rng: secureRng(),
      expect: () => true,
      onLink: (opened) => {
        link = opened;
        this.#serve(opened);
      },
    });
    this.#dialers.add(dialer);
    await until(() => link !== undefined && this.#settled > before, 'the node has asked what is revoked');
  }

  revoke(...revoked: wire.Revoked.$Properties[]): void {
    const since = this.revoked.length;
    this.revoked.push(...revoked);
    for (const link of this.#links) post(link, note.revoked, { version: this.revoked.length, since, revoked });
  }

  tellLimits(tenant: string, limits: wire.TenantLimits.$Properties): void {
    for (const info of this.keys.values()) if (info.tenant === tenant) info.limits = limits;
    for (const link of this.#links) post(link, note.tenantLimits, { tenant, limits });
  }

  /** Makes a request to a node that it has dialled. */
  async ask<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> {
    const link = [...this.#links].find(({ remote }) => remote.id === nodeId);
    if (link === undefined) throw new Error(`no link to ${nodeId}`);
    return call(link, kind, message);
  }

  /** Whether an earlier link has ended. */
  get hasLostLink(): boolean {
    return [...this.#links].some(({ closed }) => closed);
  }

  /** Dies: ends its links, and dials no more. */
  close(): void {
    for (const dialer of this.#dialers) dialer.close('dead');
    this.#dialers.clear();
    this.#links.clear();
  }

  #settled = 0;

  #serve(link: Link): void {
    this.#links.add(link);
    serve(link, rpc.policyExchange, ({ roomKey, policy }) => {
      this.onPolicy?.(roomKey);
      const known = this.policies.get(roomKey);
      if (policy != null && (policy.version ?? 0) > (known?.version ?? 0)) this.policies.set(roomKey, policy);
      return { policy: this.policies.get(roomKey) ?? null };
    });
    serve(link, rpc.roomGuards, () => {
      const rooms = Array.from(this.policies, ([roomKey, policy]) => ({ roomKey, policy }));
      return { digest: JSON.stringify(rooms), rooms };
    });
    serve(link, rpc.journal, (message) => {
      this.journal.push(message);
      return { seq: message.entries.at(-1)?.seq ?? 0 };
    });
    serve(link, rpc.stayQualities, ({ stays }) => {
      this.stays.push(...stays);
      return {};
    });
    serve(link, rpc.qualityBatch, ({ facts, records, events }) => {
      this.facts.push(...facts);
      this.records.push(...records);
      this.events.push(...events);
      return {};
    });
    serve(link, rpc.apiKeys, ({ keys }) => {
      this.keyRequests.push(keys);
      return { keys: keys.flatMap((key) => this.keys.get(key) ?? []) };
    });
    serve(link, rpc.revocations, ({ version }) => {
      this.#settled += 1;
      return { version: this.revoked.length, since: version, revoked: this.revoked.slice(version) };
    });
  }
}
