// Sends one signed HTTP request to a tenant's server. Only the status of the answer is read.
import { createHmac } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { HookOutcome } from '../core/hook.ts';

/** An encoder waits for the hook: OBS gives up after 10 s. */
export const HOOK_MS = 3000;

export interface WebhookRequest {
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** Returns `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`. Receivers refuse old seconds. */
export function webhookSignature(secret: string, wallMs: number, body: string): string {
  const seconds = Math.floor(wallMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Returns the status; 'none' after `HOOK_MS`, and for a redirect, which would send the event elsewhere. */
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
    // The body is neither read nor awaited, because it may be endless.
    response.body?.cancel().catch(() => undefined);
    return response.status;
  } catch {
    return 'none'; // Errors of fetch name the URL, which may contain a secret.
  } finally {
    timer.cancel();
  }
}
