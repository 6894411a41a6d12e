// API keys of tenants that this node knows: from its configuration, and fetched from the api by id. Fetched keys are
// kept sealed on disk and serve on while the api is down.
import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  assert,
  characterCount,
  fenceContains,
  fenceOf,
  limits,
  MeridianError,
  note,
  onNote,
  roomKeyOf,
  rpc,
  tokenScopes,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ApiLinks } from './api-links.ts';
import type { SealedFile } from './sealed-file.ts';

/** Key of the configuration, with every scope. */
export interface ApiKey {
  readonly key: string;
  readonly secret: string;
  readonly tenant: string;
  /** Regions that media of its rooms may touch; absent: anywhere. */
  readonly regions?: readonly string[];
}

/** Limits of a tenant's simultaneous use; 0: no limit. */
export interface TenantLimits {
  readonly seats: number;
  readonly rooms: number;
  /** Total sent by its participants, per media node. */
  readonly publishBps: number;
  readonly recording: string;
  /** Version of the limits: of two messages the one with the higher version counts; 0: not from an api. */
  readonly version: number;
}

export interface TenantKey {
  readonly key: string;
  readonly secret: KeyObject;
  readonly tenant: string;
  /** `regions` as a fence; '': anywhere. */
  readonly fence: string;
  /** Scopes, of which some may be outside `tokenScopes`. */
  readonly scopes: readonly string[];
}

export interface KeySource {
  /** Returns a key. Rejects with TOKEN_INVALID for an unknown key; API_UNREACHABLE, OVERLOADED when it cannot ask. */
  get(key: string): Promise<TenantKey>;
  findKnown(key: string): TenantKey | undefined;
  ofTenant(tenant: string): readonly TenantKey[];
  limitsOf(tenant: string): TenantLimits;
}

/** Most fetched keys; beyond it the least recently used is dropped, and fetched again when needed. */
export const KEYS_MAX = 10_000;
/** Most ids known to have no key; beyond it the oldest is dropped. */
export const MISSING_MAX = 10_000;
export const MISSING_MS = 10_000;
/** Most ids that wait for an answer; beyond it OVERLOADED, since any client can invent ids. */
export const PENDING_KEYS_MAX = 1000;
const FETCH_TIMEOUT_MS = 3000;
/** Bound on the delay of a key's removal, and of a change of limits, when a message was lost. */
const REFRESH_MS = 60_000;
const SECRET_CHARACTERS_MIN = 32;

const text = Type.String();
const number = Type.Number({ minimum: 0 });
const storedKey = Type.Object({
  key: text,
  secret: text,
  tenant: text,
  regions: Type.Array(text),
  scopes: Type.Array(text),
  limits: Type.Object({
    seats: number,
    rooms: number,
    publishBps: number,
    version: Type.Optional(number),
    recording: Type.Optional(text),
  }),
});
type StoredKey = Static<typeof storedKey>;
const stored = Type.Object({ keys: Type.Array(storedKey) });

const noLimits: TenantLimits = { seats: 0, rooms: 0, publishBps: 0, recording: '', version: 0 };

export class FixedKeys implements KeySource {
  readonly #keys: ReadonlyMap<string, TenantKey>;

  constructor(keys: readonly ApiKey[]) {
    this.#keys = new Map(
      keys.map(({ key, secret, tenant, regions = [] }) => {
        const read = tenantKeyOf({ key, secret, tenant, regions: [...regions], scopes: [...tokenScopes] });
        assert(read !== undefined, 'an API key was checked with the configuration');
        return [key, read];
      }),
    );
  }

  async get(key: string): Promise<TenantKey> {
    const found = this.findKnown(key);
    if (found === undefined) throw unknownKey();
    return found;
  }

  findKnown(key: string): TenantKey | undefined {
    return this.#keys.get(key);
  }

  ofTenant(tenant: string): readonly TenantKey[] {
    return [...this.#keys.values()].filter((one) => one.tenant === tenant);
  }

  limitsOf(): TenantLimits {
    return noLimits;
  }
}

export interface TenantKeysOptions {
  readonly configured: readonly ApiKey[];
  readonly api: Pick<ApiLinks, 'call' | 'onLink' | 'isLinked'>;
  readonly file: SealedFile;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Fetched {
  readonly key: TenantKey;
  readonly stored: StoredKey;
}
type PendingKey = PromiseWithResolvers<TenantKey | undefined>;

export class TenantKeys implements KeySource {
  readonly #o: TenantKeysOptions;
  readonly #fixed: FixedKeys;
  readonly #fetched = new Map<string, Fetched>();
  /** End of the time for which an id counts as missing, by `nowMs`. */
  readonly #missing = new Map<string, number>();
  readonly #pending = new Map<string, PendingKey>();
  /** Limits by tenant of fetched keys, newest last. */
  readonly #limits = new Map<string, TenantLimits>();
  #limitsMessages = 0;
  #isLimitsChanged = false;
  readonly #listeners: ((keys: ReadonlySet<string>) => void)[] = [];
  readonly #limitsListeners: (() => void)[] = [];
  readonly #timer: Timer;
  #hasApi: boolean;
  #isFetching = false;
  #isRefreshing = false;
  #isClosed = false;

  constructor(o: TenantKeysOptions) {
    this.#o = o;
    this.#fixed = new FixedKeys(o.configured);
    const loaded = o.file.load();
    const keys = Value.Check(stored, loaded) ? (loaded as Static<typeof stored>).keys : [];
    for (const one of keys) this.#store(one);
    this.#hasApi = o.configured.length === 0 || loaded !== undefined;
    o.api.onLink((link) => {
      onNote(link, note.tenantLimits, (message) => this.#receiveLimits(message));
      this.expectApi();
      this.#refresh();
    });
    this.#timer = o.clock.every(REFRESH_MS, () => this.#refresh());
  }

  /** Declares that this cloud has an api, which may know unknown keys. Before this call they do not exist. */
  expectApi(): void {
    if (this.#hasApi) return;
    this.#hasApi = true;
    this.#save();
  }

  async get(key: string): Promise<TenantKey> {
    const known = this.#fixed.findKnown(key) ?? this.#touch(key);
    if (known !== undefined) return known;
    if (key === '' || characterCount(key) > limits.revocableIdMax || !this.#hasApi || this.#isMissing(key))
      throw unknownKey();
    const found = await this.#request(key);
    if (found === undefined) throw unknownKey();
    return found;
  }

  findKnown(key: string): TenantKey | undefined {
    return this.#fixed.findKnown(key) ?? this.#fetched.get(key)?.key;
  }

  ofTenant(tenant: string): readonly TenantKey[] {
    const fetched = [...this.#fetched.values()].map(({ key }) => key);
    return [...this.#fixed.ofTenant(tenant), ...fetched.filter((one) => one.tenant === tenant)];
  }

  /**
   * Returns a key of the tenant that may use all regions of the fence: a known key, else the tenant's own, which the
   * api gives only to recorders. Rejects with TOKEN_INVALID without such a key, API_UNREACHABLE when no api answers.
   */
  async forRooms(tenant: string, fence: string): Promise<TenantKey> {
    const findKey = (): TenantKey | undefined => this.ofTenant(tenant).find((one) => fenceContains(one.fence, fence));
    if (findKey() === undefined && this.#hasApi) await this.#fetch([], tenant);
    const knownKey = findKey();
    if (knownKey === undefined)
      throw new MeridianError('TOKEN_INVALID', "no API key of the room's tenant holds its fence");
    return knownKey;
  }

  limitsOf(tenant: string): TenantLimits {
    return this.#limits.get(tenant) ?? noLimits;
  }

  onLimits(listener: () => void): void {
    this.#limitsListeners.push(listener);
  }

  /** Calls the listener with keys that have become invalid, so that it ends whatever they allowed. */
  onGone(listener: (keys: ReadonlySet<string>) => void): void {
    this.#listeners.push(listener);
  }

  /** Refuses waiting callers and sends no more requests. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  #touch(key: string): TenantKey | undefined {
    const found = this.#fetched.get(key);
    if (found === undefined) return undefined;
    this.#fetched.delete(key);
    this.#fetched.set(key, found);
    return found.key;
  }

  #isMissing(key: string): boolean {
    const untilMs = this.#missing.get(key);
    if (untilMs === undefined) return false;
    if (this.#o.clock.nowMs() < untilMs) return true;
    this.#missing.delete(key);
    return false;
  }

  #request(key: string): Promise<TenantKey | undefined> {
    const pendingKey = this.#pending.get(key);
    if (pendingKey !== undefined) return pendingKey.promise;
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    if (this.#pending.size >= PENDING_KEYS_MAX)
      throw new MeridianError('OVERLOADED', 'too many unknown API keys', { retryAfterMs: FETCH_TIMEOUT_MS });
    const request: PendingKey = Promise.withResolvers();
    this.#pending.set(key, request);
    if (!this.#isFetching) {
      this.#isFetching = true;
      void this.#fetchPending();
    }
    return request.promise;
  }

  /** Never rejects: failures go to the waiting callers. */
  async #fetchPending(): Promise<void> {
    while (this.#pending.size > 0) {
      const batch = [...this.#pending].slice(0, limits.apiKeysPerRequestMax);
      try {
        const found = await this.#fetch(batch.map(([key]) => key));
        for (const [key, { resolve }] of batch) resolve(found.get(key));
      } catch (error) {
        for (const [, { reject }] of batch) reject(error);
      }
      for (const [key] of batch) this.#pending.delete(key);
    }
    this.#isFetching = false;
  }

  async #fetch(keys: readonly string[], ownOf = ''): Promise<ReadonlyMap<string, TenantKey>> {
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    const answer = await this.#answer(keys, ownOf);
    const infos = new Map(answer.keys.map((info) => [info.key ?? '', info]));
    const found = new Map<string, TenantKey>();
    const removedIds = new Set<string>();
    const ownKeys =
      ownOf === '' ? [] : answer.keys.filter(({ tenant }) => tenant === ownOf).map(({ key }) => key ?? '');
    for (const key of new Set([...keys, ...ownKeys])) {
      const info = infos.get(key);
      const read = info && this.#store(storedKeyOf(info));
      if (read !== undefined) found.set(key, read);
      else if (this.#fetched.delete(key)) removedIds.add(key);
      if (read === undefined) this.#markMissing(key);
    }
    if (found.size > 0 || removedIds.size > 0) this.#save();
    if (removedIds.size > 0) {
      this.#o.log.info({ keys: [...removedIds] }, 'API keys have become invalid');
      for (const listener of this.#listeners) listener(removedIds);
    }
    this.#notifyLimits();
    return found;
  }

  /** Repeats the request when limits changed meanwhile, since the answer may be older than that change. */
  async #answer(keys: readonly string[], ownOf: string): Promise<wire.ApiKeys> {
    for (;;) {
      const heard = this.#limitsMessages;
      const answer = await this.#o.api.call(rpc.apiKeys, { keys: [...keys], ownOf }, FETCH_TIMEOUT_MS);
      if (heard === this.#limitsMessages) return answer;
    }
  }

  #receiveLimits({ tenant, limits: wireLimits }: wire.LimitsOfTenant): void {
    if (this.#isClosed) return;
    this.#limitsMessages += 1;
    const newLimits = tenantLimitsOf(wireLimits);
    // Messages of two api instances may arrive in any order.
    if (!this.#limits.has(tenant) || newLimits.version < this.limitsOf(tenant).version) return;
    this.#applyLimits(tenant, newLimits);
    this.#save();
    this.#notifyLimits();
  }

  #applyLimits(tenant: string, newLimits: TenantLimits): void {
    const before = this.#limits.get(tenant);
    this.#limits.delete(tenant);
    this.#limits.set(tenant, newLimits);
    if (this.#limits.size > KEYS_MAX) dropFirst(this.#limits);
    if (before !== undefined && limitKeys.some((key) => newLimits[key] !== before[key])) this.#isLimitsChanged = true;
  }

  #notifyLimits(): void {
    if (!this.#isLimitsChanged) return;
    this.#isLimitsChanged = false;
    for (const listener of this.#limitsListeners) listener();
  }

  #store(one: StoredKey): TenantKey | undefined {
    const key = tenantKeyOf(one);
    if (key === undefined) {
      this.#o.log.warn({ key: one.key }, 'an API key is ignored: its secret, tenant or regions are not valid');
      return undefined;
    }
    this.#missing.delete(one.key);
    this.#fetched.delete(one.key);
    this.#fetched.set(one.key, { key, stored: one });
    if (this.#fetched.size > KEYS_MAX) dropFirst(this.#fetched);
    this.#applyLimits(one.tenant, tenantLimitsOf(one.limits));
    return key;
  }

  #markMissing(key: string): void {
    this.#missing.delete(key);
    this.#missing.set(key, this.#o.clock.nowMs() + MISSING_MS);
    if (this.#missing.size > MISSING_MAX) dropFirst(this.#missing);
  }

  #refresh(): void {
    if (this.#isRefreshing || this.#isClosed || !this.#o.api.isLinked) return;
    this.#isRefreshing = true;
    this.#refreshAll()
      .catch((error: unknown) => this.#o.log.warn({ err: error }, 'API keys could not be refreshed'))
      .finally(() => {
        this.#isRefreshing = false;
      });
  }

  async #refreshAll(): Promise<void> {
    const keys = [...this.#fetched.keys()];
    const step = limits.apiKeysPerRequestMax;
    for (let at = 0; at < keys.length; at += step) await this.#fetch(keys.slice(at, at + step));
  }

  #save(): void {
    const withPresentLimits = ({ stored: one }: Fetched): StoredKey => ({ ...one, limits: this.limitsOf(one.tenant) });
    this.#o.file.save(() => ({ keys: [...this.#fetched.values()].map(withPresentLimits) }));
  }
}

const unknownKey = (): MeridianError =>
  new MeridianError('TOKEN_INVALID', 'claim "iss": there is no API key of this name');

function dropFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

function storedKeyOf({
  key,
  secret,
  tenant,
  regions,
  scopes,
  limits: wireLimits,
}: wire.ApiKeyInfo.$Properties): StoredKey {
  return {
    key: key ?? '',
    secret: secret ?? '',
    tenant: tenant ?? '',
    regions: regions ?? [],
    scopes: scopes ?? [],
    limits: tenantLimitsOf(wireLimits),
  };
}

const limitKeys = ['seats', 'rooms', 'publishBps', 'recording', 'version'] as const;
const tenantLimitsOf = (wireLimits: wire.TenantLimits.$Properties | null | undefined): TenantLimits => ({
  seats: wireLimits?.seats ?? 0,
  rooms: wireLimits?.rooms ?? 0,
  publishBps: wireLimits?.publishBps ?? 0,
  recording: wireLimits?.recording ?? '',
  version: wireLimits?.version ?? 0,
});

/** Returns undefined when the key cannot sign. */
function tenantKeyOf({ key, secret, tenant, regions, scopes }: Omit<StoredKey, 'limits'>): TenantKey | undefined {
  const fence = regions.length === 0 ? '' : fenceOf(regions);
  const isKey = secret.length >= SECRET_CHARACTERS_MIN && roomKeyOf(tenant, 'room') !== undefined;
  if (!isKey || fence === undefined) return undefined;
  return { key, secret: createSecretKey(Buffer.from(secret)), tenant, fence, scopes };
}
