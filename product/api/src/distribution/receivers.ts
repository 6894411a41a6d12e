import { createHash, createSecretKey, timingSafeEqual } from 'node:crypto';
import {
  priorities,
  type ReceiverKind,
  SECRET_PREFIX,
  secretFields,
  settingsIssues,
  targetOf,
} from '@meridian/distribution';
import type { TargetAddresses } from '@meridian/node-shell';
import { isInFence, MeridianError, newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import { lockTenant } from '../access/tenants.ts';
import { checkKeptSecrets } from '../http/kept-secrets.ts';
import { Problem } from '../http/problems.ts';
import type { LibraryNodes } from '../library/library-nodes.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { DeliveryEnding } from './ending.ts';
import type { ReceiverRow } from './rows.ts';

const RECEIVERS_MAX = 10_000;
const TOKEN_S = 7 * 86_400;
const SECRET_BYTES = 32;
const HUBS_MAX = 16;
const ROWS = 500;

export interface ReceiverChange {
  readonly name?: string;
  readonly region?: string;
  readonly site?: string;
  readonly groups?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
}

export interface ReceiversOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly sealSecret: string;
  readonly addresses: Pick<TargetAddresses, 'isRefusedHost'>;
  readonly keys: Pick<ApiKeys, 'signing' | 'fencesOf'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly nodes: Pick<LibraryNodes, 'all'>;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
}

/** Secrets of a receiver, which only this answer shows. */
export interface Secrets {
  /** `mrk_RECEIVER_SECRET`, for an agent. */
  readonly credential?: string;
  /** Secret that signs the calls of a `pull` receiver. */
  readonly secret?: string;
}

export class Receivers {
  readonly #o: ReceiversOptions;
  readonly #seal: Seal;

  constructor(o: ReceiversOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian receivers');
  }

  /** Creates a receiver. Rejects with REQUEST_INVALID, TARGET_REFUSED, FENCED_OUT or QUOTA_EXCEEDED. */
  async create(
    trx: Transaction,
    tenant: string,
    o: ReceiverChange & { readonly kind: ReceiverKind; readonly name: string; readonly region: string },
  ): Promise<{ row: ReceiverRow; secrets: Secrets }> {
    const { clock, rng } = this.#o;
    await lockTenant(trx, tenant);
    await this.#checkRegion(trx, tenant, o.region);
    const receiverCount = await trx
      .selectFrom('distribution_receivers')
      .select((eb) => eb.fn.countAll<number>().as('present'))
      .where('tenant', '=', tenant)
      .executeTakeFirstOrThrow();
    if (Number(receiverCount.present) >= RECEIVERS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${RECEIVERS_MAX} receivers`);
    const id = newId('RC_', (count) => rng.bytes(count), 20);
    const made: { secret?: string } = o.kind === 'pull' ? { secret: this.#newPullSecret() } : {};
    const settings = this.#settingsOf(o.kind, Object.assign({}, o.settings, made), id);
    const nowMs = clock.wallMs();
    const agent = o.kind === 'agent' ? this.#newCredential(id) : undefined;
    const row: ReceiverRow = {
      tenant,
      id,
      name: o.name,
      kind: o.kind,
      region: o.region,
      site: o.site ?? '',
      groups: JSON.stringify(o.groups ?? []),
      settings: settings.shown,
      sealed_settings: settings.sealed,
      credential_hash: agent?.hash ?? '',
      version: 1,
      state: o.enabled === false ? 'disabled' : 'enabled',
      created_ms: nowMs,
      changed_ms: nowMs,
      rates: '{}',
    };
    await trx.insertInto('distribution_receivers').values(row).execute();
    return { row, secrets: agent === undefined ? made : { credential: agent.credential } };
  }

  async get(db: Database, tenant: string, id: string): Promise<ReceiverRow> {
    const row = await db
      .selectFrom('distribution_receivers')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return row;
  }

  /** Rejects like `create`; open deliveries stay. A disabled receiver gets no notices and no sessions. */
  async change(trx: Transaction, tenant: string, id: string, o: ReceiverChange): Promise<ReceiverRow> {
    const before = await this.get(trx, tenant, id);
    if (o.region !== undefined) await this.#checkRegion(trx, tenant, o.region);
    const settings = o.settings === undefined ? undefined : this.#changed(before, o.settings);
    const state = o.enabled === undefined ? before.state : o.enabled ? 'enabled' : 'disabled';
    if (state === 'disabled' && before.state === 'enabled') await this.#revoke(trx, before);
    return trx
      .updateTable('distribution_receivers')
      .set({
        name: o.name ?? before.name,
        region: o.region ?? before.region,
        site: o.site ?? before.site,
        groups: o.groups === undefined ? before.groups : JSON.stringify(o.groups),
        settings: settings?.shown ?? before.settings,
        sealed_settings: settings?.sealed ?? before.sealed_settings,
        state,
        changed_ms: this.#o.clock.wallMs(),
      })
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where((eb) => eb.and({ tenant, id }))
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /**
   * Makes a new credential; the previous one and tokens made from it end. Rejects with CONFLICT for kinds without
   * credentials.
   */
  async rotate(trx: Transaction, tenant: string, id: string): Promise<{ row: ReceiverRow; credential: string }> {
    const before = await this.get(trx, tenant, id);
    if (before.kind !== 'agent') throw new Problem('CONFLICT', 'only agents have a credential');
    await this.#revoke(trx, before);
    const { credential, hash } = this.#newCredential(id);
    const row = await trx
      .updateTable('distribution_receivers')
      .set({ credential_hash: hash, changed_ms: this.#o.clock.wallMs() })
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where((eb) => eb.and({ tenant, id }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return { row, credential };
  }

  /** Cancels the receiver's open deliveries first. */
  async remove(tenant: string, id: string): Promise<void> {
    const { db, ending } = this.#o;
    await this.get(db, tenant, id);
    await transact(db, (trx) => this.change(trx, tenant, id, { enabled: false }));
    for (let more = true; more; )
      more = await transact(db, async (trx) => {
        const open = await trx
          .selectFrom('distribution_deliveries')
          .select(['tenant', 'id', 'order_id'])
          .where((eb) => eb.and({ tenant, receiver: id }))
          .where('state', 'in', ['waiting', 'noticed'])
          .limit(ROWS)
          .execute();
        await ending.endDeliveries(trx, open, { state: 'cancelled' });
        return open.length === ROWS;
      });
    await transact(db, (trx) =>
      trx
        .deleteFrom('distribution_receivers')
        .where((eb) => eb.and({ tenant, id }))
        .execute(),
    );
  }

  /**
   * Returns an agent's rights for a week. Rejects with TOKEN_INVALID for any fault of the credential, so that none is
   * revealed.
   */
  async session(credential: string) {
    const { db, keys, clock, nodes } = this.#o;
    const [, id = '', secret = ''] = /^mrk_(RC_[A-Za-z0-9]{1,61})_([A-Za-z0-9_-]{43})$/.exec(credential) ?? [];
    const row = await db
      .selectFrom('distribution_receivers')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'enabled')
      .executeTakeFirst();
    // The comparison is made even without a receiver, so that the time does not reveal whether it exists.
    const isRight = timingSafeEqual(
      Buffer.from(hashOf(secret)),
      Buffer.from(row?.credential_hash.padEnd(64, ' ') ?? ' '.repeat(64)),
    );
    const key = row === undefined || !isRight ? undefined : await keys.signing(row.tenant);
    if (row === undefined || key === undefined) throw new Problem('TOKEN_INVALID');
    const nowS = Math.floor(clock.wallMs() / 1000);
    const { tenant, name, region } = row;
    const token = await new SignJWT({ receiver: id, region, via: id })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(key.id)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + TOKEN_S)
      .sign(createSecretKey(Buffer.from(key.secret)));
    const hubs = nodes.all
      .filter((node) => node.publicUrl !== '' && isInFence(key.regions, node.region))
      .toSorted((a, b) => Number(b.region === region) - Number(a.region === region) || (a.nodeId < b.nodeId ? -1 : 1))
      .slice(0, HUBS_MAX)
      .map(({ publicUrl }) => publicUrl);
    return { receiver: id, tenant, name, region, token, tokenEndsMs: (nowS + TOKEN_S) * 1000, hubs };
  }

  /**
   * Returns the settings including secrets, for the library node that serves the receiver. The target is the one that
   * was sealed with the secrets, also in a row whose shown settings were changed in another way.
   */
  wholeSettings({ id, settings, sealed_settings }: ReceiverRow): Record<string, unknown> {
    const shown = JSON.parse(settings) as Record<string, unknown>;
    if (sealed_settings === '') return shown;
    return Object.assign(shown, JSON.parse(this.#seal.open(sealed_settings, id)));
  }

  #revoke(trx: Transaction, row: ReceiverRow): Promise<void> {
    const beforeMs = this.#o.clock.wallMs();
    return this.#o.revocations.add(trx, {
      tenant: row.tenant,
      id: row.id,
      beforeMs,
      untilMs: beforeMs + TOKEN_S * 1000,
    });
  }

  /**
   * Returns changed settings. Secrets that are absent stay if the target stays; a given one replaces all stored ones,
   * because a password and a key are alternatives.
   */
  #changed(before: ReceiverRow, given: Readonly<Record<string, unknown>>) {
    const kind = before.kind as ReceiverKind;
    const whole = this.wholeSettings(before);
    const stored = secretFields[kind].filter((name) => whole[name] !== undefined);
    const isGiven = secretFields[kind].some((name) => given[name] !== undefined);
    if (isGiven) for (const name of stored) Reflect.deleteProperty(whole, name);
    const after = Object.assign({}, whole, given);
    const settings = this.#settingsOf(kind, after, before.id);
    const kept = isGiven ? [] : stored.map((name) => `/settings/${name}`);
    checkKeptSecrets({ before: targetOf(kind, whole), after: targetOf(kind, after), kept });
    return settings;
  }

  /** Throws REQUEST_INVALID for settings that the kind does not have, TARGET_REFUSED for an inside address. */
  #settingsOf(kind: ReceiverKind, givenSettings: Readonly<Record<string, unknown>>, id: string) {
    const settings = Object.assign({}, defaultSettings[kind], givenSettings);
    if (kind === 'agent') {
      if (Object.keys(settings).length > 0) throw new Problem('REQUEST_INVALID', 'an agent has no settings here');
      return { shown: '{}', sealed: '' };
    }
    const [issue] = settingsIssues(kind, settings, this.#o.addresses);
    if (issue !== undefined) {
      const pointer = `/settings${issue.pointer === '/' ? '' : issue.pointer}`;
      throw new Problem(issue.code, undefined, { fields: [{ pointer, detail: issue.detail }] });
    }
    const secret = new Set<string>(secretFields[kind]);
    const shown = Object.entries(settings).filter(([name]) => !secret.has(name));
    return {
      shown: JSON.stringify(Object.fromEntries(shown)),
      sealed: secret.size === 0 ? '' : this.#seal.close(JSON.stringify(settings), id),
    };
  }

  async #checkRegion(trx: Transaction, tenant: string, region: string): Promise<void> {
    const fences = await this.#o.keys.fencesOf(trx, [tenant]);
    if (!isInFence(fences.get(tenant) ?? '', region))
      throw new MeridianError('FENCED_OUT', 'the region is outside those of the tenant’s keys');
  }

  #newCredential(id: string): { readonly credential: string; readonly hash: string } {
    const secret = Buffer.from(this.#o.rng.bytes(SECRET_BYTES)).toString('base64url');
    return { credential: `mrk_${id}_${secret}`, hash: hashOf(secret) };
  }

  #newPullSecret(): string {
    return `${SECRET_PREFIX}${Buffer.from(this.#o.rng.bytes(SECRET_BYTES)).toString('base64')}`;
  }
}

const defaultSettings: Readonly<Record<ReceiverKind, Readonly<Record<string, unknown>>>> = {
  agent: {},
  region: {},
  s3: { prefix: '', pathStyle: false },
  sftp: { verify: true },
  pull: {},
};

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const groupsOf = ({ groups }: Pick<ReceiverRow, 'groups'>): string[] => JSON.parse(groups) as string[];
export const priorityAt = (rank: number) => priorities[rank] ?? 'normal';
