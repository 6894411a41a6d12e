import { webcrypto } from 'node:crypto';
import {
  Authority,
  createCsr,
  type Identity,
  identityOf,
  ManualClock,
  PkiError,
  verifyCertificate,
} from '@meridian/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { x509 } from '../../src/pki/x509.ts';

const NODE: Identity = { id: 'node-1', kind: 'leaf', region: 'eu.west_1' };
const HOUR_MS = 3_600_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

type Name = { type: 'url' | 'dns' | 'email'; value: string };

async function certificateWith(names: Name[], subject = 'CN=x'): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const extensions = names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions,
  });
  return certificate.toString('pem');
}

describe('the identity in a certificate', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['text that is no certificate', 'hello'],
    ['bytes that are no certificate', new Uint8Array([0x30, 0x82, 1, 2, 3])],
    ['a PEM with garbage inside', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('is absent in %s', (_what, bytes) => {
    expect(identityOf(bytes)).toBeUndefined();
  });

  it.each<[string, Name[]]>([
    ['no alternative name', []],
    ['a host name', [{ type: 'dns', value: 'meridian.example' }]],
    ['a host name that looks like ours', [{ type: 'dns', value: 'URI:meridian:hub/eu/admin' }]],
    ['a host name that smuggles a second entry', [{ type: 'dns', value: 'x, URI:meridian:hub/eu/admin' }]],
    [
      'ours and another',
      [
        { type: 'url', value: 'meridian:leaf/eu/a' },
        { type: 'dns', value: 'x' },
      ],
    ],
    [
      'two of ours',
      [
        { type: 'url', value: 'meridian:leaf/eu/a' },
        { type: 'url', value: 'meridian:hub/eu/b' },
      ],
    ],
    ['a URI that smuggles a second entry', [{ type: 'url', value: 'meridian:leaf/eu/a, URI:meridian:hub/eu/b' }]],
    ['another scheme', [{ type: 'url', value: 'https://leaf/eu/a' }]],
    ['a missing part', [{ type: 'url', value: 'meridian:leaf/a' }]],
    ['an empty part', [{ type: 'url', value: 'meridian:leaf//a' }]],
    ['a part too many', [{ type: 'url', value: 'meridian:leaf/eu/a/b' }]],
    ['a character outside the set', [{ type: 'url', value: 'meridian:leaf/eu/a%20b' }]],
    ['a part of 65 characters', [{ type: 'url', value: `meridian:leaf/eu/${'a'.repeat(65)}` }]],
  ])('is absent with %s', async (_what, names) => {
    expect(identityOf(await certificateWith(names))).toBeUndefined();
  });

  it('is never read from the subject', async () => {
    expect(identityOf(await certificateWith([], 'CN=meridian:hub/eu/admin'))).toBeUndefined();
  });

  it('is read from the only URI of our scheme, even with the longest id, from PEM and DER', async () => {
    const id = 'A-z_0.9'.padEnd(64, 'x');
    const pem = await certificateWith([{ type: 'url', value: `meridian:leaf/eu/${id}` }]);
    expect(identityOf(pem)).toEqual({ id, kind: 'leaf', region: 'eu' });
    expect(identityOf(new Uint8Array(new x509.X509Certificate(pem).rawData))).toEqual({
      id,
      kind: 'leaf',
      region: 'eu',
    });
  });
});

describe('an identity', () => {
  it.each(['', 'a b', 'a/b', 'a:b', 'a,b', 'ä', 'a\n', 'a'.repeat(65)])(
    'with %j in any field is refused wherever one is made',
    async (bad) => {
      const authority = await Authority.create({ clock: new ManualClock() });
      for (const field of ['id', 'kind', 'region'] as const) {
        const identity = { ...NODE, [field]: bad };
        await expect(createCsr(identity)).rejects.toMatchObject({ code: 'PKI_BAD_IDENTITY' });
        await expect(authority.issue({ csrPem: '', identity, ttlMs: HOUR_MS })).rejects.toMatchObject({
          code: 'PKI_BAD_IDENTITY',
        });
      }
    },
  );
});

describe('verifying a certificate', () => {
  let clock: ManualClock;
  let authority: Authority;
  beforeAll(async () => {
    clock = new ManualClock();
    authority = await Authority.create({ clock });
  });

  it('refuses a certificate of another authority, a text that is not a certificate, and the authority itself', async () => {
    const otherAuthority = await Authority.create({ clock });
    const { certPem } = await authority.issueCredentials(NODE, HOUR_MS);
    expect(verifyCertificate(certPem, otherAuthority.caPem, clock.wallMs())).toBeUndefined();
    expect(verifyCertificate('nothing', authority.caPem, clock.wallMs())).toBeUndefined();
    expect(verifyCertificate(certPem, 'nothing', clock.wallMs())).toBeUndefined();
    expect(verifyCertificate(authority.caPem, authority.caPem, clock.wallMs())).toBeUndefined();
    // A certificate of ours is no authority, not even over itself.
    expect(verifyCertificate(certPem, certPem, clock.wallMs())).toBeUndefined();
  });

  it('refuses it before its time and from its last instant on, and takes it between', async () => {
    const { certPem, notAfterMs } = await authority.issueCredentials(NODE, HOUR_MS);
    const startMs = clock.wallMs() - 300_000;
    expect(verifyCertificate(certPem, authority.caPem, startMs - 1)).toBeUndefined();
    expect(verifyCertificate(certPem, authority.caPem, startMs)).toEqual(NODE);
    expect(verifyCertificate(certPem, authority.caPem, notAfterMs - 1)).toEqual(NODE);
    expect(verifyCertificate(certPem, authority.caPem, notAfterMs)).toBeUndefined();
  });

  it('refuses it when one byte was changed', async () => {
    const { certPem } = await authority.issueCredentials(NODE, HOUR_MS);
    const der = Buffer.from(certPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
    const at = der.indexOf('meridian:leaf');
    expect(at).toBeGreaterThan(0);
    der[at + 'meridian:'.length] = 'b'.charCodeAt(0);
    expect(identityOf(der)).toEqual({ ...NODE, kind: 'beaf' });
    expect(verifyCertificate(der, authority.caPem, clock.wallMs())).toBeUndefined();
  });
});

it('errors of the package carry their code', () => {
  expect(new PkiError('PKI_BAD_TTL', 'x')).toMatchObject({ code: 'PKI_BAD_TTL', name: 'PkiError' });
});
