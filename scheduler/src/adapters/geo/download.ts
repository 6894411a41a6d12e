// Fetches a file over HTTPS with bounds of redirects, bytes and time. Plain HTTP only to this machine (a mirror beside
// the centre).
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface CacheValidators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface DownloadRequest {
  readonly url: string;
  /** Value of the `authorization` header; sent only to the origin of `url`, not to redirect targets. */
  readonly authorization?: string | undefined;
  /** Certificates (PEM) to trust in place of the machine's. */
  readonly ca?: string | undefined;
  readonly knownValidators?: CacheValidators;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

export type Download =
  | { readonly outcome: 'unchanged' }
  | ({ readonly outcome: 'done'; readonly sha256: string; readonly bytes: number } & CacheValidators);

/** MaxMind redirects once, mirrors twice; more is a loop. */
const REDIRECTS_MAX = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export function isAllowedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false; // credentials would end up in logs; `authorization` is for them
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** Downloads `url` to `to`, which must not exist. Rejects with a reason; the caller removes the partial file. */
export async function download(ask: DownloadRequest, to: string): Promise<Download> {
  const response = await answerOf(ask);
  if (response.statusCode === 304) {
    response.destroy();
    return { outcome: 'unchanged' };
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const bounded = limitedTo(ask.bytesMax, (chunk) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  // A connection that ends before the stated length rejects here as well (premature close).
  await pipeline(response, bounded, createWriteStream(to, { flags: 'wx', mode: 0o644 }), { signal: ask.signal });
  const { etag, 'last-modified': lastModified } = response.headers;
  return { outcome: 'done', sha256: hash.digest('hex'), bytes, etag, lastModified };
}

/** Returns the first SHA-256 in a small text, as `sha256sum` writes it. */
export async function fetchChecksum(ask: DownloadRequest): Promise<string> {
  const response = await answerOf(ask);
  let text = '';
  const collect = limitedTo(ask.bytesMax, (chunk) => {
    text += chunk.toString('latin1');
  });
  await pipeline(response, collect, new Transform({ transform: (_chunk, _encoding, done) => done() }).resume(), {
    signal: ask.signal,
  });
  const checksum = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i.exec(text)?.[0];
  if (checksum === undefined) throw new Error('the checksum address names no SHA-256');
  return checksum.toLowerCase();
}

/** Passes bytes on up to the bound; then the stream fails. */
export function limitedTo(bytesMax: number, onChunk: (chunk: Buffer) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) return done(new Error(`more than ${bytesMax} bytes`));
      onChunk(chunk);
      done(null, chunk);
    },
  });
}

/** Returns the 200 or 304 at the end of the redirects, with an unread body. */
async function answerOf(ask: DownloadRequest): Promise<IncomingMessage> {
  let url = new URL(ask.url);
  const { origin } = url;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    if (!isAllowedUrl(url.href)) throw new Error(`redirected to ${url.protocol}//${url.host}, which is not https`);
    const headers = headersOf(ask, url.origin === origin);
    const response = await send(url, headers, ask);
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (REDIRECTS.has(statusCode) && location !== undefined && URL.canParse(location, url.href)) {
      response.destroy();
      url = new URL(location, url);
      continue;
    }
    const isNews = ask.knownValidators === undefined || statusCode !== 304;
    if (statusCode !== 200 && isNews) {
      response.destroy();
      throw new Error(`${url.host} answered ${statusCode}`);
    }
    if (Number(response.headers['content-length'] ?? 0) > ask.bytesMax) {
      response.destroy();
      throw new Error(`more than ${ask.bytesMax} bytes announced`);
    }
    return response;
  }
  throw new Error(`more than ${REDIRECTS_MAX} redirects`);
}

function headersOf(ask: DownloadRequest, isSameOrigin: boolean): OutgoingHttpHeaders {
  const { authorization, knownValidators } = ask;
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    ...(authorization !== undefined && isSameOrigin ? { authorization } : {}),
    ...(knownValidators?.etag === undefined ? {} : { 'if-none-match': knownValidators.etag }),
    ...(knownValidators?.lastModified === undefined ? {} : { 'if-modified-since': knownValidators.lastModified }),
  };
}

function send(url: URL, headers: OutgoingHttpHeaders, ask: DownloadRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = { headers, signal: ask.signal, agent: false as const };
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, ...(ask.ca === undefined ? {} : { ca: ask.ca }) }, resolve)
      : httpRequest(url, options, resolve);
  request.once('error', reject);
  request.end();
  return promise;
}
