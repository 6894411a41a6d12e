import { parseJson } from '../json-request.ts';
import type { Logger } from '../log.ts';
import type { Issuer } from './authority.ts';
import { assembleCredentials, createCsr } from './csr.ts';
import { PkiError } from './errors.ts';
import {
  authoritiesIn,
  type Credentials,
  fingerprintOf,
  type Identity,
  isSameIdentity,
  issuerIn,
  parseCertificate,
} from './identity.ts';
import { checkClock, type PinnedReply, pinnedRequest } from './pinned-request.ts';
import { fingerprintInToken } from './tokens.ts';

const ENROL_PATH = '/v1/enrol';

/**
 * Enrols this process. It proves its identity only by the token, and trusts only the CA with the fingerprint in the
 * token, or the given CA for a token of another form (either of two during a replacement). The server's chain is
 * checked before the token is sent. Rejects with ENROL_BAD_TOKEN, ENROL_UNREACHABLE, ENROL_WRONG_CA, ENROL_REFUSED,
 * ENROL_DEADLINE, ENROL_CLOCK, ENROL_BAD_REPLY, ENROL_UNAVAILABLE.
 */
export async function enrol(o: {
  /** https://host:port; of several, separated by commas, the first reachable address is used. */
  url: string;
  token: string;
  /** Certificate of the CA, for a token that does not name it. */
  caPem?: string;
  identity: Identity;
  deadlineMs: number;
}): Promise<Credentials> {
  const { token, caPem, identity, deadlineMs } = o;
  const fingerprints =
    caPem === undefined ? [fingerprintNamedIn(token)] : authoritiesIn(caPem).map(({ raw }) => fingerprintOf(raw));
  if (fingerprints.length === 0) throw new PkiError('ENROL_BAD_TOKEN', 'the authority given is no certificate');
  const { keyPem, csrPem } = await createCsr(identity);
  const urls = o.url.split(',').map((url) => url.trim());
  const body = { token, csrPem };
  const reply = await pinnedRequest({
    urls,
    path: ENROL_PATH,
    body,
    fingerprints,
    deadlineMs,
    nowMs: Date.now,
  });
  return readReply(reply, { keyPem, identity });
}

/**
 * Returns the HTTP hook of a LinkServer for enrolments: `POST /v1/enrol {token, csrPem}` answers 200 {certPem, caPem,
 * notAfterMs}, 400 for another body, 403 for a bad token, 503 while the token cannot be judged. Other paths answer
 * undefined.
 */
export function enrolmentHandler(o: {
  authority: Issuer;
  /** Returns a token's identity, undefined for a bad token. Rejects with ENROL_UNAVAILABLE. */
  tokens: { redeem(token: string, remoteAddress: string): Promise<Identity | undefined> };
  ttlMs: number;
  log: Logger;
  /** Returns whether this identity is refused although its token is good; the token is used up all the same. */
  isRefused?: (identity: Identity) => boolean | Promise<boolean>;
}) {
  return async (
    method: string,
    path: string,
    body: Uint8Array,
    remoteAddress: string,
  ): Promise<{ status: number; body: string } | undefined> => {
    if (path !== ENROL_PATH) return undefined;
    if (method !== 'POST') return refusal(405, 'ENROL_METHOD');
    const request = parseRequest(body);
    if (request === undefined) return refusal(400, 'ENROL_BAD_REQUEST');
    const identity = await o.tokens.redeem(request.token, remoteAddress).catch((error: unknown) => {
      if (error instanceof PkiError && error.code === 'ENROL_UNAVAILABLE') return 'unavailable' as const;
      throw error;
    });
    if (identity === 'unavailable') return refusal(503, 'ENROL_UNAVAILABLE');
    if (identity === undefined) {
      o.log.warn('enrolment refused: the token is unknown, used or expired');
      return refusal(403, 'ENROL_REFUSED');
    }
    if ((await o.isRefused?.(identity)) === true) {
      o.log.warn({ identity }, 'enrolment refused: this node is shut out');
      return refusal(403, 'ENROL_REFUSED');
    }
    try {
      const issued = await o.authority.issue({ csrPem: request.csrPem, identity, ttlMs: o.ttlMs });
      o.log.info({ identity, notAfterMs: issued.notAfterMs }, 'enrolled');
      return { status: 200, body: JSON.stringify({ ...issued, caPem: o.authority.caPem }) };
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      o.log.warn({ identity, err: error }, 'enrolment refused: the request cannot be signed');
      return refusal(400, error.code);
    }
  };
}

function refusal(status: number, code: string): { status: number; body: string } {
  return { status, body: JSON.stringify({ code }) };
}

function parseRequest(body: Uint8Array): { token: string; csrPem: string } | undefined {
  const value = parseJson(Buffer.from(body).toString('utf8'));
  const { token, csrPem } = (value ?? {}) as { token?: unknown; csrPem?: unknown };
  return typeof token === 'string' && typeof csrPem === 'string' ? { token, csrPem } : undefined;
}

function readReply(reply: PinnedReply, o: { keyPem: string; identity: Identity }): Credentials {
  if (reply.status === 403) throw new PkiError('ENROL_REFUSED', 'the token is unknown, used or expired');
  if (reply.status === 503) throw new PkiError('ENROL_UNAVAILABLE', 'the centre cannot judge the token now');
  const { certPem, caPem = reply.caPem } = (reply.body ?? {}) as { certPem?: unknown; caPem?: unknown };
  if (reply.status !== 200 || typeof certPem !== 'string' || typeof caPem !== 'string')
    throw new PkiError('ENROL_BAD_REPLY', `the enrolment answer has status ${reply.status} and no certificate`);
  const credentials = checkedCredentials({ keyPem: o.keyPem, certPem, caPem, nowMs: Date.now() });
  if (!isSameIdentity(credentials.identity, o.identity)) {
    const { kind, region, id } = credentials.identity;
    throw new PkiError(
      'ENROL_BAD_REPLY',
      `the token was minted for ${kind}/${region}/${id}, not for the identity asked for`,
    );
  }
  return credentials;
}

function fingerprintNamedIn(token: string): string {
  const fingerprint = fingerprintInToken(token, 'met1');
  if (fingerprint === undefined)
    throw new PkiError('ENROL_BAD_TOKEN', 'the enrolment token has not the form met1.<id>.<secret>.<fingerprint>');
  return fingerprint;
}

/** Combines credentials. Throws ENROL_BAD_REPLY when they do not match, ENROL_CLOCK when they are not valid now. */
export function checkedCredentials(o: Parameters<typeof assembleCredentials>[0]): Credentials {
  const certificate = parseCertificate(o.certPem);
  if (certificate !== undefined && issuerIn(certificate, o.caPem) !== undefined) checkClock(certificate, o.nowMs);
  try {
    return assembleCredentials(o);
  } catch (error) {
    throw new PkiError('ENROL_BAD_REPLY', 'the answer does not hold a certificate for the key asked for', {
      cause: error,
    });
  }
}
