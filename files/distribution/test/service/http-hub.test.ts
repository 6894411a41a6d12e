// Client of library nodes over real HTTP: silent, refusing, false and missing nodes. Failures first.
import { ManualClock } from '@meridian/runtime';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { Session } from '../../src/contract.ts';
import { HttpHub } from '../../src/inbox/http-hub.ts';
import { noticeOf, receiptOf } from '../support/notices.ts';

type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown;
interface Stub {
  url: string;
  asked: string[];
  answer: Answer;
  close(): Promise<void>;
}

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

const empty: Answer = ({ url }) =>
  url.endsWith('/polls')
    ? { notices: [], gone: [], hubs: [] }
    : url.endsWith('/receipts')
      ? { recorded: [] }
      : { sources: [] };

async function stub(answer: Answer = empty): Promise<Stub> {
  const app = Fastify({ forceCloseConnections: true });
  const one: Stub = { url: '', asked: [], answer, close: () => app.close() };
  app.all('/library/distribution/*', (request, reply) => {
    one.asked.push(`${request.method} ${request.url.slice(21)} ${request.headers.authorization}`);
    return one.answer(request, reply);
  });
  one.url = await app.listen({ port: 0, host: '127.0.0.1' });
  closings.push(one.close);
  return one;
}

const silent: Answer = (_request, reply) => {
  reply.hijack();
};
const status =
  (code: number): Answer =>
  (_request, reply) =>
    reply.status(code).send({ code: 'ANY' });
const refusing: Answer = (request, reply) => {
  if (request.headers.authorization === 'Bearer old') return reply.status(401).send({});
  return empty(request, reply);
};

function hubOf(hubs: readonly string[], o: { renewed?: () => Promise<Session> } = {}) {
  const clock = new ManualClock();
  const { log, lines } = collectingLog();
  let session: Session = {
    receiver: 'RC_one1',
    tenant: 'acme',
    name: 'North',
    region: 'fra',
    token: 'old',
    tokenEndsMs: 1,
    hubs: [...hubs],
  };
  const asked: (string | undefined)[] = [];
  const hub = new HttpHub({
    clock,
    log,
    async session(refused) {
      if (refused === undefined) return session;
      asked.push(refused.token);
      session = await (o.renewed?.() ?? Object.assign({}, session, { token: 'new' }));
      return session;
    },
  });
  closings.push(() => hub.close());
  const presence = { site: '', freeBytes: 1, held: 0, running: 0, owed: 0, version: '1' };
  const poll = (signal = new AbortController().signal) =>
    hub.poll({ holding: ['DL_one1'], revisions: [0], presence, signal });
  return { hub, poll, clock, lines, asked };
}

describe('a client of library nodes', () => {
  it.each<[string, Answer]>([
    ['is down', status(503)],
    ['has no such path', status(404)],
    ['redirects', (_request, reply) => reply.redirect('http://127.0.0.1:1/')],
    ['answers no JSON', () => 'hello'],
    ['answers a malformed body', () => ({ notices: [{ delivery: '../x' }], gone: [], hubs: [] })],
    ['answers without fields', () => ({})],
    ['answers without a body', (_request, reply) => reply.status(204).send()],
    ['answers too much', () => ({ notices: [], gone: [], hubs: [], more: 'x'.repeat(8_388_608) })],
    [
      'cuts its answer',
      (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-length': '100' });
        reply.raw.write('{"notices"', () => reply.raw.destroy());
      },
    ],
  ])('asks the next node at once when a node %s', async (_what, answer) => {
    const [bad, good] = [await stub(answer), await stub()];
    const { poll } = hubOf([bad.url, good.url]);
    expect(await poll()).toEqual({ notices: [], gone: [], hubs: [] });
    expect([bad.asked.length, good.asked]).toEqual([1, ['POST /polls Bearer old']]);
  });

  it('asks the next node after refusing and silent nodes, and rejects with NODE_UNREACHABLE after the last', async () => {
    const [dead, mute, good] = [await stub(), await stub(silent), await stub()];
    await dead.close();
    const { poll, hub, clock } = hubOf([dead.url, mute.url, good.url]);
    const polled = poll();
    await until('it is asked', () => mute.asked.length === 1);
    clock.advance(34_999);
    expect(good.asked).toEqual([]);
    clock.advance(1);
    expect(await polled).toMatchObject({ notices: [] });
    good.answer = status(500);
    const recorded = hub.record([receiptOf('DL_one1')]);
    await until('it is asked', () => mute.asked.length === 2);
    clock.advance(10_000);
    await expect(recorded).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  });

  it('keeps a poll open until it is abandoned', async () => {
    const [mute, good] = [await stub(silent), await stub()];
    const { poll } = hubOf([mute.url, good.url]);
    const ending = new AbortController();
    const polled = poll(ending.signal);
    await until('it is asked', () => mute.asked.length === 1);
    ending.abort(new Error('enough'));
    await expect(polled).rejects.toThrow('enough');
    expect(good.asked).toEqual([]);
  });

  it('stays at a node that answers, and tries the better node after a minute, then after two', async () => {
    const [first, second] = [await stub(status(503)), await stub()];
    const { poll, clock } = hubOf([first.url, second.url]);
    const polls = async (count: number) => {
      for (let at = 0; at < count; at += 1) await poll();
      return first.asked.length;
    };
    expect(await polls(3)).toBe(1);
    clock.advance(60_000);
    expect(await polls(3)).toBe(2);
    clock.advance(60_000);
    expect(await polls(1)).toBe(2);
    clock.advance(60_000);
    first.answer = empty;
    expect(await polls(2)).toBe(4);
    expect(second.asked).toHaveLength(7);
  });

  it('prefers the nodes of the newest poll to those of the session', async () => {
    const [first, second] = [await stub(), await stub()];
    const { poll } = hubOf([first.url]);
    first.answer = () => ({ notices: [], gone: [], hubs: [`${second.url}/`] });
    await poll();
    await poll();
    expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
    await second.close();
    await poll();
    expect(first.asked).toHaveLength(2);
  });

  it('drops notices of other receivers', async () => {
    const notices = [
      noticeOf('DL_mine'),
      noticeOf('DL_other', { receiver: 'RC_other' }),
      noticeOf('DL_foe', { tenant: 'foe' }),
    ];
    const node = await stub(() => ({ notices, gone: ['DL_one1'], hubs: [] }));
    const { poll, lines } = hubOf([node.url]);
    expect(await poll()).toEqual({ notices: notices.slice(0, 1), gone: ['DL_one1'], hubs: [] });
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('hands over receipts', async () => {
    let body: unknown;
    const node = await stub((request) => {
      body = request.body;
      return { recorded: ['DL_one1'] };
    });
    expect(await hubOf([node.url]).hub.record([receiptOf('DL_one1')])).toEqual(['DL_one1']);
    expect(body).toEqual({ receipts: [receiptOf('DL_one1')] });
  });
});

describe('a session', () => {
  it('is renewed once for all refused requests, and each request is repeated at the same node', async () => {
    const node = await stub(refusing);
    const { poll, hub, asked } = hubOf([node.url]);
    await Promise.all([poll(), hub.record([receiptOf('DL_one1')]), hub.sources('CT_one1')]);
    expect(asked).toEqual(['old']);
    expect(node.asked.filter((line) => line.endsWith('new'))).toHaveLength(3);
  });

  it('ends the request when the new session is refused as well', async () => {
    const [one, two] = [await stub(status(401)), await stub(status(401))];
    const { poll, asked } = hubOf([one.url, two.url]);
    await expect(poll()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    expect([asked.length, one.asked.length, two.asked.length]).toEqual([1, 2, 1]);
  });

  it('ends the request when there is no new session; no other node is called', async () => {
    const [one, two] = [await stub(status(401)), await stub()];
    const { poll } = hubOf([one.url, two.url], { renewed: () => Promise.reject(new Error('revoked')) });
    await expect(poll()).rejects.toThrow('there is no session');
    expect(two.asked).toEqual([]);
  });
});

describe('sources', () => {
  const library = { base: 'https://one.test/library/distribution', kind: 'library' };
  const near = { base: 'http://near.test', kind: 'neighbour' };
  const far = { base: 'http://far.test', kind: 'neighbour' };

  it('come from the node; without an answer the last sources, other neighbours, and library nodes are used', async () => {
    const node = await stub();
    const { hub } = hubOf([node.url]);
    node.answer = () => ({ sources: [near, library] });
    expect(await hub.sources('CT_one1')).toEqual([near, library]);
    node.answer = () => ({ sources: [far] });
    expect(await hub.sources('CT_two2')).toEqual([far]);
    expect(node.asked[0]).toBe('GET /sources/CT_one1 Bearer old');
    await node.close();
    const self = { base: `${node.url}/library/distribution`, kind: 'library' };
    expect(await hub.sources('CT_one1')).toEqual([near, library, far, self]);
    expect(await hub.sources('CT_none')).toEqual([far, near, self]);
  });

  it('are requested at one path, whatever the id of the content', async () => {
    const node = await stub();
    await hubOf([node.url]).hub.sources('../polls?');
    expect(node.asked).toEqual(['GET /sources/..%2Fpolls%3F Bearer old']);
  });
});

it('the first close of a client ends running requests, and a second close changes nothing', async () => {
  const node = await stub(silent);
  const { hub, poll, clock } = hubOf([node.url]);
  const ended = expect(poll()).rejects.toThrow('aborted');
  await until('it is asked', () => node.asked.length === 1);
  hub.close();
  hub.close();
  await ended;
  expect(clock.pendingTimers).toBe(0);
});
