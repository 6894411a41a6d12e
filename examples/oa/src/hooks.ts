// Meridian's webhooks: verified over the bytes that were signed, kept once.
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { type MeetingEvent, type Meridian, MeridianProblem, type RoomEvent } from './meridian.ts';
import type { OaStore } from './store.ts';

const PATH = '/hooks/meridian';
const SECRET = 'webhookSecret';

export function addHooks(app: FastifyInstance, store: OaStore, onEvent: () => void): void {
  // In a scope of its own: the body stays text.
  void app.register(async (hooks) => {
    hooks.removeContentTypeParser('application/json');
    hooks.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    hooks.post<{ Body: string }>(PATH, async (request, reply) => {
      const secret = store.setting(SECRET);
      // Meridian tries again.
      if (secret === undefined) return reply.code(503).send();
      const event = verified(secret, request.body, request.headers as Record<string, string>);
      if (event === undefined) return reply.code(401).send();
      const isNew = 'meeting' in event ? store.know(event.meeting) : 'room' in event && store.keep(event);
      if (isNew) onEvent();
      return reply.code(204).send();
    });
  });
}

/** Undefined: Meridian has not signed it, or long ago. */
function verified(secret: string, body: string, headers: Record<string, string>): MeetingEvent | RoomEvent | undefined {
  try {
    return new Webhook(secret).verify(body, headers) as MeetingEvent | RoomEvent;
  } catch {
    return undefined;
  }
}

/** Between tries, the last one again and again. */
const PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000];

/**
 * Has Meridian tell this server of its rooms and meetings. At every start, however long Meridian takes to answer.
 * Rejects with the MeridianProblem when Meridian refuses, and with an AbortError.
 */
export async function subscribe(
  meridian: Meridian,
  store: OaStore,
  o: { readonly url: string; readonly signal: AbortSignal },
): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      return await subscribeOnce(meridian, store, o.url + PATH);
    } catch (error) {
      const isRefused = error instanceof MeridianProblem && error.status < 500 && error.status !== 429;
      if (isRefused) throw error;
      process.stderr.write(`Meridian does not answer yet: ${(error as Error).message}\n`);
      await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)], undefined, { signal: o.signal });
    }
}

/** Our webhook is found by its address. One whose secret we do not have is made anew. */
async function subscribeOnce(meridian: Meridian, store: OaStore, url: string): Promise<void> {
  const { data } = await meridian.ask<{ data: { id: string; url: string }[] }>('GET', '/webhooks?limit=200');
  const known = data.find((one) => one.url === url);
  if (known !== undefined && store.setting(SECRET) !== undefined) return;
  if (known !== undefined) await meridian.ask('DELETE', `/webhooks/${known.id}`);
  const { secret } = await meridian.ask<{ secret: string }>('POST', '/webhooks', { url, description: 'Office system' });
  store.set(SECRET, secret);
}
