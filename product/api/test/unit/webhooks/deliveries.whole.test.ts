// Events reach receivers in order, signed, and are repeated until they are accepted.
import { WebhookReceiver } from 'livekit-server-sdk';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../../src/webhooks/core/schedule.ts';
import type { PostOptions } from '../../../src/webhooks/post.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal } from '../events/journals.ts';

let api: TestApi;
let sent: PostOptions[];
let answer: (o: PostOptions) => Partial<Outcome> | Promise<Partial<Outcome>>;
beforeEach(async () => {
  sent = [];
  answer = () => ({ status: 200 });
  api = await testApi({
    post: async (o) => {
      sent.push(o);
      return { status: 0, error: '', tookMs: 3, retryAfterMs: 0, ...(await answer(o)) };
    },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await api.close();
});

const make = async (body: object = {}) => {
  const url = 'https://oa.example/hook';
  return (await api.ask('POST', '/webhooks', { body: { url, ...body } })).json() as { id: string; secret: string };
};
const reportEntries = async (from: number, bodies: Parameters<typeof journal>[2], o = {}) => {
  await api.telling.intake.take(journal(1, from, bodies, o));
  await api.telling.jobs.settled();
};
const later = async (ms: number) => {
  api.clock.advance(ms);
  await api.telling.jobs.settled();
};
const bodies = () => sent.map(({ body }) => JSON.parse(body));
const receivedEvents = () => bodies().map(({ event, sequence }) => `${sequence} ${event}`);
const states = async (id: string) =>
  (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data.map((each: { state: string }) => each.state);
const begin = [entry.opened(), entry.joined('ann'), entry.joined('bob')];

describe('a receiver', () => {
  it('gets all events of a room in order, with signatures that Standard Webhooks accepts', async () => {
    const { id, secret } = await make();
    await reportEntries(1, [...begin, entry.published('ann'), entry.left('ann')]);
    expect(receivedEvents()).toEqual([
      '1 room_started',
      '2 participant_joined',
      '3 participant_joined',
      '4 track_published',
      '5 participant_left',
    ]);
    const [first] = sent;
    vi.useFakeTimers({ now: api.clock.wallMs(), toFake: ['Date'] });
    const headers = { ...first?.headers };
    expect(new Webhook(secret).verify(first?.body ?? '', headers)).toMatchObject({
      event: 'room_started',
      sequence: 1,
      room: { sid: 'RM_1', name: 'lobby' },
    });
    expect(() =>
      new Webhook(`whsec_${Buffer.alloc(24).toString('base64')}`).verify(first?.body ?? '', headers),
    ).toThrow();
    expect(() => new Webhook(secret).verify(`${first?.body} `, headers)).toThrow();
    expect(bodies()[3]).toMatchObject({ participant: { identity: 'ann' }, track: { sid: 'TR_a', type: 'audio' } });
    expect(new Set(bodies().map((body) => body.id)).size).toBe(5);
    expect(await states(id)).toEqual(Array(5).fill('delivered'));
  });

  it('gets signatures of both secrets for a day after a rotation, then of the new one alone', async () => {
    const { id, secret: old } = await make();
    const { secret } = (await api.ask('POST', `/webhooks/${id}/rotate-secret`)).json();
    const verified = (from: number) => {
      vi.useFakeTimers({ now: api.clock.wallMs(), toFake: ['Date'] });
      const { body = '', headers = {} } = sent[from] ?? {};
      const found = [old, secret].map((each) => {
        try {
          return new Webhook(each).verify(body, { ...headers }) !== undefined;
        } catch {
          return false;
        }
      });
      vi.useRealTimers();
      return found;
    };
    await reportEntries(1, [entry.opened()]);
    expect(verified(0)).toEqual([true, true]);
    api.clock.advance(24 * 3600_000);
    await reportEntries(2, [entry.joined('ann')]);
    expect(verified(1)).toEqual([false, true]);
  });

  it('with LiveKit’s format gets LiveKit’s requests', async () => {
    await make({ format: 'livekit', signer: 'acmekey' });
    await reportEntries(1, [...begin, entry.published('ann')]);
    vi.useFakeTimers({ now: api.clock.wallMs(), toFake: ['Date'] });
    const receiver = new WebhookReceiver(tenants[0].key, tenants[0].secret);
    const events = [];
    for (const { body, headers } of sent) events.push(await receiver.receive(body, headers['authorization']));
    expect(events.map(({ event }) => event)).toEqual([
      ...['room_started', 'participant_joined', 'participant_joined', 'track_published'],
    ]);
    expect(events[3]?.participant?.identity).toBe('ann');
    expect(events[3]?.track).toMatchObject({ sid: 'TR_a', type: 0, source: 2 });
    expect(events[3]?.room).toMatchObject({ sid: 'RM_1', name: 'lobby', numParticipants: 2 });
    expect(sent[0]?.headers['content-type']).toBe('application/webhook+json');
    await expect(receiver.receive(`${sent[0]?.body} `, sent[0]?.headers['authorization'])).rejects.toThrow();
  });
});

describe('a receiver that fails', () => {
  it('is retried, and gets nothing out of order meanwhile', async () => {
    const { id } = await make();
    let status = 500;
    answer = () => ({ status });
    await reportEntries(1, begin);
    await later(20_000);
    expect(new Set(receivedEvents())).toEqual(new Set(['1 room_started']));
    status = 204;
    await later(30_000);
    expect(receivedEvents().slice(-3)).toEqual(['1 room_started', '2 participant_joined', '3 participant_joined']);
    const [row] = (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data;
    expect(row).toMatchObject({ state: 'delivered', lastStatus: 204 });
  });

  it('is given up after a day', async () => {
    const { id } = await make();
    answer = () => ({ status: 0, error: 'ECONNREFUSED' });
    await reportEntries(1, [entry.opened()]);
    for (let hour = 0; hour < 30; hour += 1) await later(3600_000);
    expect(await states(id)).toEqual(['failed']);
    const attempts = sent.length;
    await later(3600_000 * 10);
    expect(sent).toHaveLength(attempts);
    expect(attempts).toBeGreaterThan(10);
  });

  it('with 410 is disabled and gets no more events', async () => {
    const { id } = await make();
    answer = () => ({ status: 410 });
    await reportEntries(1, begin);
    await later(3600_000);
    expect(sent).toHaveLength(1);
    expect((await api.ask('GET', `/webhooks/${id}`)).json()).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect((await states(id)).sort()).toEqual(['cancelled', 'cancelled', 'failed']);
  });

  it('or never answers does not delay others', async () => {
    await make({ url: 'https://dead.example' });
    const { promise, resolve } = Promise.withResolvers<Partial<Outcome>>();
    answer = ({ url }) => (url.includes('dead') ? promise : { status: 200 });
    await api.ask('POST', '/webhooks', { signer: tenants[1], body: { url: 'https://globex.example' } });
    for (let at = 0; at < 80; at += 1)
      await api.telling.intake.take(journal(1, 1, [entry.opened()], { sid: `RM_${at}` }));
    const otherRoom = { roomKey: 'globex/x', sid: 'RM_globex' };
    await api.telling.intake.take(journal(1, 1, begin, otherRoom));
    await vi.waitFor(() => expect(sent.filter(({ url }) => url.includes('globex'))).toHaveLength(3));
    expect(sent.filter(({ url }) => url.includes('dead')).length).toBeLessThanOrEqual(4);
    resolve({ status: 200 });
    await api.telling.jobs.settled();
  });
});

describe('on request', () => {
  it('an event is sent again under its own id', async () => {
    const { id } = await make();
    await reportEntries(1, [entry.opened()]);
    const [{ id: delivery }] = (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data;
    const replay = await api.ask('POST', `/webhooks/${id}/deliveries/${delivery}/replay`);
    expect([replay.statusCode, replay.json().state]).toEqual([202, 'pending']);
    await api.telling.jobs.settled();
    expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual([bodies()[0].id, bodies()[0].id]);
    expect((await api.ask('POST', `/webhooks/${id}/deliveries/WD_none/replay`)).statusCode).toBe(404);
  });

  it('a test is sent at once, and its outcome is returned', async () => {
    const { id } = await make();
    answer = () => ({ status: 404 });
    expect((await api.ask('POST', `/webhooks/${id}/test`)).json()).toEqual({
      delivered: false,
      status: 404,
      tookMs: 3,
    });
    answer = () => ({ status: 0, error: 'TARGET_REFUSED' });
    expect((await api.ask('POST', `/webhooks/${id}/test`)).json()).toMatchObject({ error: 'TARGET_REFUSED' });
  });

  it('another tenant’s receivers and events are not found', async () => {
    const { id } = await make();
    const signer = tenants[1];
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { enabled: false }],
      ['DELETE', '', undefined],
      ['POST', '/rotate-secret', undefined],
      ['POST', '/test', undefined],
      ['GET', '/deliveries', undefined],
    ] as const)
      expect((await api.ask(method, `/webhooks/${id}${path}`, { signer, ...(body && { body }) })).statusCode).toBe(404);
    expect((await api.ask('DELETE', `/webhooks/${id}`)).statusCode).toBe(204);
    expect((await api.ask('GET', `/webhooks/${id}`)).statusCode).toBe(404);
  });
});
