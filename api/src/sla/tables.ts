import type { Generated } from 'kysely';

interface Hour {
  /** The hour's beginning. */
  from_ms: number;
  /** '': not known. */
  region: string;
  /** '': of none. */
  tenant: string;
}

/** Measured time of sessions, in how much of it pictures stood still, and their bytes as clients measured them. */
interface Media {
  session_ms: number;
  freeze_ms: number;
  /** By clients. */
  sent_bytes: Generated<number>;
  received_bytes: Generated<number>;
}

/** Answers of the api: below 400, 4xx, 5xx; the region is that of the instance. */
interface Answers {
  succeeded: number;
  refused: number;
  failed: number;
}

declare module '../store/tables.ts' {
  interface Tables {
    /** Windows that an operator has declared: whole hours. */
    sla_exclusions: {
      id: string;
      /** '': all of them. */
      region: string;
      from_ms: number;
      to_ms: number;
      reason: string;
      by_id: string;
      created_ms: number;
    };
    sla_media_hours: Hour & Media;
    sla_api_hours: Hour & Answers;
    /** Sums of days that are over, of which `from_ms` is the beginning. */
    sla_media_days: Hour & Media;
    sla_api_days: Hour & Answers;
    /** Joins of tenants, of all regions together, as `core/judge.ts` judges them. */
    sla_join_days: {
      from_ms: number;
      tenant: string;
      /** All of them. */
      joins: number;
      /** Without refusals by a rule, and answers to come again. */
      counted: number;
      failed: number;
      /** Of hours with joins that count; of these, what was bad. */
      counted_ms: number;
      bad_us: number;
    };
    /** Joins of hours of days that are over, of all tenants together. */
    sla_region_hours: {
      from_ms: number;
      region: string;
      succeeded: number;
      /** Answers to come again. */
      later: number;
      /** By the cloud's fault. */
      failed: number;
    };
  }
}
