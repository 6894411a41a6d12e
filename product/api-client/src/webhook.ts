import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { MeridianApiError } from './error.ts';
import type { webhooks } from './generated/openapi.ts';

type Bodies = {
  [Name in keyof webhooks]: webhooks[Name] extends {
    post: { requestBody?: { content: { 'application/json': infer Body } } };
  }
    ? Omit<Body, 'event'> & { readonly event: Name }
    : never;
};
/** Event of a webhook; TypeScript narrows its type by `event`. */
export type WebhookEvent = Bodies[keyof Bodies];

export interface ReceivedWebhook {
  /** Secret of the webhook (`whsec_…`); while a secret is replaced, the old and the new are accepted. */
  readonly secret: string;
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Raw body: a body that was parsed and serialized again has another signature. */
  readonly body: string | Uint8Array;
}

/**
 * Checks signature and time (within five minutes) by Standard Webhooks and returns the event. An event can come twice:
 * remember its `id`. Throws MeridianApiError WEBHOOK_INVALID; the receiver should answer 400 and do nothing else.
 */
export function verifyWebhook({ secret, headers, body }: ReceivedWebhook): WebhookEvent {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const proof = Object.fromEntries(names.map((name) => [name, headerOf(headers, name)]));
  try {
    return new Webhook(secret).verify(text, proof) as WebhookEvent;
  } catch (cause) {
    const isKnown = cause instanceof WebhookVerificationError || cause instanceof SyntaxError;
    if (!isKnown) throw cause; // the secret itself is malformed
    throw new MeridianApiError('WEBHOOK_INVALID', cause.message, { cause });
  }
}

/** Returns the headers with which the service sends `id` and `body` at `nowMs`, for tests of receivers. */
export function signWebhook(o: { secret: string; id: string; body: string; nowMs: number }): Record<string, string> {
  const signature = new Webhook(o.secret).sign(o.id, new Date(o.nowMs), o.body);
  const timestamp = String(Math.floor(o.nowMs / 1000));
  return { 'webhook-id': o.id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const found = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return found === undefined ? '' : String(headers[found] ?? '');
}
