declare module '../store/tables.ts' {
  interface Tables {
    /** Of a node that lives, every five minutes: means since the sample before, or what it said last. */
    node_samples: {
      /** The end of the five minutes. */
      at_ms: number;
      node: string;
      host: string;
      kind: string;
      region: string;
      /** ''; not known. */
      incarnation: string;
      cpu_ppm: number;
      tx_bps: number;
      rx_bps: number;
      sessions: number;
      /** 0: no limit is known. */
      sessions_max: number;
      rss_bytes: number;
      disk_used_bytes: number | null;
      disk_bytes: number | null;
    };
    /** Its samples of an hour. */
    node_hours: {
      /** The end of the hour, of UTC. */
      at_ms: number;
      node: string;
      host: string;
      kind: string;
      region: string;
      /** In which it lived, and was seen: of 60. */
      minutes: number;
      cpu_ppm: number;
      cpu_peak_ppm: number;
      tx_bytes: number;
      rx_bytes: number;
      tx_peak_bps: number;
      rx_peak_bps: number;
      session_minutes: number;
      sessions_peak: number;
      sessions_max: number;
      rss_peak_bytes: number;
      disk_used_bytes: number | null;
      disk_bytes: number | null;
    };
    /** All nodes of a region that live, every five minutes: percentiles of its traffic come from these. */
    region_samples: {
      at_ms: number;
      region: string;
      nodes: number;
      tx_bps: number;
      rx_bps: number;
      sessions: number;
      /** On media nodes that take new ones, and what they can have; 0: no limit is known. */
      open_sessions: number;
      open_max: number;
    };
    /** What media nodes of one region sent to those of another, of an hour; a relayed path is each of its legs. */
    link_hours: {
      /** The end of the hour, of UTC. */
      at_ms: number;
      from_region: string;
      to_region: string;
      sent_bytes: number;
      /** The largest mean of five minutes. */
      peak_bps: number;
    };
    /** Its hours of a day that is over. */
    link_days: {
      /** The end of the day, of UTC. */
      at_ms: number;
      from_region: string;
      to_region: string;
      sent_bytes: number;
      /** `peak_bps` of each, with blanks between. */
      peaks_bps: string;
    };
  }
}

export {};
