import { request as httpsRequest } from 'node:https';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Logger } from '../log.ts';
import { type Authority, fingerprintOf } from './authority.ts';
import { assembleCredentials, createCsr } from './csr.ts';
import { PkiError } from './errors.ts';
import { type Credentials, type Identity, isSameIdentity, verifyCertificate } from './identity.ts';
import { type EnrolmentTokens, fingerprintInToken } from './tokens.ts';

const ENROL_PATH = '/v1/enrol';
/** A certificate has about 1 kB. */
const REPLY_BYTES_MAX = 16_384;
/** Certificates looked at while searching the presented chain for the pinned one. */
const CHAIN_MAX = 4;

/**
 * The asking side: proves nothing but the token, trusts nothing but the CA fingerprint in it. The server's chain is
 * checked before the token is sent. Errors: ENROL_BAD_TOKEN, ENROL_UNREACHABLE, ENROL_WRONG_CA, ENROL_REFUSED,
 * ENROL_DEADLINE, ENROL_BAD_REPLY.
 */
export async function enrol(o: {
  /** https://host:port; of several with commas between, the first that can be reached. */
  url: string;
  token: string;
  identity: Identity;
  deadlineMs: number;
}): Promise<Credentials> {
  const fingerprint = fingerprintInToken(o.token);
  if (fingerprint === undefined)
    throw new PkiError('ENROL_BAD_TOKEN', 'the enrolment token has not the form met1.<id>.<secret>.<fingerprint>');
  const urls = o.url.split(',');
  for (const [index, url] of urls.entries()) {
    try {
      return await enrolAt(url.trim(), { ...o, fingerprint, deadlineMs: o.deadlineMs / urls.length });
    } catch (error) {
      const isAway = error instanceof PkiError && awayCodes.has(error.code);
      if (!isAway || index === urls.length - 1) throw error;
    }
  }
  throw new PkiError('ENROL_UNREACHABLE', 'there is no address to enrol at');
}

/** Another centre may answer where one does not. */
const awayCodes: ReadonlySet<string> = new Set(['ENROL_UNREACHABLE', 'ENROL_DEADLINE']);

async function enrolAt(
  text: string,
  o: { token: string; identity: Identity; fingerprint: string; deadlineMs: number },
): Promise<Credentials> {
  const { fingerprint } = o;
  const { keyPem, csrPem } = await createCsr(o.identity);
  const url = new URL(text);
  if (url.protocol !== 'https:') throw new PkiError('ENROL_UNREACHABLE', 'enrolment needs an https URL');
  // One signal ends whichever step is waiting; the runtime clears its timer with the signal.
  const signal = AbortSignal.timeout(o.deadlineMs);
  const socket = await connectTo(url, signal);
  try {
    const caPem = pinnedCa(socket, fingerprint);
    const reply = await post(socket, url, JSON.stringify({ token: o.token, csrPem }), signal);
    return readReply(reply, { keyPem, caPem, identity: o.identity });
  } finally {
    socket.destroy();
  }
}

/**
 * The answering side, for the HTTP hook of a LinkServer: `POST /v1/enrol {token, csrPem}` answers 200
 * {certPem, notAfterMs}, 400 for a body that is not that, 403 for a token that is not good. Other paths answer
 * undefined.
 */
export function enrolmentHandler(o: {
  authority: Authority;
  tokens: EnrolmentTokens;
  ttlMs: number;
  log: Logger;
  /** Whether this one gets no certificate although the token is good; the token is used up all the same. */
  isRefused?: (identity: Identity) => boolean | Promise<boolean>;
}) {
  return async (
    method: string,
    path: string,
    body: Uint8Array,
  ): Promise<{ status: number; body: string } | undefined> => {
    if (path !== ENROL_PATH) return undefined;
    if (method !== 'POST') return refusal(405, 'ENROL_METHOD');
    const request = parseRequest(body);
    if (request === undefined) return refusal(400, 'ENROL_BAD_REQUEST');
    const identity = await o.tokens.redeem(request.token);
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
      return { status: 200, body: JSON.stringify(issued) };
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON has none of the fields that callers look for.
    return undefined;
  }
}

function connectTo(url: URL, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    // Not authorised by any store of roots: `pinnedCa` decides, before anything is sent.
    const socket = connect({ host, port: Number(url.port || 443), minVersion: 'TLSv1.3', rejectUnauthorized: false });
    const fail = (error: PkiError): void => {
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new PkiError('ENROL_DEADLINE', 'no TLS connection before the deadline'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', (error) =>
      fail(new PkiError('ENROL_UNREACHABLE', `no TLS connection: ${error.message}`, { cause: error })),
    );
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
  });
}

/**
 * The CA certificate in the presented chain that has the pinned fingerprint and has signed the server's own
 * certificate.
 */
function pinnedCa(socket: TLSSocket, fingerprint: string): string {
  let link: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  const own = link;
  for (let depth = 0; depth < CHAIN_MAX && link?.raw !== undefined; depth++) {
    if (fingerprintOf(link.raw) === fingerprint) {
      const caPem = `-----BEGIN CERTIFICATE-----\n${link.raw.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
      if (verifyCertificate(own.raw, caPem, Date.now()) !== undefined) return caPem;
    }
    link = link.issuerCertificate === link ? undefined : link.issuerCertificate;
  }
  throw new PkiError('ENROL_WRONG_CA', 'the server does not belong to the cluster that minted this token');
}

function post(
  socket: TLSSocket,
  url: URL,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const isLate = signal.aborted;
      reject(
        new PkiError(
          isLate ? 'ENROL_DEADLINE' : 'ENROL_UNREACHABLE',
          isLate ? 'no answer before the deadline' : `no answer: ${error.message}`,
          { cause: error },
        ),
      );
    };
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    // Without an agent the request goes out on the socket whose chain has been checked, and on no other.
    const request = httpsRequest({
      method: 'POST',
      host: url.hostname,
      path: ENROL_PATH,
      headers,
      signal,
      createConnection: () => socket,
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let byteLength = 0;
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => {
        byteLength += chunk.length;
        if (byteLength > REPLY_BYTES_MAX) response.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.end(body);
  });
}

function readReply(
  reply: { status: number; text: string },
  o: { keyPem: string; caPem: string; identity: Identity },
): Credentials {
  if (reply.status === 403) throw new PkiError('ENROL_REFUSED', 'the token is unknown, used or expired');
  const { certPem } = (parseJson(reply.text) ?? {}) as { certPem?: unknown };
  if (reply.status !== 200 || typeof certPem !== 'string')
    throw new PkiError('ENROL_BAD_REPLY', `the enrolment answer has status ${reply.status} and no certificate`);
  let credentials: Credentials;
  try {
    credentials = assembleCredentials({ keyPem: o.keyPem, certPem, caPem: o.caPem, nowMs: Date.now() });
  } catch (error) {
    throw new PkiError('ENROL_BAD_REPLY', 'the enrolment answer does not hold a certificate for the key asked for', {
      cause: error,
    });
  }
  if (!isSameIdentity(credentials.identity, o.identity)) {
    const { kind, region, id } = credentials.identity;
    throw new PkiError(
      'ENROL_BAD_REPLY',
      `the token was minted for ${kind}/${region}/${id}, not for the identity asked for`,
    );
  }
  return credentials;
}
