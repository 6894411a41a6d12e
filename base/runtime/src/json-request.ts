// Sends a small JSON request to a machine that the operator names, with its own certificate authority, which `fetch`
// does not accept.
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

const REQUEST_LIMIT_MS = 5000;
/** A page of 250 pods has about 2 MB. */
const ANSWER_BYTES_MAX = 16_777_216;

export interface JsonRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly caFile?: string | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends the request, without redirects. Rejects without a complete answer within 5 s; any status is an answer. */
export async function jsonRequest(o: JsonRequest): Promise<JsonAnswer> {
  const { url, method, caFile, contentType = 'application/json' } = o;
  const isTls = url.startsWith('https:');
  const ca = caFile === undefined || !isTls ? undefined : await readFile(caFile, 'utf8');
  const body = o.body === undefined ? undefined : Buffer.from(JSON.stringify(o.body));
  const headers: Record<string, string | number> = { accept: 'application/json' };
  Object.assign(headers, o.headers);
  if (body !== undefined) Object.assign(headers, { 'content-type': contentType, 'content-length': body.length });
  const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const openRequest = isTls ? httpsRequest : httpRequest;
      openRequest(url, { method, headers, signal, ...(ca === undefined ? {} : { ca }) })
        .once('response', resolve)
        .once('error', reject)
        .end(body);
    });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${REQUEST_LIMIT_MS} ms`, { cause: error });
    throw error;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Callers find no fields in undefined, as in other JSON that they do not expect.
    return undefined;
  }
}
