// Keys with which signaling nodes seal and open receipts of echoes. From the cluster's secret and the day, so that
// every instance of the centre hands out the same ones, and a machine that was shut out knows none of tomorrow's.
import { hkdfSync } from 'node:crypto';

export interface EchoKey {
  readonly id: number;
  readonly key: Uint8Array;
}

const DAY_MS = 24 * 3600_000;
const KEY_BYTES = 32;

/**
 * Today's key, which seals, and yesterday's, which still opens: a receipt lives ten minutes. HKDF-SHA-256 (RFC 5869).
 */
export function echoKeys(clusterSecret: string, wallMs: number): EchoKey[] {
  const today = Math.floor(wallMs / DAY_MS);
  return [today, today - 1].map((day) => ({
    id: day & 0xff,
    key: new Uint8Array(hkdfSync('sha256', clusterSecret, '', `meridian echo receipts, day ${day}`, KEY_BYTES)),
  }));
}
