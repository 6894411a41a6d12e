// How sessions go, in SQL: whole numbers everywhere, shares in millionths.
import type { Generated } from 'kysely';
import type { PeriodRow } from './core/period.ts';

interface JoinsRow {
  from_ms: number;
  region: string;
  /** '': its token could not be read, or there were too many tenants. */
  tenant: string;
  /** '': it succeeded. */
  code: string;
  joins: number;
}

declare module '../store/tables.ts' {
  interface Tables {
    quality_sessions: {
      /** Later sessions have larger ones (`core/session-keys.ts`). */
      key: number;
      session_id: string;
      /** '': nothing but its records is known yet. */
      tenant: Generated<string>;
      room: Generated<string>;
      sid: Generated<string>;
      identity: Generated<string>;
      name: Generated<string>;
      protocol: Generated<string>;
      joined_ms: Generated<number>;
      left_ms: Generated<number | null>;
      signaling_id: Generated<string>;
      /** Of its join. */
      decision_id: Generated<string>;
      sdk: Generated<string>;
      device: Generated<string>;
      transport: Generated<string>;
      network: Generated<string>;
      /** '': not known, and nothing of the next three. */
      place: Generated<string>;
      country_code: Generated<string>;
      latitude_tenths: Generated<number>;
      longitude_tenths: Generated<number>;
      /** End of its last record, and what that said. */
      last_ms: Generated<number>;
      node_id: Generated<string>;
      /** Media nodes, with blanks between. */
      from_nodes: Generated<string>;
      /** `strengthCodes`. */
      strength: Generated<number>;
      rtt_us: Generated<number>;
      /** Of the worse direction. */
      loss_ppm: Generated<number>;
      freeze_ppm: Generated<number>;
      /** 1: it may go on; after a minute without records, or its end, 0. */
      is_live: Generated<number>;
      /** Its earliest record that is in no minute yet, and minute that is in no hour yet; 0: none. */
      minute_from_ms: Generated<number>;
      hour_from_ms: Generated<number>;
      /** 1: one of them is not 0. */
      to_roll: Generated<number>;
    };
    quality_10s: PeriodRow;
    quality_1m: PeriodRow;
    quality_1h: PeriodRow;
    session_events: {
      session: number;
      at_ms: number;
      kind: string;
      source: string;
      from_node: string;
      to_node: string;
      reason: string;
      decision_id: string;
    };
    /** Joins of clients in the time that begins at `from_ms`; `region`: of the signaling node. */
    join_minutes: JoinsRow;
    join_hours: JoinsRow;
    /** By process of a signaling node: the last portion of joins that is counted. */
    join_portions: { node_id: string; incarnation: string; number: number; at_ms: number };
    session_decisions: {
      session: number;
      decision_id: string;
      made_ms: number;
      /** `DecisionStory` of `console/schemas.ts`, JSON. */
      story: string;
    };
  }
}
