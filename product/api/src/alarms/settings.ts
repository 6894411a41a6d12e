import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RuleInForce } from './core/judge.ts';
import type { Silence } from './core/notices.ts';
import type { AlarmRule, Severity } from './core/rule.ts';
import { alarmRules } from './core/rules/index.ts';

/** Bounded, because every look checks each silence against each alarm. */
export const SILENCES_MAX = 200;

export interface RuleChange {
  readonly severity?: Severity | null;
  readonly limit?: number | null;
  readonly forS?: number | null;
  readonly isOff?: boolean;
}

export interface AlarmSettingsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
}

export class AlarmSettings {
  readonly #o: AlarmSettingsOptions;

  constructor(o: AlarmSettingsOptions) {
    this.#o = o;
  }

  async rules(db: Database = this.#o.db): Promise<RuleInForce[]> {
    const rows = await db.selectFrom('alarm_rules').selectAll().execute();
    const changed = new Map(rows.map((row) => [row.rule, row]));
    return alarmRules.map((rule) => {
      const row = changed.get(rule.id);
      if (row === undefined) return rule;
      return {
        ...rule,
        ...(row.severity !== '' && { severity: row.severity as Severity }),
        ...(row.limit_value !== '' && { limit: Number(row.limit_value) }),
        ...(row.for_ms !== null && { forMs: row.for_ms }),
        isOff: row.is_off === 1,
      };
    });
  }

  /** Changes a rule; `null` restores its default value. Rejects with NOT_FOUND. */
  async changeRule(id: string, change: RuleChange): Promise<RuleInForce> {
    const { db, clock } = this.#o;
    if (!alarmRules.some((rule) => rule.id === id)) throw new Problem('NOT_FOUND');
    const before = await db.selectFrom('alarm_rules').selectAll().where('rule', '=', id).executeTakeFirst();
    const { severity = before?.severity, isOff = before?.is_off === 1 } = change;
    const limit = change.limit === undefined ? (before?.limit_value ?? '') : String(change.limit ?? '');
    const forMs = change.forS === undefined ? before?.for_ms : change.forS === null ? null : change.forS * 1000;
    const row = {
      severity: severity ?? '',
      limit_value: limit,
      for_ms: forMs ?? null,
      is_off: isOff ? 1 : 0,
      updated_ms: clock.wallMs(),
    };
    await db
      .insertInto('alarm_rules')
      .values({ rule: id, ...row })
      .onConflict((on) => on.column('rule').doUpdateSet(row))
      .execute();
    return (await this.rules()).find((rule) => rule.id === id) as RuleInForce;
  }

  /** Returns current and future silences. */
  async silences(db: Database = this.#o.db): Promise<(Silence & Selectable<Tables['alarm_silences']>)[]> {
    const rows = await db
      .selectFrom('alarm_silences')
      .selectAll()
      .where('ends_ms', '>', this.#o.clock.wallMs())
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .limit(SILENCES_MAX)
      .execute();
    return rows.map((row) => ({
      ...row,
      matchers: JSON.parse(row.matchers),
      startsMs: row.starts_ms,
      endsMs: row.ends_ms,
    }));
  }

  /** Rejects with REQUEST_INVALID or QUOTA_EXCEEDED. */
  async addSilence(
    o: Silence & { readonly reason: string; readonly by: string },
  ): Promise<Selectable<Tables['alarm_silences']>> {
    const { db, rng, clock } = this.#o;
    if (o.endsMs <= Math.max(o.startsMs, clock.wallMs()))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/endsAt', detail: 'must be after the start' }],
      });
    if ((await this.silences()).length >= SILENCES_MAX)
      throw new Problem('QUOTA_EXCEEDED', `there can be at most ${SILENCES_MAX} silences`);
    const row = {
      id: newId('AS_', (count) => rng.bytes(count), 20),
      matchers: JSON.stringify(o.matchers),
      starts_ms: o.startsMs,
      ends_ms: o.endsMs,
      reason: o.reason,
      by_id: o.by,
      created_ms: clock.wallMs(),
    };
    await db.insertInto('alarm_silences').values(row).execute();
    return row;
  }

  /** Rejects with NOT_FOUND for an unknown silence, or one that has ended. */
  async endSilence(id: string): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    const ended = await this.#o.db
      .updateTable('alarm_silences')
      .set({ ends_ms: nowMs })
      .where('id', '=', id)
      .where('ends_ms', '>', nowMs)
      .returning('id')
      .execute();
    if (ended.length === 0) throw new Problem('NOT_FOUND');
  }
}

export const ruleOf = (id: string): AlarmRule | undefined => alarmRules.find((rule) => rule.id === id);
