// Stores batches of signaling nodes. A repeated batch changes nothing, and facts of a session may follow its records.
import { MeridianError, type wire } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Store } from '../store/store.ts';
import { type Transaction, transactUnforced } from '../store/transaction.ts';
import { addRows, type Value } from './add-rows.ts';
import { joinsOf, type ValidJoins } from './core/joins.ts';
import type { PeriodRow } from './core/period.ts';
import {
  aheadOf,
  eventOf,
  factsOf,
  recordOf,
  type ValidEvent,
  type ValidFacts,
  type ValidRecord,
} from './core/records.ts';
import { KEYS_PER_S, newKeys } from './core/session-keys.ts';
import { addJoins, type JoinsFrom } from './joins.ts';
import { periodColumns } from './periods.ts';

/** Limit of entries of one kind in a message; signaling nodes send fewer. */
export const QUALITY_ENTRIES_MAX = 5000;
/** Attempts, since another instance may insert the same session at the same moment. */
const TRIES = 3;

/** Decision about a session, which the centre can explain. */
export interface SessionDecision {
  readonly sessionKey: number;
  readonly decisionId: string;
}

export interface QualityBatchIntakeOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Receives the decisions named in a stored batch, including earlier ones. */
  onDecided?(decided: readonly SessionDecision[]): void;
}

interface ValidBatch {
  readonly facts: ReadonlyMap<string, ValidFacts>;
  readonly records: readonly ValidRecord[];
  readonly events: readonly ValidEvent[];
  readonly joins: ValidJoins | undefined;
}
type Keys = ReadonlyMap<string, number>;

export class QualityBatchIntake {
  readonly #o: QualityBatchIntakeOptions;

  constructor(o: QualityBatchIntakeOptions) {
    this.#o = o;
  }

  /** Stores a batch, all or nothing. A session keeps the tenant named first. Rejects with REQUEST_INVALID. */
  async take(batch: wire.QualityBatch.$Properties, from: JoinsFrom): Promise<Record<string, never>> {
    const validBatch = validBatchOf(batch, this.#o.clock.wallMs());
    const ids = [
      ...new Set([...validBatch.facts.keys(), ...sessionsOf(validBatch.records), ...sessionsOf(validBatch.events)]),
    ];
    if (ids.length === 0 && validBatch.joins === undefined) return {};
    for (let tries = 1; ; tries += 1) {
      try {
        const keys = await transactUnforced(this.#o.store, (trx) => this.#store(trx, ids, validBatch, from));
        this.#o.onDecided?.(decidedOf(validBatch, keys));
        return {};
      } catch (error) {
        if (tries === TRIES || !isKeyConflict(error)) throw error;
      }
    }
  }

  async #store(
    db: Transaction,
    ids: readonly string[],
    { facts, records, events, joins }: ValidBatch,
    from: JoinsFrom,
  ): Promise<Keys> {
    const { store } = this.#o;
    const keys = await this.#keysOf(db, ids);
    const keyOf = ({ sessionId }: { readonly sessionId: string }): number => keys.get(sessionId) as number;
    // The same order everywhere prevents deadlocks between two instances.
    const inOrder = <T extends { readonly sessionId: string }>(some: Iterable<T>): T[] =>
      [...some].sort((a, b) => keyOf(a) - keyOf(b));
    const orderedFacts = inOrder(facts.values());
    if (orderedFacts.length > 0)
      await addRows(db, store, {
        table: 'quality_sessions',
        columns: factColumns,
        rows: orderedFacts.map((one) => [keyOf(one), ...factValues(one)]),
        onConflict: updateFacts,
      });
    if (records.length > 0) {
      await addRows(db, store, {
        table: 'quality_10s',
        columns: periodColumns,
        rows: records.map((one) => periodValues(keyOf(one), one)),
        onConflict: '(session, at_ms) do nothing',
      });
      await addRows(db, store, {
        table: 'quality_sessions',
        columns: latestColumns,
        rows: inOrder(latestOf(records)).map((one) => latestValues(keyOf(one), one)),
        onConflict: updateLatest,
      });
    }
    if (events.length > 0) await this.#events(db, inOrder(events), keyOf);
    // Comes last, since nodes of a region add to the same rows.
    if (joins !== undefined) await addJoins(db, store, from, joins);
    return keys;
  }

  async #events(db: Transaction, events: readonly ValidEvent[], keyOf: (event: ValidEvent) => number): Promise<void> {
    const { store } = this.#o;
    const ends = new Map<string, ValidEvent>();
    for (const event of events) if (event.kind === 'left') ends.set(event.sessionId, event);
    const sessions = new Map(events.map((event) => [event.sessionId, event]));
    await addRows(db, store, {
      table: 'quality_sessions',
      columns: ['key', 'session_id', 'joined_ms', 'last_ms', 'left_ms'],
      rows: [...sessions.values()].map((event) => {
        const end = ends.get(event.sessionId);
        return [keyOf(event), event.sessionId, event.atMs, event.atMs, end?.atMs ?? null];
      }),
      onConflict: updateEnd,
    });
    await addRows(db, store, {
      table: 'session_events',
      columns: ['session', 'at_ms', 'kind', 'source', 'from_node', 'to_node', 'reason', 'decision_id'],
      rows: events.map((event) => {
        const { atMs, kind, source, from, to, reason, decisionId } = event;
        return [keyOf(event), atMs, kind, source, from, to, reason, decisionId];
      }),
      onConflict: '(session, at_ms, kind, source, from_node, to_node) do nothing',
    });
  }

  /** Returns the sessions' keys; new sessions get new keys. */
  async #keysOf(db: Transaction, ids: readonly string[]): Promise<Keys> {
    const { clock, rng } = this.#o;
    const found = new Map<string, number>();
    for (let from = 0; from < ids.length; from += IDS_PER_READ) {
      const idsChunk = ids.slice(from, from + IDS_PER_READ);
      const rows = db.selectFrom('quality_sessions').select(['key', 'session_id']);
      for (const { key, session_id } of await rows.where('session_id', 'in', idsChunk).execute())
        found.set(session_id, key);
    }
    const missing = ids.filter((id) => !found.has(id));
    const keys = newKeys(clock.wallMs(), rng.int(KEYS_PER_S), missing.length);
    for (const [at, id] of missing.entries()) found.set(id, keys[at] as number);
    return found;
  }
}

const IDS_PER_READ = 500;

function validBatchOf(batch: wire.QualityBatch.$Properties, nowMs: number): ValidBatch {
  const { facts, records, events, joins } = batch;
  const entriesByKind = { facts: facts ?? [], records: records ?? [], events: events ?? [], joins: joins ?? [] };
  for (const [name, some] of Object.entries(entriesByKind))
    if (some.length > QUALITY_ENTRIES_MAX) throw new MeridianError('REQUEST_INVALID', `too many ${name}`);
  const aheadMs = aheadOf(
    [...entriesByKind.records, ...entriesByKind.events].map(({ wallMs }) => wallMs),
    nowMs,
  );
  const o = { nowMs, aheadMs };
  const some = <T, R>(
    from: readonly T[],
    read: (one: T, o: { nowMs: number; aheadMs: number }) => R | undefined,
  ): R[] => from.map((one) => read(one, o)).filter((one) => one !== undefined);
  return {
    // Facts replace earlier facts of the session.
    facts: new Map(some(entriesByKind.facts, factsOf).map((one) => [one.sessionId, one])),
    records: some(entriesByKind.records, recordOf),
    events: some(entriesByKind.events, eventOf),
    joins: joinsOf(batch, nowMs),
  };
}

const sessionsOf = (some: readonly { readonly sessionId: string }[]): string[] =>
  some.map(({ sessionId }) => sessionId);

interface LatestOfSession extends ValidRecord {
  readonly firstMs: number;
}

function latestOf(records: readonly ValidRecord[]): Iterable<LatestOfSession> {
  const latest = new Map<string, LatestOfSession>();
  for (const record of records) {
    const before = latest.get(record.sessionId);
    const firstMs = Math.min(before?.firstMs ?? record.latest.lastMs, record.latest.lastMs);
    const isLater = before === undefined || record.latest.lastMs >= before.latest.lastMs;
    latest.set(record.sessionId, { ...(isLater ? record : before), firstMs });
  }
  return latest.values();
}

function decidedOf({ facts, events }: ValidBatch, keys: Keys): SessionDecision[] {
  return [...facts.values(), ...events]
    .filter(({ decisionId }) => decisionId !== '')
    .map(({ sessionId, decisionId }) => ({ sessionKey: keys.get(sessionId) as number, decisionId }));
}

/** Returns whether another instance has inserted the key or session. */
const isKeyConflict = (error: unknown): boolean => {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === '23505' || errcode === SQLITE_CONSTRAINT_PRIMARYKEY || errcode === SQLITE_CONSTRAINT_UNIQUE;
};
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

const periodValues = (key: number, { figures }: ValidRecord): Value[] => {
  const values: Value[] = [key];
  for (const name of periodColumns)
    if (name !== 'session') values.push(figures[name as keyof Omit<PeriodRow, 'session'>]);
  return values;
};

const namingColumns = ['tenant', 'room', 'sid', 'identity', 'name', 'protocol', 'signaling_id', 'sdk'] as const;
/** Columns that the client reports rarely: a node that takes over the session does not know them yet. */
const reportedColumns = ['device', 'transport', 'network'] as const;
const placed = ['place', 'country_code', 'latitude_tenths', 'longitude_tenths'] as const;
const factColumns = [
  'key',
  'session_id',
  ...namingColumns,
  ...reportedColumns,
  ...placed,
  'decision_id',
  'joined_ms',
  'last_ms',
];
const factValues = (one: ValidFacts): Value[] => [
  one.sessionId,
  ...[one.tenant, one.room, one.sid, one.identity, one.name, one.protocol, one.signalingId, one.sdk],
  ...[one.device, one.transport, one.network],
  ...[one.place, one.countryCode, one.latitudeTenths, one.longitudeTenths],
  one.decisionId,
  one.joinedMs,
  one.joinedMs,
];
// Only the node where the session joined knows its place, decision and time of joining.
const updateFacts = `(key) do update set ${[
  ...namingColumns.map((name) => `${name} = excluded.${name}`),
  ...reportedColumns.map(
    (name) => `${name} = case when excluded.${name} = '' then quality_sessions.${name} else excluded.${name} end`,
  ),
  ...placed.map(
    (name) => `${name} = case when excluded.place = '' then quality_sessions.${name} else excluded.${name} end`,
  ),
  `decision_id = case when quality_sessions.decision_id = '' then excluded.decision_id else quality_sessions.decision_id end`,
  `joined_ms = case when quality_sessions.joined_ms < excluded.joined_ms and quality_sessions.joined_ms > 0 then quality_sessions.joined_ms else excluded.joined_ms end`,
].join(', ')} where quality_sessions.tenant in ('', excluded.tenant)`;

const latest = ['last_ms', 'node_id', 'from_nodes', 'strength', 'rtt_us', 'loss_ppm', 'freeze_ppm'];
const latestColumns = ['key', 'session_id', 'joined_ms', ...latest, 'is_live', 'minute_from_ms', 'to_roll'];
const latestValues = (key: number, { sessionId, firstMs, latest: one }: LatestOfSession): Value[] => [
  ...[key, sessionId, firstMs - one.periodMs, one.lastMs, one.nodeId, one.fromNodes, one.strength, one.rttUs],
  ...[one.lossPpm, one.freezePpm, 1, firstMs, 1],
];
/** Longest delay of a record after the session's end; a later record means that the session resumed. */
const BACK_MS = 5000;
const hasReturned = `excluded.last_ms > quality_sessions.left_ms + ${BACK_MS}`;
// In every expression, `last_ms` is the value from before the update.
const updateLatest = `(key) do update set ${[
  ...latest.map(
    (name) =>
      `${name} = case when excluded.last_ms >= quality_sessions.last_ms then excluded.${name} else quality_sessions.${name} end`,
  ),
  `left_ms = case when ${hasReturned} then null else quality_sessions.left_ms end`,
  `is_live = case when quality_sessions.left_ms is null or ${hasReturned} then 1 else 0 end`,
  `minute_from_ms = case when quality_sessions.minute_from_ms between 1 and excluded.minute_from_ms then quality_sessions.minute_from_ms else excluded.minute_from_ms end`,
  'to_roll = 1',
].join(', ')}`;
// A repeated or late end does not end a session that has resumed since.
const updateEnd = `(key) do update set ${[
  `left_ms = case when excluded.left_ms is null or excluded.left_ms + ${BACK_MS} < quality_sessions.last_ms then quality_sessions.left_ms else excluded.left_ms end`,
  `is_live = case when excluded.left_ms is null or excluded.left_ms + ${BACK_MS} < quality_sessions.last_ms then quality_sessions.is_live else 0 end`,
].join(', ')}`;
