// An api of the test: keys and revocations by hand, over links without a network.
import { limits, MeridianError, nodeKind, note, rpc, tokenScopes, wire } from '@meridian/protocol';
import { ApiLinks } from '../../src/api-links.ts';
import { ScriptedLink } from './scripted-link.ts';

export const secretOf = (key: string): string => `${key}: a secret of the tests that is long enough`;

export class ScriptedApi {
  readonly links: ApiLinks;
  readonly keys = new Map<string, wire.ApiKeyInfo.$Properties>();
  /** Ids of every request for keys. */
  readonly asked: string[][] = [];
  /** Tenants whose own keys were asked for; each is `own-TENANT`, where it was added. */
  readonly askedOwn: string[] = [];
  /** Versions of every request for what is revoked. */
  readonly askedSince: number[] = [];
  /** By the version since which they are asked for; absent: what the test has revoked since then. */
  readonly answers = new Map<number, wire.Revocations.$Properties>();
  readonly #revoked: wire.Revocations.$Properties[] = [];
  /** Requests for keys wait for this. */
  held: Promise<void> | undefined;
  /** Requests fail with it. */
  failsWith: string | undefined;
  link: ScriptedLink | undefined;

  constructor(nowMs: () => number) {
    this.links = new ApiLinks(nowMs);
  }

  add(key: string, o: wire.ApiKeyInfo.$Properties = {}): void {
    this.keys.set(key, { key, secret: secretOf(key), tenant: 'acme', scopes: [...tokenScopes], ...o });
  }

  /** It dials; what the node asks at once is answered when the test next waits. */
  up(): void {
    this.link = new ScriptedLink('api-1', nodeKind.api, (type, payload) => this.#answer(type, payload));
    this.links.take(this.link);
  }

  down(): void {
    this.link?.close('the test says so');
    this.link = undefined;
  }

  revoke(message: wire.Revocations.$Properties): void {
    this.#revoked.push(message);
    this.link?.deliver(note.revoked, message);
  }

  /** A tenant's limits are these now. */
  tellLimits(tenant: string, limits: wire.TenantLimits.$Properties): void {
    for (const info of this.keys.values()) if (info.tenant === tenant) info.limits = limits;
    this.link?.deliver(note.tenantLimits, { tenant, limits });
  }

  async #answer(type: number, payload: Uint8Array): Promise<Uint8Array> {
    if (type === rpc.apiKeys.number) {
      const { keys, ownOf } = wire.ApiKeysWanted.decode(payload);
      if (ownOf === '') this.asked.push(keys);
      else this.askedOwn.push(ownOf);
      await this.held;
      this.#mayFail();
      if (keys.length > limits.apiKeysPerRequestMax) throw new MeridianError('REQUEST_INVALID');
      const found = [...keys, `own-${ownOf}`].flatMap((key) => this.keys.get(key) ?? []);
      return wire.ApiKeys.encode({ keys: found }).finish();
    }
    const { version } = wire.RevocationsWanted.decode(payload);
    this.askedSince.push(version);
    this.#mayFail();
    const newest = Math.max(0, ...[...this.answers.values(), ...this.#revoked].map((one) => one.version ?? 0));
    // One that is ahead has heard it of another database.
    const since = version > newest ? 0 : version;
    const revoked = this.#revoked.filter((one) => (one.version ?? 0) > since).flatMap((one) => one.revoked ?? []);
    return wire.Revocations.encode(this.answers.get(version) ?? { version: newest, since, revoked }).finish();
  }

  #mayFail(): void {
    if (this.failsWith !== undefined) throw Object.assign(new Error(this.failsWith), { code: this.failsWith });
  }
}
