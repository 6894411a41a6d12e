// Forwards events to a service on this machine, which the server cannot reach: polls them, and sends them like
// webhooks.
import { randomBytes } from 'node:crypto';
import { type Answer, MeridianApiError, type MeridianClient, signWebhook } from '@meridian/api-client';
import type { Context } from './context.ts';
import { UsageError } from './core/failure.ts';
import { FreshEvents } from './core/fresh-events.ts';
import { cellText } from './core/table.ts';

export interface ListenOptions {
  readonly forwardTo: string;
  readonly secret?: string;
  readonly room?: string;
  readonly event?: readonly string[];
}

type Event = Answer<'/events', 'get'>['data'][number];

const PAUSE_MS = 1000;
/** The same limit as the server's for receivers of webhooks. */
const FORWARD_MS = 10_000;

/** Forwards events until the process is to end. Rejects with MeridianApiError when the server refuses. */
export async function listen(context: Context, o: ListenOptions): Promise<void> {
  const { io, api } = context;
  const secret = o.secret ?? io.env['MERIDIAN_WEBHOOK_SECRET'] ?? `whsec_${randomBytes(24).toString('base64')}`;
  if (!/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret))
    throw new UsageError('the secret of a webhook must look like whsec_…');
  const freshEvents = new FreshEvents<Event>();
  // Skips the events from before the start.
  freshEvents.take(await read(api, o, freshEvents, io.signal));
  io.err(`Forwarding to ${o.forwardTo}, signed with ${secret}`);
  while (!io.signal.aborted) {
    for (const event of freshEvents.take(await readAgain(context, api, o, freshEvents))) {
      if (io.signal.aborted) return;
      // Events are forwarded one after another, so that the service gets them in order.
      if (o.event === undefined || o.event.includes(event.event)) await forward(context, event, o.forwardTo, secret);
    }
    await pause(io.signal);
  }
}

/** Reads the list from its newest event to the first that can hold nothing new. */
async function read(
  api: MeridianClient,
  { room }: ListenOptions,
  freshEvents: FreshEvents<Event>,
  signal: AbortSignal,
): Promise<Event[]> {
  const isFirst = freshEvents.isEmpty;
  const newEvents: Event[] = [];
  const query = { limit: 200, ...(room !== undefined && { room }) };
  for await (const event of api.list('/events', { params: { query }, signal })) {
    if (freshEvents.isOld(event)) break;
    newEvents.push(event);
    if (isFirst && newEvents.length === query.limit) break;
  }
  return newEvents;
}

/** Reads again after a failure, since an unreachable server may return. */
async function readAgain(
  { io }: Context,
  api: MeridianClient,
  o: ListenOptions,
  freshEvents: FreshEvents<Event>,
): Promise<Event[]> {
  try {
    return await read(api, o, freshEvents, io.signal);
  } catch (error) {
    if (io.signal.aborted) return [];
    if (!(error instanceof MeridianApiError) || (error.status > 0 && error.status < 500)) throw error;
    io.err(`${error.message} (${error.code}); trying again`);
    return [];
  }
}

async function forward({ io, isJson }: Context, event: Event, url: string, secret: string): Promise<void> {
  const { storedAt: _, ...sent } = event;
  const body = JSON.stringify(sent);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Meridian-Webhooks/1',
    ...signWebhook({ secret, id: event.id, body, nowMs: Date.now() }),
  };
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(FORWARD_MS)]);
  let answered: string | number;
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    answered = response.status;
    await response.body?.cancel();
  } catch (error) {
    answered = reasonOf(error);
  }
  const { identity = '' } = event.participant ?? {};
  const name = event.room?.name ?? event.meeting?.title ?? '';
  const words = [event.createdAt, event.event, name, identity].filter((word) => word !== '').map(cellText);
  io.out(isJson ? JSON.stringify({ answered, event: sent }) : `${words.join('  ')}  -> ${answered}`);
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return 'TIMEOUT';
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : message;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, PAUSE_MS);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
