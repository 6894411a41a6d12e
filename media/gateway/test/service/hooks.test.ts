import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FixedKeys } from '@meridian/node-shell';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOOK_MS } from '../../src/adapters/webhook.ts';
import { HOOK_ATTEMPTS_MAX } from '../../src/core/hook.ts';
import { EventQueue, POSTS_IN_FLIGHT_MAX, QUEUED_EVENTS_MAX } from '../../src/live/event-queue.ts';
import { Hooks, PENDING_REQUESTS_MAX } from '../../src/live/hooks.ts';
import { LiveRooms } from '../../src/live/live-rooms.ts';
import { Publications } from '../../src/live/publications.ts';
import { eventually } from '../support/eventually.ts';
import { streamKey } from '../support/scripted-room.ts';

const secret = 'the secret of this hook, which is long enough';
const show = { apiKey: 'one', room: 'lobby', identity: 'ann', protocol: 'rtmp', clientIp: '192.0.2.1' };

interface HookRequest {
  readonly signature: string;
  readonly body: string;
}
type Respond = (response: ServerResponse, request: IncomingMessage) => void;
let clock: ManualClock;
let server: Server;
let requests: HookRequest[];
let respond: Respond;
let lines: string[];
let hooks: Hooks;
const log = createLogger({ name: 'gateway', level: 'debug', destination: { write: (line) => void lines.push(line) } });
const answer =
  (status: number, headers: Record<string, string> = {}): Respond =>
  (response) =>
    void response.writeHead(status, headers).end('an answer');

beforeEach(async () => {
  clock = new ManualClock({ nowMs: 1000 });
  lines = [];
  requests = [];
  respond = answer(200);
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ signature: String(request.headers['meridian-signature']), body });
      respond(response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  hooks = hooksTo(portOf(server));
});
afterEach(async () => {
  respond = answer(200);
  await hooks.close();
  await eventually(() => expect(clock.pendingTimers).toBe(0));
  server.closeAllConnections();
  server.close();
  expect(lines.filter((line) => line.includes(secret) || line.includes('hook-path'))).toEqual([]);
});
const portOf = (one: Server): number => {
  const address = one.address();
  return typeof address === 'object' && address ? address.port : 0;
};
function hooksTo(port: number, onFailure: 'allow' | 'refuse' = 'refuse'): Hooks {
  const hook = { url: `http://127.0.0.1:${port}/hook-path`, secret, onFailure };
  const apiKeys = [
    { key: 'two', secret, tenant: 'dev' },
    { key: 'one', secret, tenant: 'dev', hook },
    { key: 'three', secret, tenant: 'globex' },
  ];
  const ofTheApi = ['dev', 'globex'].map((tenant) => ({ key: `guests of ${tenant}`, secret, tenant }));
  const keys = new FixedKeys([...apiKeys, ...ofTheApi]);
  return new Hooks({ apiKeys, keys, clock, rng: seededRng('hooks'), log });
}
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fine',
    ({ code }: { code?: string }) => String(code),
  );
const events = () => requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('a hook server', () => {
  const endless: Respond = (response) => {
    response.writeHead(200);
    const more = (): void =>
      void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(more)));
    more();
  };
  it.each<[string, Respond, string, string]>([
    ['refuses by 403', answer(403), 'HOOK_REFUSED', 'HOOK_REFUSED'],
    ['does not know the gateway', answer(401), 'HOOK_FAILED', 'fine'],
    ['has no such page', answer(404), 'HOOK_FAILED', 'fine'],
    ['is broken', answer(500), 'HOOK_FAILED', 'fine'],
    ['redirects', answer(302, { location: 'http://127.0.0.1:1/' }), 'HOOK_FAILED', 'fine'],
    ['redirects with the body', answer(307, { location: '/other' }), 'HOOK_FAILED', 'fine'],
    ['breaks off the connection', (response) => void response.destroy(), 'HOOK_FAILED', 'fine'],
    ['speaks no HTTP', (response) => void response.socket?.end('hello\r\n\r\n'), 'HOOK_FAILED', 'fine'],
    ['answers with an endless head', answer(200, { long: 'x'.repeat(100_000) }), 'HOOK_FAILED', 'fine'],
    ['allows with an endless body', endless, 'fine', 'fine'],
    ['allows with a head alone', (response) => void response.writeHead(204).flushHeaders(), 'fine', 'fine'],
  ])('that %s refuses, fails or allows', async (_what, how, refusing, allowing) => {
    respond = how;
    expect(await codeOf(hooks.publish(show))).toBe(refusing);
    const allow = hooksTo(portOf(server), 'allow');
    expect(await codeOf(allow.publish(show))).toBe(allowing);
    await allow.close();
    expect(requests).toHaveLength(2);
  });
  it.each([
    ['hangs', () => undefined],
    ['sends only the begin of its head', (response: ServerResponse) => void response.socket?.write('HTTP/1.1 200 ')],
  ] as [string, Respond][])('that %s is given up after 3 s', async (_what, how) => {
    respond = how;
    const asked = codeOf(hooks.publish(show));
    await eventually(() => expect(requests).toHaveLength(1));
    clock.advance(HOOK_MS - 1);
    await new Promise(setImmediate);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    expect(await asked).toBe('HOOK_FAILED');
  });
  it('that does not exist fails', async () => {
    const gone = hooksTo(1);
    expect(await codeOf(gone.publish(show))).toBe('HOOK_FAILED');
    await gone.close();
  });
  it(`that is slow is awaited by at most ${PENDING_REQUESTS_MAX} publishers`, async () => {
    respond = () => undefined;
    const all = Array.from({ length: PENDING_REQUESTS_MAX + 1 }, () => codeOf(hooks.publish(show)));
    expect(await all[PENDING_REQUESTS_MAX]).toBe('OVERLOADED');
    await eventually(() => expect(requests.length).toBe(PENDING_REQUESTS_MAX));
    clock.advance(HOOK_MS);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['HOOK_FAILED', 'OVERLOADED']));
  });
});

describe('a hook', () => {
  it('gets the begin and the end of a publication under one id, with time and body signed', async () => {
    const done = await hooks.publish(show);
    const atWallMs = clock.wallMs();
    clock.advance(61_000);
    done();
    await eventually(() => expect(requests).toHaveLength(2));
    const { apiKey: _, ...said } = show;
    const id = expect.stringMatching(/^[\w-]{16}$/);
    expect(events()).toEqual([
      { event: 'publish', id, ...said, atWallMs },
      { event: 'publish_done', id, ...said, atWallMs: atWallMs + 61_000 },
    ]);
    expect(events()[0]?.['id']).toBe(events()[1]?.['id']);
    for (const [at, { signature, body }] of requests.entries()) {
      const seconds = Math.floor((atWallMs + at * 61_000) / 1000);
      const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
      expect(signature).toBe(`t=${seconds},v1=${mac}`);
    }
  });
  it('of another API key is not asked', async () => {
    (await hooks.publish({ ...show, apiKey: 'two' }))();
    expect(requests).toEqual([]);
  });
  /** Returns the time to the next timer: the deadline of an answer, or after the answer the next attempt. */
  const dueInMs = (): number => (clock.nextDueMs ?? Number.NaN) - clock.nowMs();
  it('is asked for keys of its tenant outside of the configuration, and of no other tenant', async () => {
    for (const apiKey of ['guests of globex', 'made up', 'three']) (await hooks.publish({ ...show, apiKey }))();
    expect(requests).toEqual([]);
    await hooks.publish({ ...show, apiKey: 'guests of dev' });
    expect(requests).toHaveLength(1);
  });

  it('gets the end again until it accepts it, with longer pauses', async () => {
    const done = await hooks.publish(show);
    respond = answer(500);
    done();
    for (const [at, pauseMs] of [1000, 2000, 4000].entries()) {
      await eventually(() => expect([requests.length, dueInMs()]).toEqual([at + 2, pauseMs]));
      clock.advance(pauseMs - 1);
      expect(requests).toHaveLength(at + 2);
      if (pauseMs === 4000) respond = answer(200);
      clock.advance(1);
    }
    await eventually(() => expect([requests.length, clock.pendingTimers]).toEqual([5, 0]));
  });
  it('gets the end a last time when the gateway closes', async () => {
    const done = await hooks.publish(show);
    respond = answer(500);
    done();
    await eventually(() => expect([requests.length, dueInMs()]).toEqual([2, 1000]));
    await hooks.close();
    expect(events().map(({ event }) => event)).toEqual(['publish', 'publish_done', 'publish_done']);
    await hooks.close();
  });
  it('that refuses keeps the publisher from being shown, and gets no end', async () => {
    const live = new LiveRooms({ keys: new FixedKeys([{ key: 'one', secret, tenant: 'dev' }]), clock });
    const publications = new Publications({ live, hooks, clock });
    respond = answer(403);
    const begun = publications.begin(streamKey(), { protocol: 'rtmp', clientIp: '' });
    expect(await codeOf(begun)).toBe('HOOK_REFUSED');
    expect([live.totals().size, requests.length]).toEqual([0, 1]);
    respond = answer(200);
    const publication = await publications.begin(streamKey(), { protocol: 'rtmp', clientIp: '' });
    expect(live.totals().get('rtmp')?.publishers).toBe(1);
    publication.end();
    publication.end();
    await hooks.close();
    expect([live.totals().size, events().map(({ event }) => event)]).toEqual([
      0,
      ['publish', 'publish', 'publish_done'],
    ]);
  });
});

describe('a queue of events', () => {
  it(`keeps ${QUEUED_EVENTS_MAX}, loses the oldest first, sends ${POSTS_IN_FLIGHT_MAX} at a time and gives up after ${HOOK_ATTEMPTS_MAX}`, async () => {
    const heard: string[] = [];
    let waiting: ((isTaken: boolean) => void)[] = [];
    const post = (body: string): Promise<boolean> => {
      heard.push(body);
      return new Promise((resolve) => void waiting.push(resolve));
    };
    const all = async (isTaken: boolean): Promise<void> => {
      while (waiting.length > 0) {
        for (const one of waiting.splice(0)) one(isTaken);
        await new Promise(setImmediate);
      }
    };
    const pauseMs = (attempts: number) => (attempts < HOOK_ATTEMPTS_MAX ? 1000 : undefined);
    const queue = new EventQueue({ post, pauseMs, clock, log });
    for (let at = 0; at <= QUEUED_EVENTS_MAX; at += 1) queue.add(`${at}`);
    expect([queue.size, heard.length]).toEqual([QUEUED_EVENTS_MAX, POSTS_IN_FLIGHT_MAX]);
    await all(false);
    expect(new Set(heard).size).toBe(QUEUED_EVENTS_MAX + 1);
    for (let attempt = 1; attempt < HOOK_ATTEMPTS_MAX; attempt += 1) {
      expect(queue.size).toBe(QUEUED_EVENTS_MAX);
      clock.advance(1000);
      await all(false);
    }
    expect([queue.size, heard.filter((one) => one === '0').length]).toEqual([0, 1]);
    expect(heard.filter((one) => one === '7')).toHaveLength(HOOK_ATTEMPTS_MAX);
    for (let at = 0; at < 20; at += 1) queue.add('late');
    const closed = queue.close();
    clock.advance(2000);
    await all(false);
    await closed;
    expect([queue.size, heard.filter((one) => one === 'late').length]).toEqual([0, POSTS_IN_FLIGHT_MAX]);
    waiting = [];
  });
});
