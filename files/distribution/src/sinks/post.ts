// Sends one POST of JSON. Redirects are not followed, and the answer's body is not read.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import { SinkError } from './sink.ts';
import { checkHost, isRefusedAddress, refusedAddress, withLimit } from './target.ts';

/** Time limit from the look-up of the name to the head of the answer. */
const ANSWER_MS_MAX = 10_000;

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Absent for a URL of the operator: any address may be dialled. */
  readonly addresses?: TargetAddresses | undefined;
  /** Selects among several addresses of the name. */
  readonly attempt?: number;
}

/**
 * Resolves with any status. Rejects with TARGET_REFUSED for forbidden addresses, TARGET_UNREACHABLE without an answer
 * in ten seconds, or the reason of the signal.
 */
export async function post(o: PostOptions): Promise<number> {
  const { url, addresses, clock, signal, attempt = 0 } = o;
  const target = new URL(url);
  if (addresses !== undefined) checkHost(addresses, target.hostname);
  const lookup = addresses?.lookup(() => attempt);
  try {
    return await withLimit({ clock, signal, limitMs: ANSWER_MS_MAX }, (within) => send(o, target, within, lookup));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SinkError) throw error;
    if (isRefusedAddress(error)) throw refusedAddress(error);
    const { code = 'FAILED' } = error as NodeJS.ErrnoException;
    throw new SinkError('TARGET_UNREACHABLE', `${target.host} does not answer: ${code}`, error);
  }
}

function send(
  { headers, body }: PostOptions,
  target: URL,
  signal: AbortSignal,
  lookup: ReturnType<TargetAddresses['lookup']> | undefined,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const all = Object.assign({}, headers, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  const options = Object.assign({ method: 'POST', headers: all, agent: false, signal }, lookup && { lookup });
  const sent = request(target, options);
  sent.on('error', reject);
  sent.on('response', (answer) => {
    resolve(answer.statusCode ?? 0);
    sent.destroy();
  });
  sent.end(body);
  return promise;
}
