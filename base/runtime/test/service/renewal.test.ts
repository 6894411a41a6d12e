// Renews expired certificates with the old key, at a real port, on a manual clock.
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  Authority,
  authoritiesOf,
  type Credentials,
  createCsr,
  type Identity,
  type Issuer,
  LinkServer,
  ManualClock,
  renewalHandler,
  renewLapsed,
  signWith,
  verifyCertificate,
} from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../support/log.ts';

const NODE: Identity = { id: 'node-1', kind: 'leaf', region: 'eu' };
const CENTRE: Identity = { id: 'centre', kind: 'hub', region: 'eu' };
const DAY_MS = 86_400_000;

let clock: ManualClock;
let authority: Authority;
let lapsed: Credentials;
let denied: Set<string>;
let renewals: number;
let received: string[];
const servers: LinkServer[] = [];
beforeEach(async () => {
  clock = new ManualClock();
  authority = await Authority.create({ clock });
  lapsed = await authority.issueCredentials(NODE, DAY_MS);
  denied = new Set();
  renewals = 0;
  received = [];
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close('test over');
});

const hookOf = (by: Issuer) =>
  renewalHandler({
    authority: by,
    clock,
    log: collectingLog().log,
    ttlMs: DAY_MS,
    lapsedMsMax: 90 * DAY_MS,
    isRenewable: ({ kind }) => kind !== CENTRE.kind,
    isDenied: async (nodeId) => denied.has(nodeId),
    onRenewed: () => {
      renewals += 1;
    },
  });

/** Starts a centre with a current certificate. */
async function centreOf(by: Issuer, own = authority): Promise<string> {
  const hook = hookOf(by);
  const server = await LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    credentials: await own.issueCredentials(CENTRE, DAY_MS),
    log: collectingLog().log,
    clock,
    accept: () => false,
    onLink: () => undefined,
    onHttp: (method, path, body, from) => {
      received.push(Buffer.from(body).toString());
      return hook(method, path, body, from);
    },
  });
  servers.push(server);
  return `https://127.0.0.1:${server.port}`;
}
const renew = async (credentials = lapsed, at = clock, url?: string) =>
  renewLapsed({ urls: [url ?? (await centreOf(authority))], credentials, deadlineMs: 30_000, clock: at });

describe('a certificate that has run out', () => {
  it.each([0.5, 1, 3, 91])('is renewed %d days after it was issued', async (days) => {
    clock.advance(days * DAY_MS);
    const renewed = await renew();
    expect(renewed.identity).toEqual(NODE);
    expect(renewed.keyPem).not.toBe(lapsed.keyPem);
    expect(verifyCertificate(renewed.certPem, authority.caPem, clock.wallMs())).toEqual(NODE);
    expect(renewed.notAfterMs).toBe(clock.wallMs() + DAY_MS);
    expect(renewals).toBe(1);
  });

  it('is not renewed more than 90 days after its end', async () => {
    clock.advance(91 * DAY_MS + 1);
    await expect(renew()).rejects.toMatchObject({ code: 'RENEWAL_TOO_OLD' });
  });

  it('is not renewed for a node that is shut out', async () => {
    clock.advance(3 * DAY_MS);
    denied.add(NODE.id);
    await expect(renew()).rejects.toMatchObject({ code: 'RENEWAL_DENIED' });
    denied.clear();
    expect((await renew()).identity).toEqual(NODE);
  });

  it('while another authority replaces its own, is renewed by the next one, and comes with both', async () => {
    clock.advance(3 * DAY_MS);
    const next = await Authority.create({ clock });
    const caPem = next.caPem + authority.caPem;
    const renewed = await renew(lapsed, clock, await centreOf({ caPem, issue: (o) => next.issue(o) }));
    expect(renewed.caPem).toBe(caPem);
    expect(authoritiesOf(renewed)).toEqual([next.fingerprint, authority.fingerprint]);
    // The next authority alone renews its own certificates and refuses older ones.
    clock.advance(3 * DAY_MS);
    const url = await centreOf(next, next);
    expect((await renew(renewed, clock, url)).caPem).toBe(next.caPem);
    await expect(renew(lapsed, clock, url)).rejects.toMatchObject({ code: 'ENROL_WRONG_CA' });
    const keeps = { ...lapsed, caPem };
    await expect(renew(keeps, clock, url)).rejects.toMatchObject({ code: 'RENEWAL_REFUSED' });
    expect(renewals).toBe(2);
  });

  it('is not renewed for a centre', async () => {
    const centre = await authority.issueCredentials(CENTRE, DAY_MS);
    clock.advance(3 * DAY_MS);
    await expect(renew(centre)).rejects.toMatchObject({ code: 'RENEWAL_REFUSED' });
  });

  it('is not shown to a server of another authority', async () => {
    clock.advance(3 * DAY_MS);
    const url = await centreOf(authority, await Authority.create({ clock }));
    await expect(renew(lapsed, clock, url)).rejects.toMatchObject({ code: 'ENROL_WRONG_CA' });
    expect(received).toEqual([]);
  });

  it('is refused when it comes from another authority', async () => {
    const otherAuthority = await Authority.create({ clock });
    const strange = await otherAuthority.issueCredentials(NODE, DAY_MS);
    clock.advance(3 * DAY_MS);
    // Trusting the right authority as well, these credentials get as far as the request.
    const keeps = { ...strange, caPem: otherAuthority.caPem + authority.caPem };
    await expect(renew(keeps)).rejects.toMatchObject({ code: 'RENEWAL_REFUSED' });
  });

  it.each([-3, 3])('is reported as a clock error on a machine whose clock is %d days wrong', async (days) => {
    clock.advance(3 * DAY_MS);
    const wrong = new ManualClock({ wallMs: clock.wallMs() + days * DAY_MS });
    await expect(renew(lapsed, wrong)).rejects.toMatchObject({
      code: 'ENROL_CLOCK',
      message: expect.stringMatching(/^the clock of this machine says \d{4}-.+: set the clock$/),
    });
    expect(received).toEqual([]);
  });

  it('is reported as a clock error, by the new certificate, on a machine whose clock is ten hours behind', async () => {
    clock.advance(3 * DAY_MS);
    const url = await centreOf(authority);
    clock.advance(DAY_MS / 2);
    const behind = new ManualClock({ wallMs: clock.wallMs() - (10 * DAY_MS) / 24 });
    await expect(renew(lapsed, behind, url)).rejects.toMatchObject({ code: 'ENROL_CLOCK' });
  });
});

describe('a request for a renewal', () => {
  const answer = async (body: unknown, method = 'POST') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return hookOf(authority)(method, '/v1/renewals', Buffer.from(text), '10.0.0.1');
  };
  /** Returns the request of an honest node. */
  const request = async (): Promise<{ certPem: string; csrPem: string; signature: string }> => {
    clock.advance(3 * DAY_MS);
    await renew();
    return JSON.parse(received[0] ?? '');
  };

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['no signature', '{"certPem":"x","csrPem":"x"}'],
    ['a number for a certificate', '{"certPem":5,"csrPem":"x","signature":"x"}'],
  ])('with %s is answered 400', async (_what, body) => {
    expect(await answer(body)).toEqual({ status: 400, body: '{"code":"ENROL_BAD_REQUEST"}' });
  });

  it('is answered 405 by another method, and not at all to another path', async () => {
    expect((await answer('', 'GET'))?.status).toBe(405);
    expect(await hookOf(authority)('POST', '/v1/renewal', Buffer.from(''), '')).toBeUndefined();
  });

  const refused = { status: 403, body: '{"code":"RENEWAL_REFUSED"}' };
  it('with no certificate, an empty or a cut signature is refused', async () => {
    const validRequest = await request();
    expect(await answer({ ...validRequest, certPem: 'x' })).toEqual(refused);
    expect(await answer({ ...validRequest, signature: '' })).toEqual(refused);
    expect(await answer({ ...validRequest, signature: validRequest.signature.slice(4) })).toEqual(refused);
  });

  it('is refused when another key has signed it', async () => {
    const validRequest = await request();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const forged = Buffer.from(signWith(keyPem, Buffer.from('anything'))).toString('base64url');
    expect(await answer({ ...validRequest, signature: forged })).toEqual(refused);
  });

  it("with someone else's certificate is refused", async () => {
    const other = await authority.issueCredentials({ ...NODE, id: 'node-2' }, DAY_MS);
    expect(await answer({ ...(await request()), certPem: other.certPem })).toEqual(refused);
  });

  it('with a CSR of another key than the signed key is refused', async () => {
    const { csrPem } = await createCsr(NODE);
    expect(await answer({ ...(await request()), csrPem })).toEqual(refused);
  });

  it('signed for another authority, another certificate or nothing is refused', async () => {
    const validRequest = await request();
    for (const changes of [{ authority: 'F'.repeat(43) }, { certificate: 'F'.repeat(43) }, { purpose: '' }])
      expect(await answer({ ...validRequest, signature: signatureOf(validRequest.csrPem, changes) })).toEqual(refused);
    expect((await answer({ ...validRequest, signature: signatureOf(validRequest.csrPem) }))?.status).toBe(200);
  });

  it('gets a certificate, and is refused once its node is denied', async () => {
    const validRequest = await request();
    const repeated = JSON.parse((await answer(validRequest))?.body ?? '') as { certPem: string };
    expect(repeated.certPem).toContain('BEGIN CERTIFICATE');
    denied.add(NODE.id);
    expect((await answer(validRequest))?.body).toBe('{"code":"RENEWAL_DENIED"}');
  });

  it('with a bad certificate request is answered by name', async () => {
    const bad = { ...(await request()), csrPem: 'x', signature: signatureOf('x') };
    expect(await answer(bad)).toEqual({ status: 400, body: '{"code":"PKI_BAD_CSR"}' });
  });

  /** Signs like the old key of the node, except for `changes`. */
  function signatureOf(csrPem: string, changes: { purpose?: string; authority?: string; certificate?: string } = {}) {
    const fingerprint = (pem: string) =>
      Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
    const {
      purpose = 'meridian renewal of a lapsed certificate',
      authority: issuer = fingerprint(authority.caPem),
      certificate = fingerprint(lapsed.certPem),
    } = changes;
    const csr = createHash('sha256').update(csrPem).digest('base64url');
    const text = [purpose, issuer, certificate, csr].join('\n');
    return Buffer.from(signWith(lapsed.keyPem, Buffer.from(text))).toString('base64url');
  }
});
