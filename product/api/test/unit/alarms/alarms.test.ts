import { createHmac } from 'node:crypto';
import { newId } from '@meridian/protocol';
import { createMetrics } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiverKinds } from '../../../src/alarms/core/target-issues.ts';
import { apiMetrics } from '../../../src/metrics.ts';
import { transact } from '../../../src/store/transaction.ts';
import type { Outcome } from '../../../src/webhooks/core/schedule.ts';
import type { PostOptions } from '../../../src/webhooks/post.ts';
import { makeItem } from '../../support/items.ts';
import { fleetNode, seenLink } from '../../support/scripted-fleet.ts';
import { header, smtp } from '../../support/smtp.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let posted: PostOptions[];
let answer: Partial<Outcome>;
const closing: (() => unknown)[] = [];
const post = async (o: PostOptions): Promise<Outcome> => {
  posted.push(o);
  return { status: 200, error: '', tookMs: 1, retryAfterMs: 0, ...answer };
};
beforeEach(async () => {
  posted = [];
  answer = {};
  api = await testApi({ post });
});
afterEach(async () => {
  await api.close();
  for (const close of closing.splice(0)) await close();
});

const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
  const got = await api.ask(method, path, { signer: operatorKey, scope: 'operator', ...(body && { body }) });
  return [got.statusCode, got.body === '' ? undefined : got.json()];
};
const made = async (path: string, body: object) => {
  const [status, json] = await ask('POST', path, body);
  expect([status, json]).toMatchObject([201, { id: expect.any(String) }]);
  return json;
};
/** Lets the judge look `count` times, 5 s apart by default. */
const look = async (count = 1, stepMs = 5000): Promise<string[]> => {
  const transitions: string[] = [];
  for (let at = 0; at < count; at += 1) {
    api.clock.advance(stepMs);
    for (const { kind, key } of (await api.alarms.judging.look()) ?? ['overtaken' as never])
      transitions.push(`${kind} ${key}`);
  }
  await api.telling.jobs.settled();
  return transitions;
};
const open = async () => (await ask('GET', '/alarms'))[1].alarms;
const [healthy, lost] = ['alive', 'dead'].map((state) => [
  fleetNode({ id: 'sfu-1', city: 'Frankfurt', state }),
  fleetNode({ id: 'sfu-2', city: 'London' }),
]) as [ReturnType<typeof fleetNode>[], ReturnType<typeof fleetNode>[]];
const webhookReceiver = { kind: 'webhook', name: 'on call', url: 'https://example.org/alarms' };

describe('a fault', () => {
  it('fires an alarm, which is sent once and signed; its end is too', async () => {
    const { secret } = await made('/alarm-receivers', webhookReceiver);
    api.fleet.nodes = lost;
    expect(await look(6)).toEqual(['fired node-lost sfu-1']);
    expect(await open()).toMatchObject([
      { id: 'al_1', rule: 'node-lost', subject: 'sfu-1', severity: 'critical', state: 'firing', isSilenced: false },
    ]);
    api.fleet.nodes = healthy;
    expect(await look(14)).toEqual(['cleared node-lost sfu-1']);
    expect(posted.map(({ body }) => JSON.parse(body).alarms.map((one: { kind: string }) => one.kind))).toEqual([
      ['fired'],
      ['cleared'],
    ]);
    const [{ body, headers }] = posted as [PostOptions];
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(await open()).toEqual([]);
    const [, story] = await ask('GET', '/alarms/al_1');
    expect(story).toMatchObject({ state: 'over', changes: [{ kind: 'fired' }, { kind: 'cleared' }] });
    expect(story.notifications.map(({ state }: { state: string }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('of a silent channel fires after a minute, and that of a receiver after the channel answers again', async () => {
    const receiver = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
    const { id } = (await api.ask('POST', '/distribution/receivers', { body: receiver })).json().receiver;
    const item = await makeItem(api);
    await api.ask('POST', '/distribution/orders', { body: { item: item.id, to: { all: true } } });
    api.noticePort.isUp = false;
    expect(await look(12)).toEqual([]);
    expect(await look(1)).toEqual(['fired channel-down channel-1']);
    expect(await look(120)).toEqual([]);
    api.noticePort.isUp = true;
    expect(await look(108)).toEqual(['cleared channel-down channel-1']);
    expect(await look(1)).toEqual([`fired receiver-away acme/${id}`]);
    api.noticePort.online.add(`acme/${id}`);
    expect(await look(13)).toEqual([`cleared receiver-away acme/${id}`]);
  });

  it('of a link, clocks, certificates or webhooks fires its own rule and no other', async () => {
    const [a, b, c] = [
      { ...fleetNode({ id: 'sfu-1', city: 'Frankfurt' }), clockOffsetMs: -120_000 },
      { ...fleetNode({ id: 'sfu-2', city: 'London' }), clockOffsetMs: 4 },
      {
        ...fleetNode({ id: 'sfu-3', city: 'Paris' }),
        certificateNotAfterMs: api.clock.wallMs() + 3_600_000,
        clockOffsetMs: -3,
      },
    ];
    api.fleet.nodes = [a, b, c];
    const loss = { inUse: true, lossFast: 0, lossSlow: 0.1 };
    api.fleet.links = [
      seenLink('host-sfu-1', 'host-sfu-2', loss),
      seenLink('host-sfu-2', 'host-sfu-1', { inUse: true }),
    ];
    await api.ask('POST', '/webhooks', { body: { url: 'https://example.org/hook' } });
    await transact(api.store.db, async (db) => {
      const id = newId('WD_', (count) => new Uint8Array(count), 20);
      const { id: webhook } = await db.selectFrom('webhooks').select('id').executeTakeFirstOrThrow();
      const waiting = { id, tenant: 'acme', webhook, event: 'e', type: 't', lane: 'l', sequence: 1, state: 'pending' };
      const neverTried = { attempts: 0, first_failed_ms: null, done_ms: null, last_status: null, last_error: '' };
      const dueMs = api.clock.wallMs() - 200_000;
      await db
        .insertInto('webhook_deliveries')
        .values({ ...waiting, ...neverTried, created_ms: dueMs, next_ms: dueMs, last_took_ms: null })
        .execute();
    });
    expect((await look(14)).sort()).toEqual([
      'fired certificate sfu-3',
      'fired clock-skew sfu-1',
      'fired link-loss eu/Frankfurt - eu/London',
      'fired webhook-backlog webhooks',
    ]);
  });

  it('that lengthens a link fires, and ends when the longer delay has become usual', async () => {
    api.fleet.nodes = healthy;
    const linksWithRtt = (rttMs: number) => {
      api.fleet.links = [seenLink('host-sfu-1', 'host-sfu-2', { inUse: true, rttMs })];
    };
    const minutes = async (count: number): Promise<string[]> => {
      const said: string[] = [];
      for (let at = 0; at < count; at += 1) {
        if (at % 5 === 0) await api.history.sampling.sample();
        said.push(...(await look(4, 15_000)).map((one) => `${at} ${one}`));
      }
      return said;
    };
    linksWithRtt(15);
    expect(await minutes(20)).toEqual([]);
    linksWithRtt(80);
    const pair = 'link-rtt eu/Frankfurt - eu/London';
    expect(await minutes(32)).toEqual([
      `0 fired ${pair}`,
      expect.stringMatching(new RegExp(`^(2|3)\\d cleared ${pair}$`)),
    ]);
    const [, { data }] = await ask('GET', '/alarms/history');
    expect(data).toMatchObject([{ labels: { host: 'host-sfu-1', otherHost: 'host-sfu-2' }, limit: 1.5 }]);
  });

  it('neither begins nor ends while the centre is away', async () => {
    api.fleet.nodes = lost;
    await look(2);
    api.centre.state = 'down';
    expect(await look(30)).toEqual(['fired centre-unreachable centre']);
    expect(
      (await open()).map(({ rule, inhibitedBy }: { rule: string; inhibitedBy?: string }) => [rule, inhibitedBy]),
    ).toEqual([
      ['centre-unreachable', undefined],
      ['node-lost', 'centre-unreachable centre'],
    ]);
  });
});

it('metrics count judgements, open alarms by rule and severity, and messages by kind of receiver', async () => {
  await api.close();
  const metrics = createMetrics({ service: 'api' });
  api = await testApi({ post, alarmCounted: apiMetrics(metrics).alarms });
  const metricLines = async () =>
    (await metrics.registry.metrics()).split('\n').filter((line) => /alarm.*[^0]$/.test(line));
  const expectMetrics = async (...lines: string[]) =>
    expect(await metricLines()).toEqual(expect.arrayContaining(lines));
  // Counters start at 0: a first value without a predecessor would be no increase.
  const atFirst = await metrics.registry.metrics();
  for (const outcome of ['stored', 'overtaken', 'failed'])
    expect(atFirst).toContain(`alarm_looks_total{outcome="${outcome}"} 0`);
  for (const kind of receiverKinds)
    for (const outcome of ['delivered', 'again', 'failed'])
      expect(atFirst).toContain(`alarm_messages_total{kind="${kind}",outcome="${outcome}"} 0`);
  await made('/alarm-receivers', webhookReceiver);
  api.fleet.nodes = lost;
  await look(2);
  await expectMetrics(
    'meridian_api_alarm_looks_total{outcome="stored"} 2',
    'meridian_api_alarm_look_ms_count 2',
    'meridian_api_alarms_open{rule="node-lost",severity="critical"} 1',
    'meridian_api_alarm_messages_total{kind="webhook",outcome="delivered"} 1',
  );
  answer = { status: 500 };
  api.fleet.nodes = healthy;
  await look(13);
  api.clock.advance(5000);
  await Promise.all([api.alarms.judging.look(), api.alarms.judging.look()]);
  await expectMetrics(
    'meridian_api_alarm_looks_total{outcome="overtaken"} 1',
    'meridian_api_alarm_messages_total{kind="webhook",outcome="again"} 1',
  );
  expect(await metrics.registry.metrics()).toContain('alarms_open{rule="node-lost",severity="critical"} 0');
  await api.store.db.updateTable('alarm_judge').set({ state: '{' }).execute();
  await expect(look()).rejects.toThrow();
  await expectMetrics('meridian_api_alarm_looks_total{outcome="failed"} 1');
  // After a minute without a look, another instance judges, and this one does not know which alarms are open.
  api.clock.advance(60_001);
  expect(await metrics.registry.metrics()).not.toContain('alarms_open{');
});

describe('a judge', () => {
  it('stores its judgement if it is the first of two at once; the second stores nothing', async () => {
    await made('/alarm-receivers', webhookReceiver);
    api.fleet.nodes = lost;
    await look();
    api.clock.advance(5000);
    const both = await Promise.all([api.alarms.judging.look(), api.alarms.judging.look()]);
    expect(both.filter((one) => one === undefined)).toHaveLength(1);
    await api.telling.jobs.settled();
    expect(posted).toHaveLength(1);
  });

  it('does not count the time without judgements as bad', async () => {
    api.fleet.nodes = [{ ...fleetNode({ id: 'sfu-1', city: 'Frankfurt' }), distrust: 'it says too little' }];
    await look();
    api.clock.advance(3_600_000);
    expect(await look(3)).toEqual([]);
    expect(await look()).toEqual(['fired node-failing sfu-1']);
  });

  it('is listed with the time of its last judgement, and without a time before the first', async () => {
    expect((await ask('GET', '/alarms'))[1]).toEqual({ alarms: [] });
    api.fleet.nodes = lost;
    await look(2);
    const lookedAt = new Date(api.clock.wallMs()).toISOString();
    api.clock.advance(3000);
    expect((await ask('GET', '/alarms'))[1]).toMatchObject({ alarms: [{ id: 'al_1' }], judgedAt: lookedAt });
  });

  it('needs no wall clock: a jump makes no alarm earlier or later', async () => {
    api.fleet.nodes = lost;
    await look();
    const wallMs = api.clock.wallMs.bind(api.clock);
    api.clock.wallMs = () => wallMs() - 600_000;
    expect(await look()).toEqual(['fired node-lost sfu-1']);
  });
});

describe('messages', () => {
  it('are sent again under the same id if a receiver refuses them', async () => {
    await made('/alarm-receivers', webhookReceiver);
    answer = { status: 503 };
    api.fleet.nodes = lost;
    await look(2);
    answer = {};
    api.clock.advance(10_000);
    await api.telling.jobs.settled();
    expect(posted.map(({ headers }) => headers['webhook-id'])).toEqual(Array(2).fill(posted[0]?.headers['webhook-id']));
    expect((await ask('GET', '/alarms/al_1'))[1].notifications).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('already sent are not sent again when their job runs a second time after a crash', async () => {
    await made('/alarm-receivers', webhookReceiver);
    api.fleet.nodes = lost;
    await look(2);
    const { id } = await api.store.db.selectFrom('alarm_notifications').select('id').executeTakeFirstOrThrow();
    const { jobs } = api.telling;
    await transact(api.store.db, (trx) => jobs.add(trx, { name: 'alarm-notifications' }, { payload: { id }, key: id }));
    await jobs.settled();
    expect(posted).toHaveLength(1);
  });

  it('go by mail, by a provider of text messages, and to Alertmanager', async () => {
    await api.close();
    const { mails, port } = await smtp(closing);
    const alarmMail = { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'alarms@example.org', fromName: 'Alarms' };
    api = await testApi({ post, alarmMail });
    await made('/alarm-receivers', { kind: 'mail', name: 'mail', to: ['ops@example.org'] });
    await made('/alarm-receivers', {
      kind: 'sms',
      name: 'sms',
      url: 'https://sms.example.org/send',
      to: ['+4912345'],
      headers: { Authorization: 'Bearer secret' },
      body: '{"to":"{to}","text":"{text}"}',
    });
    await made('/alarm-receivers', { kind: 'alertmanager', name: 'am', url: 'https://am.example.org/prefix' });
    api.fleet.nodes = lost;
    await look(2);
    expect(header(mails[0] ?? '', 'Subject')).toBe('[critical] node-lost: sfu-1');
    expect(header(mails[0] ?? '', 'To')).toBe('ops@example.org');
    const sent = new Map(posted.map(({ url, headers, body }) => [url, { headers, body: JSON.parse(body) }]));
    expect(sent.get('https://sms.example.org/send')).toMatchObject({
      headers: { authorization: 'Bearer secret' },
      body: { to: '+4912345', text: expect.stringContaining('critical: sfu sfu-1 (eu/Frankfurt) has been silent') },
    });
    expect(sent.get('https://am.example.org/prefix/api/v2/alerts')?.body).toMatchObject([
      { labels: { alertname: 'node-lost', node: 'sfu-1' } },
    ]);
    const [, { receivers }] = await ask('GET', '/alarm-receivers');
    expect(JSON.stringify(receivers)).not.toContain('secret');
    expect(await api.store.db.selectFrom('alarm_receivers').select('sealed_target').execute()).not.toContain(
      '+4912345',
    );
  });

  it('keep hidden headers and bodies only while scheme, host and port of the receiver stay', async () => {
    const secret = { headers: { 'x-key': 'secret' }, body: '{"text": "{text}", "key": "secret"}' };
    const sms = { kind: 'sms', name: 'sms', url: 'https://sms.example.org/send', to: ['+49'], ...secret };
    const path = `/alarm-receivers/${(await made('/alarm-receivers', sms)).id}`;
    const pointers = async (change: object) => {
      const [status, json] = await ask('PATCH', path, change);
      expect([status, json.code]).toEqual([400, 'REQUEST_INVALID']);
      return json.errors.map(({ pointer }: { pointer: string }) => pointer);
    };
    for (const url of ['https://evil.example.org/', 'http://sms.example.org/send', 'https://sms.example.org:8443/send'])
      expect([url, await pointers({ url })]).toEqual([url, ['/headers', '/body']]);
    const url = 'https://other.example.org/';
    expect(await pointers({ url, headers: {} })).toEqual(['/body']);
    expect(await pointers({ url, body: '"{text}"' })).toEqual(['/headers']);
    await ask('POST', `${path}/test`);
    expect(posted.map((one) => one.url)).toEqual([sms.url]);
    expect(await ask('PATCH', path, { url: 'https://SMS.example.org:443/v2' })).toMatchObject([200, {}]);
    await ask('POST', `${path}/test`);
    expect(posted[1]?.headers).toMatchObject({ 'x-key': 'secret' });
    expect(await ask('PATCH', path, { url, headers: { 'x-key': 'new' }, body: '"{text}"' })).toMatchObject([
      200,
      { url },
    ]);
    await ask('POST', `${path}/test`);
    expect(JSON.stringify(posted[2])).not.toContain('secret');
    expect(posted[2]).toMatchObject({ url, headers: { 'x-key': 'new' } });
  });

  it('to internal addresses are refused, as are mails without a mail server', async () => {
    const inside = { ...webhookReceiver, url: 'http://127.0.0.1:9/' };
    expect(await ask('POST', '/alarm-receivers', inside)).toMatchObject([403, { code: 'TARGET_REFUSED' }]);
    const mail = { kind: 'mail', name: 'mail', to: ['ops@example.org'] };
    expect(await ask('POST', '/alarm-receivers', mail)).toMatchObject([400, { code: 'REQUEST_INVALID' }]);
  });
});

describe('an operator', () => {
  it('acknowledges an alarm, which is then not repeated; the first acknowledgement is kept', async () => {
    await made('/alarm-receivers', { ...webhookReceiver, repeatMinutes: 1 });
    api.fleet.nodes = lost;
    await look(16);
    expect(posted).toHaveLength(2);
    const [status, alarm] = await ask('POST', '/alarms/al_1/acknowledge', { note: 'new disk' });
    expect([status, alarm]).toMatchObject([200, { acknowledged: { note: 'new disk' } }]);
    await ask('POST', '/alarms/al_1/acknowledge', { note: 'me too' });
    await look(26);
    expect(posted).toHaveLength(2);
    const [, story] = await ask('GET', '/alarms/al_1');
    expect(story.changes.map(({ kind, note }: { kind: string; note: string }) => [kind, note]).at(-1)).toEqual([
      'acknowledged',
      'new disk',
    ]);
    expect(await ask('POST', '/alarms/al_9/acknowledge')).toMatchObject([404, { code: 'NOT_FOUND' }]);
  });

  it('silences an alarm for a time, and is informed if it still fires afterwards', async () => {
    await made('/alarm-receivers', webhookReceiver);
    const endsAt = new Date(api.clock.wallMs() + 60_000).toISOString();
    const matchers = [{ name: 'site', value: 'eu/Frankfurt' }];
    const { id } = await made('/alarm-silences', { matchers, endsAt, reason: 'new disk' });
    expect((await ask('GET', '/alarm-silences'))[1].silences).toMatchObject([{ id, matchers, reason: 'new disk' }]);
    api.fleet.nodes = lost;
    await look(4);
    expect([posted.length, (await open())[0].isSilenced]).toEqual([0, true]);
    await look(9);
    expect([posted.length, (await open())[0].isSilenced]).toEqual([1, false]);
    expect(await ask('DELETE', `/alarm-silences/${id}`)).toMatchObject([404, { code: 'NOT_FOUND' }]);
    const pastSilence = { matchers, endsAt: new Date(0).toISOString(), reason: 'no' };
    expect(await ask('POST', '/alarm-silences', pastSilence)).toMatchObject([400, { code: 'REQUEST_INVALID' }]);
  });

  it('changes limits, and turns rules off', async () => {
    const path = '/alarm-rules/link-loss';
    expect(await ask('PATCH', path, { limit: 0.2, forS: 0, severity: 'critical' })).toMatchObject([
      200,
      { limit: 0.2, forS: 0, severity: 'critical', usual: { limit: 0.05, forS: 35, severity: 'warning' } },
    ]);
    expect(await ask('PATCH', path, { limit: null, isOff: true })).toMatchObject([
      200,
      { limit: 0.05, forS: 0, isOff: true },
    ]);
    expect(await ask('PATCH', '/alarm-rules/none', { isOff: true })).toMatchObject([404, {}]);
    await ask('PATCH', '/alarm-rules/node-lost', { isOff: true });
    api.fleet.nodes = lost;
    expect(await look(4)).toEqual([]);
  });

  it('tests a receiver, changes and removes it, and the audit log records each step', async () => {
    const { id } = await made('/alarm-receivers', webhookReceiver);
    expect(await ask('POST', `/alarm-receivers/${id}/test`)).toMatchObject([200, { delivered: true, status: 200 }]);
    expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({ event: 'alarms.tested' });
    expect(await ask('PATCH', `/alarm-receivers/${id}`, { enabled: false })).toMatchObject([200, { enabled: false }]);
    api.fleet.nodes = lost;
    await look(2);
    expect(posted).toHaveLength(1);
    expect(await ask('DELETE', `/alarm-receivers/${id}`)).toEqual([204, undefined]);
    expect(await ask('DELETE', `/alarm-receivers/${id}`)).toMatchObject([404, {}]);
    const entries = await api.store.db
      .selectFrom('audit_entries')
      .select('operation')
      .where('status', '<', 300)
      .execute();
    expect(entries.map(({ operation }) => operation)).toEqual([
      'createAlarmReceiver',
      'testAlarmReceiver',
      'changeAlarmReceiver',
      'deleteAlarmReceiver',
    ]);
  });

  it('reads the history in pages, and alarms older than a year are deleted', async () => {
    for (const nodes of [lost, healthy, lost, healthy]) {
      api.fleet.nodes = nodes;
      await look(14);
    }
    const [, first] = await ask('GET', '/alarms/history?limit=1&rule=node-lost');
    const [, second] = await ask('GET', `/alarms/history?limit=1&rule=node-lost&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ id }: { id: string }) => id)).toEqual(['al_2', 'al_1']);
    expect(second.nextCursor).toBeUndefined();
    await api.alarms.judging.removeOld();
    expect((await ask('GET', '/alarms/history'))[1].data).toHaveLength(2);
    const wallMs = api.clock.wallMs.bind(api.clock);
    const laterMs = wallMs() + 400 * 86_400_000;
    api.clock.wallMs = () => laterMs;
    await api.alarms.judging.removeOld();
    api.clock.wallMs = wallMs;
    expect((await ask('GET', '/alarms/history'))[1].data).toEqual([]);
    expect(await api.store.db.selectFrom('alarm_changes').select('id').execute()).toEqual([]);
  });

  it('sees delivered repetitions for a day, and all other messages for a year', async () => {
    const day = 86_400_000;
    await made('/alarm-receivers', { kind: 'alertmanager', name: 'am', url: 'https://am.example.org/' });
    api.fleet.nodes = lost;
    await look(32);
    answer = { status: 410 };
    await look(12);
    answer = {};
    await look(12);
    api.fleet.nodes = healthy;
    await look(14);
    const endMs = api.clock.wallMs();
    const keptMessages = async (wallMs: number) => {
      api.clock.wallMs = () => wallMs;
      await api.alarms.judging.removeOld();
      const { db } = api.store;
      const rows = await db.selectFrom('alarm_notifications').selectAll().orderBy('created_ms').execute();
      const notified = await db.selectFrom('alarm_notified').select('notification').execute();
      expect(notified.map(({ notification }) => notification).sort()).toEqual(rows.map(({ id }) => id).sort());
      return rows.map(({ state, content }) => `${JSON.parse(content).items[0].kind} ${state}`);
    };
    const all = ['fired delivered', 'repeated delivered', 'repeated delivered', 'repeated failed'];
    const end = ['repeated delivered', 'cleared delivered'];
    expect(await keptMessages(endMs)).toEqual([...all, ...end]);
    const afterOneDay = ['fired delivered', 'repeated failed', 'cleared delivered'];
    expect(await keptMessages(endMs + day)).toEqual(afterOneDay);
    const [, { notifications }] = await ask('GET', '/alarms/al_1');
    expect(notifications).toHaveLength(afterOneDay.length);
    expect(await keptMessages(endMs + 360 * day)).toEqual(afterOneDay);
  });
});
