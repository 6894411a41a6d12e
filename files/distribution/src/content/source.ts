// HTTP client for hashes and blocks of a content at a source.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { PASS_HEADER, type Source } from '../contract.ts';

/** A silent source is given up after this time. */
const SILENT_MS = 15_000;
/** Bound of an answer with hashes: those of a content of 128 GiB. */
const HASHES_BYTES_MAX = 16_384 * 32;

export interface Credentials {
  readonly token: string;
  readonly pass: string;
}

export interface Request {
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  /** Called when the request has a connection. The wait for one, behind other requests, is not the source's fault. */
  onAsked(): void;
}

/** Failed request to a source; `status` is 0 without an answer. */
export class SourceError extends Error {
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export class SourceClient {
  readonly #agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 64 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 64 }),
  };

  /** Rejects with a SourceError. */
  async hashes(source: Source, content: string, o: Request): Promise<Uint8Array> {
    const answer = await this.#get(source, `contents/${content}/blocks`, o);
    if (answer.statusCode !== 200) throw refused(answer);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of bodyOf(answer)) {
      bytes += piece.length;
      if (bytes > HASHES_BYTES_MAX) {
        answer.destroy();
        throw new SourceError(200, 'more hashes than a content has blocks');
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Streams the bytes of a range. The call and its iteration reject with a SourceError. */
  async range(
    source: Source,
    content: string,
    o: Request & { readonly from: number; readonly bytes: number; onBytes(bytes: number): void },
  ): Promise<AsyncIterable<Uint8Array>> {
    const range = `bytes=${o.from}-${o.from + o.bytes - 1}`;
    const answer = await this.#get(source, `contents/${content}/file`, Object.assign({ range }, o));
    const isRange = answer.headers['content-range']?.startsWith(`bytes ${o.from}-${o.from + o.bytes - 1}/`) === true;
    if (answer.statusCode !== 206 || !isRange) throw refused(answer);
    return bodyOf(answer, o.onBytes);
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #get({ base, kind }: Source, path: string, o: Request & { readonly range?: string }): Promise<IncomingMessage> {
    const { token, pass } = o.credentials;
    const headers: Record<string, string> =
      kind === 'library' ? { authorization: `Bearer ${token}` } : { [PASS_HEADER]: pass };
    if (o.range !== undefined) headers['range'] = o.range;
    const url = `${base.replace(/\/+$/, '')}/${path}`;
    const isTls = url.startsWith('https:');
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const fail = (error: Error): void => reject(new SourceError(0, error.message, error));
    try {
      const open = isTls ? requestHttps : requestHttp;
      const agent = isTls ? this.#agents.https : this.#agents.http;
      const request = open(url, { headers, agent, signal: o.signal, timeout: SILENT_MS });
      request.once('timeout', () => request.destroy(new Error('the source is silent')));
      request.once('socket', () => o.onAsked());
      request.once('response', resolve);
      request.on('error', fail);
      request.end();
    } catch (error) {
      fail(error as Error);
    }
    return promise;
  }
}

/** Redirects are errors. The body is not read, as it may be the whole file. */
function refused(answer: IncomingMessage): SourceError {
  answer.destroy();
  return new SourceError(answer.statusCode ?? 0, `status ${answer.statusCode}`);
}

async function* bodyOf(answer: IncomingMessage, onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) {
      onBytes?.(piece.length);
      yield piece;
    }
  } catch (error) {
    throw new SourceError(0, (error as Error).message, error);
  }
}
