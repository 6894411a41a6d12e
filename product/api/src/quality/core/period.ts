/** Row of the period that ends at `at_ms`. Means cover its measured part, freezes the whole period. */
export interface PeriodRow {
  session: number;
  at_ms: number;
  period_ms: number;
  /** Part of the period that the client or its media node measured. */
  measured_ms: number;
  /** Number of records (10 s each) in the period, by strength of the connection. */
  strong: number;
  medium: number;
  weak: number;
  unknown: number;
  node_id: string;
  source: number;
  /** Mean round trip; 0 if unknown. */
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
  /** Height of the largest picture; 0 without a picture. */
  sent_height: number;
  received_height: number;
  received_fps_tenths: number;
  /** Highest spatial layer; -1 for none. */
  layer: number;
  layer_switches: number;
}

export const periodTables = ['quality_10s', 'quality_1m', 'quality_1h'] as const;
export type PeriodTable = (typeof periodTables)[number];
