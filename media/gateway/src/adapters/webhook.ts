// One signed HTTP request to a tenant's server. What it answers beside the status is of no account and is not read.
import { createHmac } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { HookOutcome } from '../core/hook.ts';

/** An encoder waits for it: OBS gives up after 10 s. */
export const HOOK_MS = 3000;

export interface WebhookRequest {
  readonly url: string;
  readonly secret: string;
  /** JSON. */
  readonly body: string;
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`. A receiver checks it in constant time, and refuses old seconds.
 */
export function webhookSignature(secret: string, wallMs: number, body: string): string {
  const seconds = Math.floor(wallMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/**
 * The status of the answer; 'none' without one within `HOOK_MS`, and for a redirect: it would carry the event
 * elsewhere.
 */
export async function postWebhook({ url, secret, body }: WebhookRequest, clock: Clock): Promise<HookOutcome> {
  const late = new AbortController();
  const timer = clock.after(HOOK_MS, () => late.abort());
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: late.signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'meridian-gateway',
        'meridian-signature': webhookSignature(secret, clock.wallMs(), body),
      },
    });
    // Neither waited for nor kept: it may have no end.
    response.body?.cancel().catch(() => undefined);
    return response.status;
  } catch {
    return 'none'; // errors of fetch name the URL, which may hold a secret
  } finally {
    timer.cancel();
  }
}
