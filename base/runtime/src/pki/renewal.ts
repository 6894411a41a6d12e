// Renews an expired certificate without a link: the old key proves the identity. This lets a cluster return after days
// off.
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { parseJson } from '../json-request.ts';
import type { HttpHook } from '../link/http-hook.ts';
import type { Logger } from '../log.ts';
import type { Issuer } from './authority.ts';
import { createCsr } from './csr.ts';
import { checkedCredentials } from './enrol.ts';
import { PkiError, type PkiErrorCode } from './errors.ts';
import {
  authoritiesIn,
  type Credentials,
  fingerprintOf,
  type Identity,
  issuerIn,
  parseCertificate,
  verifyLapsed,
} from './identity.ts';
import { pinnedRequest } from './pinned-request.ts';
import { signWith, verifyWith } from './sign.ts';

const RENEW_PATH = '/v1/renewals';

/**
 * Gets a new key and certificate for the identity of expired credentials. Sends nothing to a server that the
 * credentials' authority has not certified. RENEWAL_REFUSED, RENEWAL_TOO_OLD, RENEWAL_DENIED and ENROL_WRONG_CA are
 * final; after ENROL_UNREACHABLE, ENROL_DEADLINE, ENROL_CLOCK and ENROL_BAD_REPLY a retry may succeed.
 */
export async function renewLapsed(o: {
  /** https://host:port; the first reachable address is used. */
  readonly urls: readonly string[];
  readonly credentials: Credentials;
  readonly deadlineMs: number;
  readonly clock: Pick<Clock, 'wallMs'>;
}): Promise<Credentials> {
  const { urls, deadlineMs, clock } = o;
  const { identity, certPem, caPem, keyPem: oldKeyPem } = o.credentials;
  const { keyPem, csrPem } = await createCsr(identity);
  const signature = Buffer.from(signWith(oldKeyPem, signedText({ certPem, csrPem, caPem }))).toString('base64url');
  const body = { certPem, csrPem, signature };
  const fingerprints = authoritiesIn(caPem).map(({ raw }) => fingerprintOf(raw));
  const nowMs = (): number => clock.wallMs();
  const reply = await pinnedRequest({ urls, path: RENEW_PATH, body, fingerprints, deadlineMs, nowMs });
  const answer = (reply.body ?? {}) as Record<string, unknown>;
  const refused = Object.entries(refusals).find(([code]) => code === answer['code']);
  if (refused !== undefined) throw new PkiError(refused[0] as PkiErrorCode, refused[1]);
  const { certPem: renewed, caPem: sent } = answer;
  if (reply.status !== 200 || typeof renewed !== 'string' || typeof sent !== 'string')
    throw new PkiError('ENROL_BAD_REPLY', `the answer to a renewal has status ${reply.status} and no certificate`);
  return checkedCredentials({ keyPem, certPem: renewed, caPem: sent, nowMs: nowMs() });
}

const refusals: Readonly<Partial<Record<PkiErrorCode, string>>> = {
  RENEWAL_REFUSED: 'the certificate does not belong to this cluster',
  RENEWAL_TOO_OLD: 'the certificate ran out too long ago',
  RENEWAL_DENIED: 'the node is shut out',
};

/**
 * Returns the HTTP hook of a LinkServer for renewals: `POST /v1/renewals {certPem, csrPem, signature}` answers 200
 * {certPem, caPem, notAfterMs}, 400 for another body, 403 with a code of `renewLapsed`. Other paths answer undefined. A
 * repeated request gets a certificate for the same new key, which only the requester has.
 */
export function renewalHandler(o: {
  readonly authority: Issuer;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Logger;
  readonly ttlMs: number;
  readonly lapsedMsMax: number;
  isRenewable(identity: Identity): boolean;
  isDenied(nodeId: string): Promise<boolean>;
  onRenewed(): void;
}): HttpHook {
  return async (method, path, body, remoteAddress) => {
    if (path !== RENEW_PATH) return undefined;
    const refusal = (status: number, code: string, identity?: Identity) => {
      o.log.warn({ remoteAddress, code, identity }, 'a certificate that had run out was not renewed');
      return { status, body: JSON.stringify({ code }) };
    };
    if (method !== 'POST') return refusal(405, 'ENROL_METHOD');
    const request = parseRequest(body);
    if (request === undefined) return refusal(400, 'ENROL_BAD_REQUEST');
    const { certPem, csrPem, signature } = request;
    const { caPem } = o.authority;
    const lapsedCertificate = verifyLapsed(certPem, caPem, o.clock.wallMs());
    if (lapsedCertificate === undefined || !verifyWith(certPem, signedText({ certPem, csrPem, caPem }), signature))
      return refusal(403, 'RENEWAL_REFUSED');
    const { identity, lapsedMs } = lapsedCertificate;
    if (!o.isRenewable(identity)) return refusal(403, 'RENEWAL_REFUSED', identity);
    if (lapsedMs > o.lapsedMsMax) return refusal(403, 'RENEWAL_TOO_OLD', identity);
    if (await o.isDenied(identity.id)) return refusal(403, 'RENEWAL_DENIED', identity);
    try {
      const issued = await o.authority.issue({ csrPem, identity, ttlMs: o.ttlMs });
      o.onRenewed();
      o.log.info({ identity, lapsedMs, remoteAddress }, 'a certificate that had run out was renewed');
      return { status: 200, body: JSON.stringify({ ...issued, caPem }) };
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      return refusal(400, error.code, identity);
    }
  };
}

/**
 * Returns the text that the old key signs. It names this purpose, authority, certificate and request, so a stolen
 * signature is useless elsewhere and certifies only the key that it was made for.
 */
function signedText(o: { certPem: string; csrPem: string; caPem: string }): Uint8Array {
  const certificate = parseCertificate(o.certPem);
  const authority = certificate && issuerIn(certificate, o.caPem);
  const ownFingerprint = certificate === undefined ? '' : fingerprintOf(certificate.raw);
  const issuer = authority === undefined ? '' : fingerprintOf(authority.raw);
  const request = createHash('sha256').update(o.csrPem).digest('base64url');
  return Buffer.from(['meridian renewal of a lapsed certificate', issuer, ownFingerprint, request].join('\n'));
}

function parseRequest(body: Uint8Array): { certPem: string; csrPem: string; signature: Uint8Array } | undefined {
  const value = parseJson(Buffer.from(body).toString('utf8'));
  const { certPem, csrPem, signature } = (value ?? {}) as Record<string, unknown>;
  if (typeof certPem !== 'string' || typeof csrPem !== 'string' || typeof signature !== 'string') return undefined;
  return { certPem, csrPem, signature: new Uint8Array(Buffer.from(signature, 'base64url')) };
}
