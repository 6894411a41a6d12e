declare module '../store/tables.ts' {
  interface Tables {
    inspection_settings: {
      /** One row. */
      id: string;
      hour: number;
      time_zone: string;
      language: string;
      /** JSON: addresses. */
      recipients: string;
      updated_ms: number;
    };
    /** Reports of the last days, by the day of the zone in which they were made. */
    inspections: {
      /** `2026-11-23`. */
      day: string;
      made_ms: number;
      problems: number;
      attentions: number;
      /** JSON of InspectionReport. */
      report: string;
    };
    /** Nodes that take no new sessions, since when this has been seen. */
    inspection_closed: { node: string; since_ms: number };
    /** The last back-up. One row. */
    inspection_backup: { id: string; at_ms: number };
  }
}

export {};
