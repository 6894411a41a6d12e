// Every 5 s, one instance judges all alarms, and stores state and notices in one transaction. An instance that was
// overtaken stores nothing.
import { newId } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { sql } from 'kysely';
import type { JobKind } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { AlarmMetrics, OpenAlarms } from './alarm-metrics.ts';
import { alarmId } from './core/content.ts';
import { type JudgeState, judge, noState, type Transition } from './core/judge.ts';
import { noticesOf } from './core/notices.ts';
import type { AlarmFacts } from './core/rule.ts';
import { alarmRules } from './core/rules/index.ts';
import type { AlarmReceivers } from './receivers.ts';
import type { AlarmSending } from './sending.ts';
import type { AlarmSettings } from './settings.ts';

/**
 * A failing region must be known within 60 s: six looks fit into that, in addition to the longest `forMs` of its rules.
 */
export const JUDGED_EVERY_MS = 5000;
/**
 * Limit of what one look adds to judge time, since the state during a pause, or during another instance's looks, is
 * unknown.
 */
const STEP_MS_MAX = 3 * JUDGED_EVERY_MS;
const LEASE_MS = 30_000;
/** After this time without a look, other instances have judged, so this one no longer knows the open alarms. */
const KNOWN_MS = 60_000;
const DAY_MS = 86_400_000;
const KEPT_MS = 366 * DAY_MS;
/**
 * Retention of delivered messages that contain only repeats: Alertmanager gets one each minute. The inspection counts
 * those of a day.
 */
const REPEATS_KEPT_MS = DAY_MS;
const ROWS = 1000;
const JUDGE = 'judge';

export interface JudgingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly settings: AlarmSettings;
  readonly receivers: AlarmReceivers;
  readonly sending: AlarmSending;
  readonly counters: AlarmMetrics;
  /** Never rejects. */
  facts(): Promise<AlarmFacts>;
}

/** State as stored; `judgedMs` is wall time, shown to people only. */
type StoredState = JudgeState & { readonly judgedMs?: number };

export class AlarmJudging {
  readonly #o: JudgingOptions;
  /** Last look that this process stored; `atMs` is monotonic time. */
  #last: { readonly turn: number; readonly atMs: number; readonly state: JudgeState } | undefined;

  constructor(o: JudgingOptions) {
    this.#o = o;
    o.counters.open(() => this.#open());
  }

  get jobs(): JobKind<unknown>[] {
    return [
      {
        name: 'alarms',
        concurrency: 1,
        leaseMs: LEASE_MS,
        every: { ms: JUDGED_EVERY_MS },
        run: async () => {
          await this.look();
          return undefined;
        },
      },
      {
        name: 'old-alarms',
        concurrency: 1,
        leaseMs: 5 * 60_000,
        every: { cron: '0 * * * *' },
        run: async () => ((await this.removeOld()) ? { againMs: 0 } : undefined),
      },
    ];
  }

  /** Returns the wall time of the last look, by the instance that judged; undefined if unknown. */
  async judgedMs(): Promise<number | undefined> {
    const { db } = this.#o.store;
    const found = await db.selectFrom('alarm_judge').select('state').where('id', '=', JUDGE).executeTakeFirst();
    return found && (JSON.parse(found.state) as StoredState).judgedMs;
  }

  /** Returns the alarms that fired and cleared; undefined if another instance was faster. */
  async look(): Promise<readonly Transition[] | undefined> {
    const { clock, counters } = this.#o;
    const startMs = clock.nowMs();
    let outcome: Parameters<AlarmMetrics['lookEnded']>[0] = 'failed';
    try {
      const transitions = await this.#look();
      outcome = transitions === undefined ? 'overtaken' : 'stored';
      return transitions;
    } finally {
      counters.lookEnded(outcome, clock.nowMs() - startMs);
    }
  }

  async #look(): Promise<readonly Transition[] | undefined> {
    const { store, clock, settings, facts: gather } = this.#o;
    const { turn, state } = await this.#read();
    const facts = await gather();
    const monotonicMs = clock.nowMs();
    const passedMs = this.#last?.turn === turn ? monotonicMs - this.#last.atMs : JUDGED_EVERY_MS;
    const atMs = state.atMs + Math.min(Math.max(0, Math.round(passedMs)), STEP_MS_MAX);
    const stored = await transact(store.db, async (db) => {
      const turnUpdate = await db
        .updateTable('alarm_judge')
        .set({ turn: turn + 1 })
        .where('id', '=', JUDGE)
        .where('turn', '=', turn)
        .returning('turn')
        .execute();
      if (turnUpdate.length === 0) return undefined;
      const judged = judge(state, facts, await settings.rules(db), atMs);
      await this.#store(db, judged, state);
      const notedState = await this.#notify(db, judged);
      await db
        .updateTable('alarm_judge')
        .set({ state: JSON.stringify({ ...notedState, judgedMs: clock.wallMs() } satisfies StoredState) })
        .where('id', '=', JUDGE)
        .execute();
      return { transitions: judged.transitions, state: notedState };
    });
    if (stored !== undefined) this.#last = { turn: turn + 1, atMs: monotonicMs, state: stored.state };
    return stored?.transitions;
  }

  #open(): OpenAlarms[] {
    const last = this.#last;
    if (last === undefined || this.#o.clock.nowMs() - last.atMs > KNOWN_MS) return [];
    const open = Object.values(last.state.entries).filter(({ alarm }) => alarm > 0);
    const counts = new Map(alarmRules.map(({ id, severity }) => [`${id} ${severity}`, 0]));
    for (const { rule, severity } of open) {
      const key = `${rule} ${severity}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => {
      const [rule = '', severity = ''] = key.split(' ');
      return { rule, severity, count };
    });
  }

  async #read(): Promise<{ readonly turn: number; readonly state: JudgeState }> {
    const { db } = this.#o.store;
    const find = () => db.selectFrom('alarm_judge').selectAll().where('id', '=', JUDGE).executeTakeFirst();
    const found = await find();
    if (found !== undefined) return { turn: Number(found.turn), state: JSON.parse(found.state) };
    await db
      .insertInto('alarm_judge')
      .values({ id: JUDGE, turn: 0, state: JSON.stringify(noState) })
      .onConflict((on) => on.doNothing())
      .execute();
    return { turn: 0, state: noState };
  }

  async #store(db: Transaction, judged: ReturnType<typeof judge>, before: JudgeState): Promise<void> {
    const { clock } = this.#o;
    const nowMs = clock.wallMs();
    for (const { kind, key, entry } of judged.transitions) {
      const currentEntry = judged.state.entries[key] ?? entry;
      const figures = figuresOf(currentEntry);
      const id = alarmId(entry.alarm);
      if (kind === 'fired')
        await db
          .insertInto('alarms')
          .values({
            id,
            rule: entry.rule,
            subject: entry.subject,
            ...figures,
            state: 'firing',
            started_ms: nowMs,
            ended_ms: null,
            ack_ms: null,
            ack_by: '',
            ack_note: '',
          })
          .execute();
      else
        await db
          .updateTable('alarms')
          .set({ ...figures, text: entry.text, state: 'over', ended_ms: nowMs })
          .where('id', '=', id)
          .execute();
      await this.#addChange(db, { alarm: id, kind, atMs: nowMs, note: entry.text });
    }
    for (const [key, entry] of Object.entries(judged.state.entries)) {
      const old = before.entries[key];
      if (entry.alarm === 0 || old?.alarm !== entry.alarm) continue;
      if (JSON.stringify([old.phase, figuresOf(old)]) === JSON.stringify([entry.phase, figuresOf(entry)])) continue;
      await db
        .updateTable('alarms')
        .set({ ...figuresOf(entry), state: entry.phase })
        .where('id', '=', alarmId(entry.alarm))
        .execute();
    }
  }

  async #notify(db: Transaction, { state, transitions }: ReturnType<typeof judge>): Promise<JudgeState> {
    const { clock, settings, sending } = this.#o;
    const open = Object.values(state.entries).some(({ alarm }) => alarm > 0);
    if (!open && transitions.length === 0) return state;
    const acked = await db
      .selectFrom('alarms')
      .select('id')
      .where('state', '!=', 'over')
      .where('ack_ms', 'is not', null)
      .execute();
    const receivers = await this.#o.receivers.active(db);
    const noticed = noticesOf(state, {
      transitions,
      receivers,
      silences: await settings.silences(db),
      acknowledged: new Set(acked.map(({ id }) => Number(id.slice('al_'.length)))),
      wallMs: clock.wallMs(),
    });
    const names = new Map(receivers.map(({ id, name }) => [id, name]));
    for (const notice of noticed.notices) await sending.add(db, notice, names.get(notice.receiver) ?? '');
    return noticed.state;
  }

  async #addChange(db: Transaction, o: { alarm: string; kind: string; atMs: number; note: string }): Promise<void> {
    const { rng } = this.#o;
    const id = newId('AC_', (count) => rng.bytes(count), 20);
    await db
      .insertInto('alarm_changes')
      .values({ id, alarm: o.alarm, at_ms: o.atMs, kind: o.kind, by_id: '', note: o.note })
      .execute();
  }

  /** Returns true if more rows remain. */
  async removeOld(): Promise<boolean> {
    const nowMs = this.#o.clock.wallMs();
    const beforeMs = nowMs - KEPT_MS;
    return transact(this.#o.store.db, async (db) => {
      const deletedAlarms = await sql<{ id: string }>`
        delete from alarms where id in (
          select id from alarms where state = 'over' and started_ms < ${beforeMs} and ended_ms < ${beforeMs}
          order by started_ms limit ${sql.lit(ROWS)}) returning id`.execute(db);
      const alarms = deletedAlarms.rows.map(({ id }) => id);
      if (alarms.length > 0) {
        await db.deleteFrom('alarm_changes').where('alarm', 'in', alarms).execute();
        await db.deleteFrom('alarm_notified').where('alarm', 'in', alarms).execute();
      }
      const messages = await sql`
        delete from alarm_notifications where id in (
          select id from alarm_notifications where created_ms < ${beforeMs} limit ${sql.lit(ROWS)})
        returning id`.execute(db);
      const repeats = await removeRepeats(db, nowMs - REPEATS_KEPT_MS);
      const silences = await sql`
        delete from alarm_silences where id in (
          select id from alarm_silences where ends_ms < ${beforeMs} limit ${sql.lit(ROWS)}) returning id`.execute(db);
      return [deletedAlarms, messages, repeats, silences].some(({ rows }) => rows.length === ROWS);
    });
  }
}

/**
 * Removes messages that contain only repeats. JSON escapes quotes in texts, so the pattern matches only the member
 * `kind`.
 */
async function removeRepeats(db: Transaction, beforeMs: number) {
  const found = await sql<{ id: string }>`
    delete from alarm_notifications where id in (
      select id from alarm_notifications
      where created_ms < ${beforeMs} and done_ms < ${beforeMs} and state = 'delivered'
        and content like '%"more":0}' and content not like '%"kind":"fired"%' and content not like '%"kind":"cleared"%'
      order by created_ms limit ${sql.lit(ROWS)}) returning id`.execute(db);
  const ids = found.rows.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('alarm_notified').where('notification', 'in', ids).execute();
  return found;
}

const figuresOf = (entry: JudgeState['entries'][string]) => ({
  severity: entry.severity,
  value: String(entry.value),
  limit_value: String(entry.limit),
  labels: JSON.stringify(entry.labels),
  text: entry.text,
  inhibited_by: entry.inhibitedBy,
});
