// Sends a single POST to a URL that a tenant has chosen. Each IP is checked when dialled, and redirects are not
// followed.
import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TargetAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Outcome, retryAfterMsOf } from './core/schedule.ts';

/** Time limit from the lookup of the name to the head of the answer. */
const ANSWER_MS_MAX = 10_000;

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Number of the attempt; if a name has several IP addresses, each attempt tries another. */
  readonly attempt: number;
}

export type Post = (o: PostOptions) => Promise<Outcome>;

/** Returns a sender that never rejects: errors are part of the outcome. */
export function posting({ addresses, clock }: { addresses: TargetAddresses; clock: Clock }): Post {
  return ({ url, headers, body, attempt }) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const startMs = clock.nowMs();
    const end = (o: Partial<Outcome>): void => {
      timer.cancel();
      resolve({ status: 0, error: '', retryAfterMs: 0, ...o, tookMs: Math.round(clock.nowMs() - startMs) });
    };
    let sent: ClientRequest | undefined;
    const timer = clock.after(ANSWER_MS_MAX, () => sent?.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    const failed = (error: NodeJS.ErrnoException): void => end({ error: error.code ?? 'FAILED' });
    try {
      const target = new URL(url);
      // An IP address in the URL is not looked up, so it is checked here.
      if (addresses.isRefusedHost(target.hostname)) throw new MeridianError('TARGET_REFUSED');
      const request = target.protocol === 'https:' ? requestHttps : requestHttp;
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const lookup = addresses.lookup(() => attempt);
      sent = request(target, { method: 'POST', headers: { ...headers, ...length }, lookup, agent: false });
      sent.on('error', failed);
      sent.on('response', (answer) => {
        const status = answer.statusCode ?? 0;
        const isRedirect = status >= 300 && status < 400;
        const retryAfterMs = retryAfterMsOf(answer.headers['retry-after'], clock.wallMs());
        end({ status, retryAfterMs, ...(isRedirect && { error: 'REDIRECT' }) });
        sent?.destroy();
      });
      sent.end(body);
    } catch (error) {
      // Node throws at once for a URL or a header that it cannot send.
      failed(error as NodeJS.ErrnoException);
    }
    return promise;
  };
}
