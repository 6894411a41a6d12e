import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
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
import { x509 } from '../../src/pki/x509.ts';

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
  it.each<[string, () => Promise<string>]>([
    ['nothing', async () => ''],
    ['text', async () => 'hello'],
    ['a certificate', async () => authority.caPem],
    ['a request with a changed byte', async () => changed((await createCsr(NODE)).csrPem)],
    ['a request on another curve', async () => requestOn({ name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' })],
    [
      'a request on RSA',
      async () =>
        requestOn({
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2_048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        }),
    ],
    ['a request of ten thousand characters', async () => (await createCsr(NODE)).csrPem.padEnd(10_000)],
  ])('is refused for %s', async (_what, makeCsr) => {
    await expect(authority.issue({ csrPem: await makeCsr(), identity: NODE, ttlMs: DAY_MS })).rejects.toMatchObject({
      code: 'PKI_BAD_CSR',
    });
  });

  it.each([0, -1, 999, Number.NaN, Number.POSITIVE_INFINITY, 7 * DAY_MS + 1])(
    'is refused for a life of %d ms',
    async (ttlMs) => {
      const { csrPem } = await createCsr(NODE);
      await expect(authority.issue({ csrPem, identity: NODE, ttlMs })).rejects.toMatchObject({ code: 'PKI_BAD_TTL' });
    },
  );

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

  it('makes an authority certificate that may sign and lasts', () => {
    const certificate = new X509Certificate(authority.caPem);
    expect(certificate.ca).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.validToDate.getTime() - clock.wallMs()).toBe(3_650 * DAY_MS);
    expect(authority.fingerprint).toBe(
      Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    );
  });

  it('never repeats a serial number or a key', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => authority.issueCredentials(NODE, DAY_MS)));
    expect(new Set(made.map(({ certPem }) => new X509Certificate(certPem).serialNumber)).size).toBe(20);
    expect(new Set(made.map(({ keyPem }) => keyPem)).size).toBe(20);
  });
});

describe('a sealed authority', () => {
  let sealed: string;
  beforeAll(async () => {
    sealed = await authority.seal(SECRET);
  });

  it.each<[string, () => string, string]>([
    ['another secret', () => sealed, `${SECRET}!`],
    ['nothing', () => '', SECRET],
    ['text', () => 'hello', SECRET],
    ['another version', () => sealed.replace('mca1', 'mca2'), SECRET],
    ['a missing part', () => sealed.slice(0, sealed.lastIndexOf('.')), SECRET],
    ['a part too many', () => `${sealed}.AAAA`, SECRET],
    ['a shortened tag', () => sealed.slice(0, -4), SECRET],
    ['a changed byte', () => flipped(sealed, 3), SECRET],
    ['a changed salt', () => flipped(sealed, 1), SECRET],
    ['far too much text', () => sealed.padEnd(20_000, 'A'), SECRET],
  ])('does not open with %s', async (_what, text, secret) => {
    await expect(Authority.open(text(), secret, { clock })).rejects.toMatchObject({ code: 'PKI_SEAL_INVALID' });
  });

  it('refuses a secret that could be guessed', async () => {
    await expect(authority.seal('too short')).rejects.toThrow(RangeError);
  });

  it('does not show its key, and two seals of it differ', async () => {
    expect(sealed).not.toContain('PRIVATE');
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain('PRIVATE');
    expect(await authority.seal(SECRET)).not.toBe(sealed);
  });

  it('opens to the same authority: same certificate, and what it signs verifies', async () => {
    const opened = await Authority.open(sealed, SECRET, { clock });
    expect(opened.caPem).toBe(authority.caPem);
    expect(opened.fingerprint).toBe(authority.fingerprint);
    const { certPem } = await opened.issueCredentials(NODE, DAY_MS);
    expect(verifyCertificate(certPem, authority.caPem, clock.wallMs())).toEqual(NODE);
  });
});

describe('assembling credentials', () => {
  it('refuses a certificate for another key, of another authority, and one that has run out', async () => {
    const { keyPem } = await createCsr(NODE);
    const { certPem, caPem, keyPem: ownKeyPem } = await authority.issueCredentials(NODE, DAY_MS);
    const other = await Authority.create({ clock });
    const nowMs = clock.wallMs();
    for (const wrong of [
      { keyPem, certPem, caPem, nowMs },
      { keyPem: ownKeyPem, certPem, caPem: other.caPem, nowMs },
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
    const other = await authority.issueCredentials(NODE, DAY_MS);
    const signature = signWith(keyPem, message);
    expect(verifyWith(certPem, new TextEncoder().encode('a grant!'), signature)).toBe(false);
    expect(verifyWith(other.certPem, message, signature)).toBe(false);
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

  it('are 64 bytes, verify with WebCrypto as well, and cover the empty message', async () => {
    const { keyPem, certPem } = await authority.issueCredentials(NODE, DAY_MS);
    const signature = signWith(keyPem, message);
    expect(signature).toHaveLength(64);
    expect(verifyWith(certPem, message, signature)).toBe(true);
    expect(verifyWith(certPem, new Uint8Array(0), signWith(keyPem, new Uint8Array(0)))).toBe(true);
    const spki = new X509Certificate(certPem).publicKey.export({ type: 'spki', format: 'der' });
    const key = await webcrypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'verify',
    ]);
    expect(await webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, message)).toBe(true);
  });

  it('refuse a text that is no key', () => {
    expect(() => signWith('no key', message)).toThrow();
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    expect(() => signWith(publicKey, message)).toThrow();
  });
});

function changed(pem: string): string {
  const lines = pem.trim().split('\n');
  const der = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  // The last byte belongs to the signature.
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return [lines[0], der.toString('base64'), lines.at(-1)].join('\n');
}

async function requestOn(
  algorithm: (webcrypto.EcKeyGenParams & webcrypto.RsaHashedKeyGenParams) | object,
): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(algorithm as webcrypto.EcKeyGenParams, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=x',
    keys,
    signingAlgorithm: algorithm as webcrypto.EcdsaParams,
  });
  return request.toString('pem');
}

/** One character of one part replaced by another. */
function flipped(sealed: string, part: number): string {
  const parts = sealed.split('.');
  const text = parts[part] ?? '';
  parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  return parts.join('.');
}
