// Tests the authority that people install on their phones: OpenSSL judges its certificates.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CertifiedKey,
  createLocalAuthority,
  issueServerCertificate,
  localNetworks,
  readableFingerprint,
} from '../../src/pki/local-authority.ts';

const nowMs = Date.now();
const dayMs = 86_400_000;
let folder = '';
let authority: CertifiedKey;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-ca-'));
  authority = await createLocalAuthority({ name: 'Meridian on a desk', nowMs });
  writeFileSync(join(folder, 'ca.crt'), authority.certPem);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the verdict of `openssl verify` on a server certificate for this address: OK, or the complaint. */
function verdict(certPem: string, ip: string): string {
  const file = join(folder, 'server.crt');
  writeFileSync(file, certPem);
  const args = [
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-verify_ip',
    ip,
    '-CAfile',
    join(folder, 'ca.crt'),
    file,
  ];
  try {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' }).trim().replace(/.*: /, '');
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}

describe('a local authority', () => {
  it.each(localNetworks)(
    'signs for addresses of $network/$prefix, and OpenSSL accepts the certificate only at that address',
    async (one) => {
      const ip = one.network.replace(/\.0$/, '.7');
      const { certPem } = await issueServerCertificate(authority, { ip, nowMs });
      expect(verdict(certPem, ip)).toBe('OK');
      expect(verdict(certPem, '10.250.250.250')).toContain('IP address mismatch');
    },
  );

  it.each(['8.8.8.8', '172.32.0.1', '172.15.255.255', '192.169.0.1', '100.128.0.1', '11.0.0.1', '127.0.0.1'])(
    'may not sign for %s: its name constraints forbid it',
    async (ip) => {
      const { certPem } = await issueServerCertificate(authority, { ip, nowMs });
      expect(verdict(certPem, ip)).toContain('permitted subtree violation');
    },
  );

  it('may not sign for names of the world', async () => {
    const config = join(folder, 'san.cnf');
    writeFileSync(
      config,
      'subjectAltName=DNS:bank.example\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n',
    );
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('ca.key'), authority.keyPem);
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
    openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      path('k'),
      '-subj',
      '/CN=x',
      '-out',
      path('csr'),
    );
    openssl(
      'x509',
      '-req',
      '-in',
      path('csr'),
      '-CA',
      path('ca.crt'),
      '-CAkey',
      path('ca.key'),
      '-days',
      '2',
      '-extfile',
      config,
      '-out',
      path('bank.crt'),
    );
    expect(() => openssl('verify', '-CAfile', path('ca.crt'), path('bank.crt'))).toThrow(/permitted subtree violation/);
  });

  it('signs certificates that iOS accepts: at most 397 days, server authentication, the address as alternative name, a key of their own', async () => {
    const { certPem, keyPem } = await issueServerCertificate(authority, { ip: '192.168.1.5', nowMs });
    const certificate = new X509Certificate(certPem);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeLessThanOrEqual(397 * dayMs);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(nowMs);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.subjectAltName).toBe('IP Address:192.168.1.5');
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(keyPem).not.toBe(authority.keyPem);
  });

  it('refuses to sign for a text that is not an address', async () => {
    for (const ip of ['', 'localhost', '192.168.1', '::1', '192.168.1.5, DNS:bank.example'])
      await expect(issueServerCertificate(authority, { ip, nowMs })).rejects.toMatchObject({
        code: 'PKI_BAD_IDENTITY',
      });
  });

  it('has a fingerprint that people can compare with what their phone shows', () => {
    const shown = execFileSync(
      'openssl',
      ['x509', '-in', join(folder, 'ca.crt'), '-noout', '-fingerprint', '-sha256'],
      { encoding: 'utf8' },
    );
    expect(shown.trim().replace(/.*=/, '')).toBe(readableFingerprint(authority.certPem));
  });
});
