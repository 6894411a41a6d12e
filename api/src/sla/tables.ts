import type { Generated } from 'kysely';

interface Hour {
  /** The hour's beginning. */
  from_ms: number;
  /** '': not known. */
  region: string;
  /** '': of none. */
  tenant: string;
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
    /** Measured time of sessions, in how much of it pictures stood still, and their bytes as clients measured them. */
    sla_media_hours: Hour & {
      session_ms: number;
      freeze_ms: number;
      /** By clients. */
      sent_bytes: Generated<number>;
      received_bytes: Generated<number>;
    };
    /** Answers of the api: below 400, 4xx, 5xx; the region is that of the instance. */
    sla_api_hours: Hour & { succeeded: number; refused: number; failed: number };
  }
}
