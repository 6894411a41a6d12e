// Keys with which signaling nodes seal and open receipts of echoes. Derived from the cluster's secret and the day, so
// that every instance of the centre hands out the same keys, and a shut-out machine does not know tomorrow's.
import { hkdfSync } from 'node:crypto';

export interface EchoKey {
  readonly id: number;
  readonly key: Uint8Array;
}

export interface ClusterSecrets {
  readonly clusterSecret: string;
  readonly clusterSecretBefore?: string;
}

const DAY_MS = 24 * 3600_000;
const KEY_BYTES = 32;

/**
 * Returns today's key, which seals, and yesterday's, which still opens: a receipt lives a day at most. While the
 * cluster's secret is replaced, keys of the other secret open too, under the same ids. HKDF-SHA-256 (RFC 5869).
 */
export function echoKeys(secrets: ClusterSecrets, wallMs: number): EchoKey[] {
  const today = Math.floor(wallMs / DAY_MS);
  return [secrets.clusterSecret, secrets.clusterSecretBefore].flatMap((secret) =>
    secret === undefined ? [] : [today, today - 1].map((day) => keyOf(secret, day)),
  );
}

function keyOf(secret: string, day: number): EchoKey {
  const bytes = hkdfSync('sha256', secret, '', `meridian echo receipts, day ${day}`, KEY_BYTES);
  return { id: day & 0xff, key: new Uint8Array(bytes) };
}
