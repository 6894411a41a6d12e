// Signs requests by Standard Webhooks, like webhooks of the api.
import { createHmac } from 'node:crypto';

export const SECRET_PREFIX = 'whsec_';

/** `secret` is `whsec_` and the key in base64. `id` stays the same when a message is sent again. */
export function signedHeaders(
  id: string,
  body: string,
  o: { readonly secret: string; readonly wallMs: number },
): Record<string, string> {
  const timestamp = String(Math.floor(o.wallMs / 1000));
  const key = Buffer.from(o.secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
