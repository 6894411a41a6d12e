import { X509Certificate } from 'node:crypto';
import {
  Authority,
  assembleCredentials,
  createCsr,
  type Identity,
  identityOf,
  ManualClock,
  signWith,
  verifyCertificate,
  verifyWith,
} from '@meridian/runtime';
import { beforeAll, describe, expect, it } from 'vitest';

const NODE: Identity = { id: 'node-1', kind: 'leaf', region: 'eu' };
const DAY_MS = 86_400_000;
const SECRET = 'a cluster secret of some length';

let clock: ManualClock;
let authority: Authority;
beforeAll(async () => {
  clock = new ManualClock();
  authority = await Authority.create({ clock });
});

describe('issuing', () => {
  it('gives the identity the issuer states, whatever the request asks for', async () => {
    const { csrPem } = await createCsr({ id: 'admin', kind: 'hub', region: 'us' });
    const { certPem } = await authority.issue({ csrPem, identity: NODE, ttlMs: DAY_MS });
    expect(identityOf(certPem)).toEqual(NODE);
    expect(new X509Certificate(certPem).toString()).not.toContain('admin');
    expect(Buffer.from(new X509Certificate(certPem).raw).includes('admin')).toBe(false);
  });

  it('makes a certificate for both sides of TLS that cannot sign others', async () => {
    const { certPem, notAfterMs } = await authority.issueCredentials(NODE, DAY_MS);
    const certificate = new X509Certificate(certPem);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(notAfterMs).toBe(certificate.validToDate.getTime());
    expect(notAfterMs - clock.wallMs()).toBe(DAY_MS);
  });
});

describe('a sealed authority', () => {
  let sealed: string;
  beforeAll(async () => {
    sealed = await authority.seal(SECRET);
  });

  it('opens to the same authority, with the same certificate, and its signatures verify', async () => {
    const opened = await Authority.open(sealed, SECRET, { clock });
    expect(opened.caPem).toBe(authority.caPem);
    expect(opened.fingerprint).toBe(authority.fingerprint);
    const { certPem } = await opened.issueCredentials(NODE, DAY_MS);
    expect(verifyCertificate(certPem, authority.caPem, clock.wallMs())).toEqual(NODE);
  });
});

describe('assembling credentials', () => {
  it('refuses a certificate for another key, of another authority, or after its expiry', async () => {
    const { keyPem } = await createCsr(NODE);
    const { certPem, caPem, keyPem: ownKeyPem } = await authority.issueCredentials(NODE, DAY_MS);
    const otherAuthority = await Authority.create({ clock });
    const nowMs = clock.wallMs();
    for (const wrong of [
      { keyPem, certPem, caPem, nowMs },
      { keyPem: ownKeyPem, certPem, caPem: otherAuthority.caPem, nowMs },
      { keyPem: ownKeyPem, certPem, caPem, nowMs: nowMs + DAY_MS },
      { keyPem: ownKeyPem, certPem: 'nothing', caPem, nowMs },
    ]) {
      expect(() => assembleCredentials(wrong)).toThrow(expect.objectContaining({ code: 'PKI_BAD_CREDENTIALS' }));
    }
    expect(assembleCredentials({ keyPem: ownKeyPem, certPem, caPem, nowMs })).toMatchObject({
      identity: NODE,
      notAfterMs: nowMs + DAY_MS,
    });
  });
});

describe('signatures', () => {
  const message = new TextEncoder().encode('a grant');

  it('do not verify over other bytes, with another certificate, cut, stretched, or under no certificate', async () => {
    const { keyPem, certPem } = await authority.issueCredentials(NODE, DAY_MS);
    const otherCredentials = await authority.issueCredentials(NODE, DAY_MS);
    const signature = signWith(keyPem, message);
    expect(verifyWith(certPem, new TextEncoder().encode('a grant!'), signature)).toBe(false);
    expect(verifyWith(otherCredentials.certPem, message, signature)).toBe(false);
    expect(verifyWith(certPem, message, signature.subarray(1))).toBe(false);
    expect(verifyWith(certPem, message, new Uint8Array([...signature, 0]))).toBe(false);
    expect(verifyWith(certPem, message, new Uint8Array(64))).toBe(false);
    expect(verifyWith(certPem, message, new Uint8Array(0))).toBe(false);
    expect(verifyWith('no certificate', message, signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const bent = Uint8Array.from(signature);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(verifyWith(certPem, message, bent)).toBe(false);
    }
  });
});
