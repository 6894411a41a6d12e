// Events reach receivers in order, signed, and again until they are taken.
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
const tell = async (from: number, bodies: Parameters<typeof journal>[2], o = {}) => {
  await api.telling.intake.take(journal(1, from, bodies, o));
  await api.telling.jobs.settled();
};
const later = async (ms: number) => {
  api.clock.advance(ms);
  await api.telling.jobs.settled();
};
const bodies = () => sent.map(({ body }) => JSON.parse(body));
const heard = () => bodies().map(({ event, sequence }) => `${sequence} ${event}`);
const states = async (id: string) =>
  (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data.map((each: { state: string }) => each.state);
const begin = [entry.opened(), entry.joined('ann'), entry.joined('bob')];

describe('a receiver', () => {
  it('hears everything of a room in order, with proofs that Standard Webhooks takes', async () => {
    const { id, secret } = await make();
    await tell(1, [...begin, entry.published('ann'), entry.left('ann')]);
    expect(heard()).toEqual([
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

  it('gets what it asked for, and another tenant nothing', async () => {
    await make({ events: ['participant_left'] });
    await api.ask('POST', '/webhooks', { signer: tenants[1], body: { url: 'https://globex.example' } });
    await tell(1, [...begin, entry.left('ann')]);
    expect(heard()).toEqual(['4 participant_left']);
  });

  it('takes signatures of both secrets for a day after a rotation, then of the new one alone', async () => {
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
    await tell(1, [entry.opened()]);
    expect(verified(0)).toEqual([true, true]);
    api.clock.advance(24 * 3600_000);
    await tell(2, [entry.joined('ann')]);
    expect(verified(1)).toEqual([false, true]);
  });

  it('of LiveKit’s form is served as by LiveKit', async () => {
    await make({ format: 'livekit', signer: 'acmekey' });
    await tell(1, [...begin, entry.published('ann')]);
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

  it('that is disabled hears nothing, and nothing later of what it missed', async () => {
    const { id } = await make();
    await api.ask('PATCH', `/webhooks/${id}`, { body: { enabled: false } });
    await tell(1, begin);
    await api.ask('PATCH', `/webhooks/${id}`, { body: { enabled: true } });
    await tell(4, [entry.left('ann')]);
    expect(heard()).toEqual(['4 participant_left']);
  });
});

describe('a receiver that fails', () => {
  it('is tried again, and gets nothing out of order meanwhile', async () => {
    const { id } = await make();
    let status = 500;
    answer = () => ({ status });
    await tell(1, begin);
    await later(20_000);
    expect(new Set(heard())).toEqual(new Set(['1 room_started']));
    status = 204;
    await later(30_000);
    expect(heard().slice(-3)).toEqual(['1 room_started', '2 participant_joined', '3 participant_joined']);
    const [row] = (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data;
    expect(row).toMatchObject({ state: 'delivered', lastStatus: 204 });
  });

  it('for one event gets the later ones after a minute', async () => {
    const { id } = await make();
    answer = ({ body }) => ({ status: JSON.parse(body).sequence === 2 ? 400 : 200 });
    await tell(1, begin);
    await later(30_000);
    expect(heard()).not.toContain('3 participant_joined');
    for (let at = 0; at < 4; at += 1) await later(15_000);
    expect(heard()).toContain('3 participant_joined');
    expect((await states(id)).sort()).toEqual(['delivered', 'delivered', 'pending']);
    await tell(4, [entry.left('ann')]);
    expect(heard().at(-1)).toBe('4 participant_left');
  });

  it('is given up after a day', async () => {
    const { id } = await make();
    answer = () => ({ status: 0, error: 'ECONNREFUSED' });
    await tell(1, [entry.opened()]);
    for (let hour = 0; hour < 30; hour += 1) await later(3600_000);
    expect(await states(id)).toEqual(['failed']);
    const attempts = sent.length;
    await later(3600_000 * 10);
    expect(sent).toHaveLength(attempts);
    expect(attempts).toBeGreaterThan(10);
  });

  it('is left alone for as long as it asks', async () => {
    await make();
    answer = () => ({ status: 429, retryAfterMs: 120_000 });
    await tell(1, [entry.opened()]);
    await later(100_000);
    expect(sent).toHaveLength(1);
    await later(21_000);
    expect(sent).toHaveLength(2);
  });

  it('with 410 is gone: it is disabled and hears nothing more', async () => {
    const { id } = await make();
    answer = () => ({ status: 410 });
    await tell(1, begin);
    await later(3600_000);
    expect(sent).toHaveLength(1);
    expect((await api.ask('GET', `/webhooks/${id}`)).json()).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect((await states(id)).sort()).toEqual(['cancelled', 'cancelled', 'failed']);
  });

  it('or never answers does not hold up others', async () => {
    await make({ url: 'https://dead.example' });
    const { promise, resolve } = Promise.withResolvers<Partial<Outcome>>();
    answer = ({ url }) => (url.includes('dead') ? promise : { status: 200 });
    await api.ask('POST', '/webhooks', { signer: tenants[1], body: { url: 'https://globex.example' } });
    for (let at = 0; at < 80; at += 1)
      await api.telling.intake.take(journal(1, 1, [entry.opened()], { sid: `RM_${at}` }));
    const other = { roomKey: 'globex/x', sid: 'RM_globex' };
    await api.telling.intake.take(journal(1, 1, begin, other));
    await vi.waitFor(() => expect(sent.filter(({ url }) => url.includes('globex'))).toHaveLength(3));
    expect(sent.filter(({ url }) => url.includes('dead')).length).toBeLessThanOrEqual(4);
    resolve({ status: 200 });
    await api.telling.jobs.settled();
  });
});

describe('receivers that are slow', () => {
  const ATTEMPT_MS = 10_000;
  const PROMPT_MS = 2_000;
  const silent = () =>
    new Promise<Partial<Outcome>>((resolve) => {
      api.clock.after(ATTEMPT_MS, () => resolve({ status: 0, error: 'TIMEOUT', tookMs: ATTEMPT_MS }));
    });
  const hook = (tenant: string, url: string) => api.telling.endpoints.create(tenant, { url });
  const meeting = (tenant: string, at: number) =>
    api.telling.intake.take(journal(1, 1, [entry.opened()], { roomKey: `${tenant}/r${at}`, sid: `RM_${tenant}${at}` }));
  const sentTo = (host: string) => sent.filter(({ url }) => url.includes(host)).length;
  const arrived = (host: string, count: number) =>
    vi.waitFor(() => expect(sentTo(host)).toBe(count), { timeout: 10_000, interval: 2 });
  const crowd = ['t0', 't1', 't2', 't3'];
  /** Four tenants with four receivers each. */
  const crowdHooks = async () => {
    for (const tenant of crowd) for (let at = 0; at < 4; at += 1) await hook(tenant, `https://crowd${at}.example`);
  };
  const crowdMeets = async (times: number) => {
    for (let at = 0; at < times; at += 1) for (const tenant of crowd) await meeting(tenant, at);
  };
  /** Lets the time pass in which attempts are under way. */
  const passed = async (ms: number) => {
    api.clock.advance(ms);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  afterEach(async () => {
    answer = () => ({ status: 200 });
    while (sent.length > 0) {
      sent = [];
      await passed(ATTEMPT_MS);
    }
  });

  it('hold up no other one that is new, nor later', async () => {
    answer = ({ url }) => (url.includes('crowd') ? silent() : { status: 200 });
    await crowdHooks();
    await crowdMeets(8);
    await hook('fifth', 'https://fine.example');
    // No time passes until each of its events has arrived.
    for (let at = 0; at < 10; at += 1) {
      await meeting('fifth', at);
      await arrived('fine', at + 1);
      await passed(PROMPT_MS);
    }
    expect(sentTo('crowd')).toBeGreaterThan(16);
  });

  it('and were prompt until now hold up others for two seconds once', async () => {
    await crowdHooks();
    await hook('fifth', 'https://fine.example');
    for (const tenant of [...crowd, 'fifth']) await meeting(tenant, 100);
    await api.telling.jobs.settled();
    answer = ({ url }) => (url.includes('crowd') ? silent() : { status: 200 });
    await crowdMeets(5);
    await meeting('fifth', 0);
    for (const [at] of crowd.entries()) {
      await passed(PROMPT_MS);
      await meeting('fifth', at + 1);
    }
    await arrived('fine', 1 + 1 + crowd.length);
  });

  it('and answer again have all slots again', async () => {
    const { row } = await hook('t0', 'https://crowd.example');
    answer = silent;
    await meeting('t0', 0);
    await arrived('crowd', 1);
    await passed(PROMPT_MS);
    for (let at = 1; at < 10; at += 1) await meeting('t0', at);
    await passed(PROMPT_MS);
    expect(sentTo('crowd')).toBe(1);
    const pool = async () => (await api.telling.endpoints.find(row.id))?.pool;
    await vi.waitFor(async () => expect(await pool()).toBe('slow'));
    answer = () => ({ status: 200 });
    await passed(ATTEMPT_MS);
    await arrived('crowd', 10);
    expect(await pool()).toBe('');
  });

  it('but answer have all slots again too', async () => {
    const { row } = await hook('t0', 'https://crowd.example');
    answer = async () => ({ ...(await silent()), status: 500, error: '' });
    await meeting('t0', 0);
    await arrived('crowd', 1);
    const pool = async () => (await api.telling.endpoints.find(row.id))?.pool;
    api.clock.advance(PROMPT_MS);
    await vi.waitFor(async () => expect(await pool()).toBe('slow'));
    api.clock.advance(ATTEMPT_MS);
    await vi.waitFor(async () => expect(await pool()).toBe(''));
  });

  it('but come to an end are no others than those that cannot be reached', async () => {
    const { row } = await hook('t0', 'https://crowd.example');
    answer = () => ({ status: 0, error: 'ECONNREFUSED' });
    await meeting('t0', 0);
    await api.telling.jobs.settled();
    expect((await api.telling.endpoints.find(row.id))?.pool).toBe('');
  });
});

describe('by hand', () => {
  it('an event is sent once more under its own id', async () => {
    const { id } = await make();
    await tell(1, [entry.opened()]);
    const [{ id: delivery }] = (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data;
    const replay = await api.ask('POST', `/webhooks/${id}/deliveries/${delivery}/replay`);
    expect([replay.statusCode, replay.json().state]).toEqual([202, 'pending']);
    await api.telling.jobs.settled();
    expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual([bodies()[0].id, bodies()[0].id]);
    expect((await api.ask('POST', `/webhooks/${id}/deliveries/WD_none/replay`)).statusCode).toBe(404);
  });

  it('a delivery shows what was sent, in the form of its receiver, as long as the event is kept', async () => {
    const forms = { RM_1: {}, RM_2: { format: 'livekit', signer: 'acmekey' } };
    for (const [sid, body] of Object.entries(forms)) {
      const { id } = await make(body);
      await tell(1, [entry.opened()], { sid });
      const [{ id: delivery }] = (await api.ask('GET', `/webhooks/${id}/deliveries`)).json().data;
      const read = async () => (await api.ask('GET', `/webhooks/${id}/deliveries/${delivery}`)).json();
      expect(await read()).toMatchObject({
        id: delivery,
        state: 'delivered',
        lastStatus: 200,
        body: sent.at(-1)?.body,
      });
      await api.store.db.deleteFrom('events').execute();
      expect(await read()).not.toHaveProperty('body');
      await api.ask('DELETE', `/webhooks/${id}`);
    }
  });

  it('a delivery is that of its receiver alone', async () => {
    const [one, other] = [await make(), await make()];
    await tell(1, [entry.opened()]);
    const [{ id: delivery }] = (await api.ask('GET', `/webhooks/${one.id}/deliveries`)).json().data;
    const statusOf = async (id: string, o = {}) =>
      (await api.ask('GET', `/webhooks/${id}/deliveries/${delivery}`, o)).statusCode;
    expect([await statusOf(one.id), await statusOf(other.id)]).toEqual([200, 404]);
    expect(await statusOf(one.id, { signer: tenants[1] })).toBe(404);
  });

  it('receivers show the result of their newest delivery', async () => {
    const [one, other] = [await make(), await make({ events: ['meeting.created'] })];
    answer = () => ({ status: 500 });
    await tell(1, begin);
    const listed: { id: string }[] = (await api.ask('GET', '/webhooks')).json().data;
    const found = listed.find(({ id }) => id === one.id);
    const newest = (await api.ask('GET', `/webhooks/${one.id}/deliveries?limit=1`)).json().data[0];
    expect(found).toMatchObject({ lastDelivery: newest });
    expect((await api.ask('GET', `/webhooks/${one.id}`)).json()).toEqual(found);
    expect(listed.find(({ id }) => id === other.id)).not.toHaveProperty('lastDelivery');
  });

  it('a test is sent at once, and its outcome answered', async () => {
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

  it('a secret is shown when it is made and never again', async () => {
    const { id, secret } = await make();
    expect(secret).toMatch(/^whsec_/);
    for (const answer of [await api.ask('GET', `/webhooks/${id}`), await api.ask('GET', '/webhooks')])
      expect(answer.body).not.toContain('whsec_');
    const row = await api.store.db.selectFrom('webhooks').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(secret.slice(6));
  });

  it.each([
    { url: 'ftp://oa.example' },
    { url: 'https://user:pass@oa.example' },
    { url: 'oa' },
    { url: 'https://oa.example', events: ['nonsense'] },
    { url: 'https://oa.example', format: 'livekit', signer: 'globexkey' },
    { url: 'https://oa.example', format: 'livekit' },
  ])('what cannot be is refused: %j', async (body) => {
    const refused = await api.ask('POST', '/webhooks', { body });
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it.each([
    'http://10.0.0.1',
    'http://169.254.169.254/latest',
    'http://0x7f.1',
    'http://[::ffff:127.0.0.1]',
    'http://[fd00::1]',
    'http://localhost',
    'http://a.localhost.',
  ])('an address inside is refused, at first and later: %s', async (url) => {
    const { id } = await make();
    for (const answer of [
      await api.ask('POST', '/webhooks', { body: { url } }),
      await api.ask('PATCH', `/webhooks/${id}`, { body: { url } }),
    ])
      expect(answer.json()).toMatchObject({ status: 403, code: 'TARGET_REFUSED', errors: [{ pointer: '/url' }] });
    expect((await api.ask('GET', `/webhooks/${id}`)).json().url).toBe('https://oa.example/hook');
  });

  it('another tenant finds nothing', async () => {
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
