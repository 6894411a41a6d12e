// Sends a single POST to a URL that a tenant has chosen. Each IP is checked when dialled, and redirects are not
// followed.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { TargetAddresses } from '@meridian/node-shell';
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
    const target = new URL(url);
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    const lookup: LookupFunction = (name, { all }, done) => {
      addresses.resolve(name, attempt).then(
        (address) => {
          const family = isIP(address);
          if (all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
        (error: NodeJS.ErrnoException) => done(error, ''),
      );
    };
    const timer = clock.after(ANSWER_MS_MAX, () => sent.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    const request = target.protocol === 'https:' ? requestHttps : requestHttp;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(target, { method: 'POST', headers: { ...headers, ...length }, lookup, agent: false });
    sent.on('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? 'FAILED' }));
    sent.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      const isRedirect = status >= 300 && status < 400;
      const retryAfterMs = retryAfterMsOf(answer.headers['retry-after'], clock.wallMs());
      end({ status, retryAfterMs, ...(isRedirect && { error: 'REDIRECT' }) });
      sent.destroy();
    });
    // An IP address in the URL is not looked up, so it is checked here.
    if (isIP(host) !== 0 && !addresses.isAllowed(host))
      sent.destroy(Object.assign(new Error(), { code: 'TARGET_REFUSED' }));
    else sent.end(body);
    return promise;
  };
}
