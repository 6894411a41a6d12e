// Asks the operator's scanner, by one POST with the bytes. `{"clean": true}` accepts the file, `{"clean": false,
// "detail": "…"}` refuses it.
import { createReadStream } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '@meridian/runtime';
import type { CheckedFile } from '../uploads/finishing.ts';

export interface Scanner {
  readonly url: string;
  readonly token?: string;
  readonly limitMs: number;
}

export interface Scanned {
  readonly isClean: boolean;
  readonly detail: string;
}

const ANSWER_BYTES_MAX = 65_536;
const DETAIL_CHARACTERS_MAX = 200;

/** Rejects on any other answer and when the scanner exceeds its limit: the caller retries. */
export async function scan(
  scanner: Scanner,
  file: CheckedFile & { readonly type: string },
  o: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Scanned> {
  const scanLimit = new AbortController();
  const timer = o.clock.after(scanner.limitMs, () => scanLimit.abort(new Error('the scanner does not answer in time')));
  try {
    const text = await postFile(scanner, file, AbortSignal.any([o.signal, scanLimit.signal]));
    return answerOf(text);
  } finally {
    timer.cancel();
  }
}

function postFile(
  { url, token }: Scanner,
  file: CheckedFile & { readonly type: string },
  signal: AbortSignal,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = {
    'content-type': file.type,
    'content-length': file.bytes,
    'x-meridian-tenant': file.tenant,
    'x-meridian-name': encodeURIComponent(file.name),
    'x-meridian-sha256': file.sha256,
  };
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const request = send(url, { method: 'POST', headers: Object.assign(headers, authorization), signal, agent: false });
  const body = createReadStream(file.path);
  // The error of an aborted request does not carry the signal's reason.
  request.once('error', (error) => reject(signal.aborted ? signal.reason : error));
  body.once('error', reject);
  request.once('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.length > ANSWER_BYTES_MAX) response.destroy(new Error('the scanner answers too much'));
    });
    response.once('error', reject);
    response.once('end', () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`the scanner answers with status ${response.statusCode}`));
    });
  });
  body.pipe(request);
  const close = (): void => {
    body.destroy();
    request.destroy();
  };
  return promise.finally(close);
}

function answerOf(text: string): Scanned {
  const { clean, detail } = (parsed(text) ?? {}) as { clean?: unknown; detail?: unknown };
  if (typeof clean !== 'boolean') throw new Error('the scanner does not say whether the file is clean');
  return { isClean: clean, detail: typeof detail === 'string' ? detail.slice(0, DETAIL_CHARACTERS_MAX) : '' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('the scanner answers with something else than JSON', { cause: error });
  }
}
