// An api with keys and revocations set by the test, over links without a network.
import { limits, MeridianError, nodeKind, note, rpc, tokenScopes, wire } from '@meridian/protocol';
import { ApiLinks } from '../../src/api-links.ts';
import { ScriptedLink } from './scripted-link.ts';

export const secretOf = (key: string): string => `${key}: a secret of the tests that is long enough`;

export class ScriptedApi {
  readonly links: ApiLinks;
  readonly keys = new Map<string, wire.ApiKeyInfo.$Properties>();
  /** Ids in each request for keys. */
  readonly requestedKeys: string[][] = [];
  /** Tenants whose own keys were requested; each is `own-TENANT`, if the test added it. */
  readonly askedOwn: string[] = [];
  /** Versions in each request for revocations. */
  readonly askedSince: number[] = [];
  /** Answers by the requested version; without one, the test's revocations since then. */
  readonly answers = new Map<number, wire.Revocations.$Properties>();
  readonly #revoked: wire.Revocations.$Properties[] = [];
  /** Requests for keys wait for this. */
  held: Promise<void> | undefined;
  /** Code with which requests fail. */
  failsWith: string | undefined;
  link: ScriptedLink | undefined;

  constructor(nowMs: () => number) {
    this.links = new ApiLinks(nowMs);
  }

  add(key: string, o: wire.ApiKeyInfo.$Properties = {}): void {
    this.keys.set(key, { key, secret: secretOf(key), tenant: 'acme', scopes: [...tokenScopes], ...o });
  }

  /** Dials the node, whose first requests are answered when the test next waits. */
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

  /** Sets a tenant's limits. */
  tellLimits(tenant: string, limits: wire.TenantLimits.$Properties): void {
    for (const info of this.keys.values()) if (info.tenant === tenant) info.limits = limits;
    this.link?.deliver(note.tenantLimits, { tenant, limits });
  }

  async #answer(type: number, payload: Uint8Array): Promise<Uint8Array> {
    if (type === rpc.apiKeys.number) {
      const { keys, ownOf } = wire.ApiKeysRequest.decode(payload);
      if (ownOf === '') this.requestedKeys.push(keys);
      else this.askedOwn.push(ownOf);
      await this.held;
      this.#mayFail();
      if (keys.length > limits.apiKeysPerRequestMax) throw new MeridianError('REQUEST_INVALID');
      const found = [...keys, `own-${ownOf}`].flatMap((key) => this.keys.get(key) ?? []);
      return wire.ApiKeys.encode({ keys: found }).finish();
    }
    const { version } = wire.RevocationsRequest.decode(payload);
    this.askedSince.push(version);
    this.#mayFail();
    const newest = Math.max(0, ...[...this.answers.values(), ...this.#revoked].map((one) => one.version ?? 0));
    // A node with a higher version has it from another database.
    const since = version > newest ? 0 : version;
    const revoked = this.#revoked.filter((one) => (one.version ?? 0) > since).flatMap((one) => one.revoked ?? []);
    return wire.Revocations.encode(this.answers.get(version) ?? { version: newest, since, revoked }).finish();
  }

  #mayFail(): void {
    if (this.failsWith !== undefined) throw Object.assign(new Error(this.failsWith), { code: this.failsWith });
  }
}
