// Receives Meridian's webhooks: verified over the signed bytes, kept once.
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { MeridianApiError, type MeridianClient, verifyWebhook, type WebhookEvent } from '@meridian/api-client';
import type { FastifyInstance } from 'fastify';
import type { OaStore } from './store.ts';

const PATH = '/hooks/meridian';
const SECRET = 'webhookSecret';

export function addHooks(app: FastifyInstance, store: OaStore, onEvent: () => void): void {
  // In a separate scope, so that the body stays text.
  void app.register(async (hooks) => {
    hooks.removeContentTypeParser('application/json');
    hooks.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    hooks.post<{ Body: string }>(PATH, async (request, reply) => {
      const secret = store.setting(SECRET);
      // Meridian retries.
      if (secret === undefined) return reply.code(503).send();
      const event = verified(secret, request.body, request.headers);
      if (event === undefined) return reply.code(401).send();
      const isNew = 'meeting' in event ? store.saveMeeting(event.meeting) : 'room' in event && store.saveEvent(event);
      if (isNew) onEvent();
      return reply.code(204).send();
    });
  });
}

/** Returns undefined when Meridian has not signed the event, or too long ago. */
function verified(secret: string, body: string, headers: IncomingHttpHeaders): WebhookEvent | undefined {
  try {
    return verifyWebhook({ secret, body, headers });
  } catch (error) {
    if (error instanceof MeridianApiError) return undefined; // WEBHOOK_INVALID
    throw error;
  }
}

/** Pauses between tries; the last one repeats. */
const PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000];

/**
 * Subscribes this server to Meridian's events, at every start, however long Meridian takes to answer. Rejects with the
 * MeridianApiError when Meridian refuses, and with an AbortError.
 */
export async function subscribe(
  meridian: MeridianClient,
  store: OaStore,
  o: { readonly url: string; readonly signal: AbortSignal },
): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      return await subscribeOnce(meridian, store, o.url + PATH);
    } catch (error) {
      if (!(error instanceof MeridianApiError) || isRefusal(error)) throw error;
      process.stderr.write(`Meridian does not answer yet: ${error.message}\n`);
      await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)], undefined, { signal: o.signal });
    }
}

/** A retry would be refused again. Status 0: no answer came. */
const isRefusal = ({ status }: MeridianApiError): boolean => status > 0 && status < 500 && status !== 429;

/** Finds our webhook by its address. A webhook without a known secret is replaced. */
async function subscribeOnce(meridian: MeridianClient, store: OaStore, url: string): Promise<void> {
  const { data } = await meridian.get('/webhooks', { params: { query: { limit: 200 } } });
  const existing = data.find((one) => one.url === url);
  if (existing !== undefined && store.setting(SECRET) !== undefined) return;
  if (existing !== undefined)
    await meridian.delete('/webhooks/{webhook}', { params: { path: { webhook: existing.id } } });
  const { secret } = await meridian.post('/webhooks', { body: { url, description: 'Office system' } });
  store.set(SECRET, secret);
}
