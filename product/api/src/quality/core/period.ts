// A row of how a session was in one period.
/** A row of the period that ends at `at_ms`. Means are over its measured part; freezes are all of it. */
export interface PeriodRow {
  session: number;
  at_ms: number;
  period_ms: number;
  /** Of the period, what the client or its media node measured. */
  measured_ms: number;
  /** Records of 10 s in it, by how good the connection was. */
  strong: number;
  medium: number;
  weak: number;
  unknown: number;
  /** The last one. */
  node_id: string;
  /** `sourceCodes`. */
  source: number;
  /** 0: not known. */
  rtt_us: number;
  jitter_us: number;
  outbound_loss_ppm: number;
  inbound_loss_ppm: number;
  concealed_ppm: number;
  freeze_count: number;
  freeze_ms: number;
  sent_bps: number;
  received_bps: number;
  available_bps: number;
  /** The largest; 0: none. */
  sent_height: number;
  received_height: number;
  received_fps_tenths: number;
  /** The highest; -1: none. */
  layer: number;
  layer_switches: number;
}

export const periodTables = ['quality_10s', 'quality_1m', 'quality_1h'] as const;
export type PeriodTable = (typeof periodTables)[number];
