// Sends a request to a centre that is known only by the fingerprint of its certificate authority, for processes without
// a valid certificate.
import type { X509Certificate } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { parseJson } from '../json-request.ts';
import { PkiError } from './errors.ts';
import { fingerprintOf, issuerIn, parseCertificate } from './identity.ts';

/** Certificates of all nodes of a host, up to 70 of about 1 kB, and their authority. */
const REPLY_BYTES_MAX = 131_072;
const CHAIN_MAX = 4;

export interface PinnedReply {
  readonly status: number;
  readonly body: unknown;
  readonly caPem: string;
}

export interface PinnedRequest {
  /** https://host:port; the first reachable address is used. */
  readonly urls: readonly string[];
  readonly path: string;
  readonly body: unknown;
  /** SHA-256 of the DER of CA certificates, base64url; one of them must have signed the server's certificate. */
  readonly fingerprints: readonly string[];
  /** Deadline for all addresses together. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

/** Posts JSON over a checked chain. Rejects with ENROL_UNREACHABLE, ENROL_WRONG_CA, ENROL_CLOCK, ENROL_DEADLINE. */
export async function pinnedRequest(o: PinnedRequest): Promise<PinnedReply> {
  const deadlineMs = o.deadlineMs / o.urls.length;
  for (const [index, url] of o.urls.entries()) {
    try {
      return await requestAt(url, o, deadlineMs);
    } catch (error) {
      const isUnreachable = error instanceof PkiError && unreachableCodes.has(error.code);
      if (!isUnreachable || index === o.urls.length - 1) throw error;
    }
  }
  throw new PkiError('ENROL_UNREACHABLE', 'no address of a centre was given');
}

const unreachableCodes: ReadonlySet<string> = new Set(['ENROL_UNREACHABLE', 'ENROL_DEADLINE']);

async function requestAt(text: string, o: PinnedRequest, deadlineMs: number): Promise<PinnedReply> {
  const { fingerprints, path, body, nowMs } = o;
  const url = URL.parse(text);
  if (url?.protocol !== 'https:')
    throw new PkiError('ENROL_UNREACHABLE', 'the address of a centre must be an https URL');
  const signal = AbortSignal.timeout(deadlineMs);
  const socket = await connectTo(url, signal);
  try {
    const caPem = pinnedCa(socket, fingerprints, nowMs());
    const { status, text: reply } = await post(socket, { url, path, body: JSON.stringify(body), signal });
    return { status, body: parseJson(reply), caPem };
  } finally {
    socket.destroy();
  }
}

function connectTo(url: URL, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    // No system root authorises the certificate: `pinnedCa` decides before anything is sent.
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

/** Returns the presented CA certificate that has a pinned fingerprint and has signed the server's certificate. */
function pinnedCa(socket: TLSSocket, fingerprints: readonly string[], nowMs: number): string {
  let link: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  const serverCertificate = parseCertificate(link.raw);
  for (let depth = 0; depth < CHAIN_MAX && link?.raw !== undefined; depth++) {
    if (serverCertificate !== undefined && fingerprints.includes(fingerprintOf(link.raw))) {
      const caPem = `-----BEGIN CERTIFICATE-----\n${link.raw.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
      if (issuerIn(serverCertificate, caPem) !== undefined) {
        checkClock(serverCertificate, nowMs);
        return caPem;
      }
    }
    link = link.issuerCertificate === link ? undefined : link.issuerCertificate;
  }
  throw new PkiError('ENROL_WRONG_CA', 'the server does not belong to the cluster that the pinned authority certifies');
}

/** Throws ENROL_CLOCK, saying whose clock is wrong, when a certificate just shown by a centre is not valid now. */
export function checkClock(certificate: X509Certificate, nowMs: number): void {
  const { validFromDate, validToDate } = certificate;
  if (validFromDate.getTime() <= nowMs && nowMs < validToDate.getTime()) return;
  const [nowText, from, to] = [new Date(nowMs), validFromDate, validToDate].map((date) => date.toISOString());
  throw new PkiError(
    'ENROL_CLOCK',
    `the clock of this machine says ${nowText}, but the centre shows a certificate for ${from} to ${to}: set the clock`,
  );
}

function post(
  socket: TLSSocket,
  { url, path, body, signal }: { url: URL; path: string; body: string; signal: AbortSignal },
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
    // Without an agent the request uses only the socket whose chain has been checked.
    const request = httpsRequest({
      method: 'POST',
      host: url.hostname,
      path,
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
