import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '@meridian/runtime';

/** Reads the certificate of `trust.caFile`. Throws ConfigError when the file holds none. */
export function readCertificate(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file));
  } catch (error) {
    const allowed = `a certificate (${error instanceof Error ? error.message : String(error)})`;
    throw new ConfigError([{ key: 'trust.caFile', value: file, allowed }]);
  }
}
