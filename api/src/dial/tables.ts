declare module '../store/tables.ts' {
  interface Tables {
    dial_testers: {
      region: string;
      probe: string;
      host: string;
      every_s: number;
      /** When its last report came, and what that was. */
      last_ms: number;
      digest: string;
    };
    dial_results: {
      region: string;
      /** `dialKinds`. */
      kind: string;
      /** '' of calls and bookings. */
      to_region: string;
      received_ms: number;
      probe: string;
      is_ok: number;
      /** Of a failure: `dialStages`, a code, a sentence; '' of a success. */
      stage: string;
      code: string;
      text: string;
      join_ms: number | null;
      first_frame_ms: number | null;
      gap_ms: number | null;
      /** '': not known. */
      served_by: string;
      served_region: string;
    };
    dial_hours: {
      region: string;
      kind: string;
      to_region: string;
      hour_ms: number;
      tried: number;
      failed: number;
      /** How many results had the time, and its sum. */
      joins: number;
      join_ms: number;
      first_frames: number;
      first_frame_ms: number;
      gaps: number;
      gap_ms: number;
    };
  }
}

export {};
