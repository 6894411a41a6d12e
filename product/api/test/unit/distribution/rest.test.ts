import { rpc } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

type Asked = Parameters<TestApi['ask']>;
const at = '/distribution';
const ask = (...args: Asked) => api.ask(...args);
const bodyOf = async (...args: Asked) => (await ask(...args)).json();
const codeOf = async (...args: Asked): Promise<[number, unknown]> => {
  const answer = await ask(...args);
  return [answer.statusCode, answer.statusCode < 400 ? '' : answer.json().code];
};
const makeReceiver = async (change: object = {}, o: Asked[2] = {}) => {
  const body = Object.assign({ name: 'Hall', kind: 'agent', region: 'frankfurt' }, change);
  const answer = await ask('POST', `${at}/receivers`, { ...o, body });
  expect(answer.statusCode).toBe(201);
  return answer.json();
};
const stored = async () => {
  const content = await makeContent(api);
  const item = await makeItem(api, {});
  await api.store.db.updateTable('library_items').set({ content: content.id }).where('id', '=', item.id).execute();
  return { item: item.id, content: content.id };
};
const order = (body: object, o: Asked[2] = {}) => ask('POST', `${at}/orders`, { ...o, body });
const pull = { kind: 'pull', settings: { url: 'https://platform.example.org/files' } };

describe('the api refuses', () => {
  it.each<[string, object]>([
    ['an unknown kind', { kind: 'ftp' }],
    ['an agent with settings', { settings: { url: 'https://a.example.org' } }],
    ['a platform without a URL', { kind: 'pull' }],
    ['a store without keys', { kind: 's3', settings: { bucket: 'films' } }],
    ['SFTP without the key of its host', { kind: 'sftp', settings: { host: 'a', port: 22, username: 'b', path: '.' } }],
    ['a kind with settings that it does not have', { kind: 'region', settings: { url: 'https://a.example.org' } }],
  ])('a receiver of %s', async (_what, change) => {
    const body = Object.assign({ name: 'Hall', kind: 'agent', region: 'frankfurt' }, change);
    expect(await codeOf('POST', `${at}/receivers`, { body })).toEqual([400, 'REQUEST_INVALID']);
  });

  it('an order without a file or a receiver, or for an unknown receiver', async () => {
    const { item } = await stored();
    expect(await codeOf('POST', `${at}/orders`, { body: { item, to: {} } })).toEqual([400, 'REQUEST_INVALID']);
    const unknown = { item, to: { receivers: ['RC_none'] } };
    expect(await codeOf('POST', `${at}/orders`, { body: unknown })).toEqual([400, 'REQUEST_INVALID']);
    const waiting = await makeItem(api, { state: 'waiting' });
    const early = { item: waiting.id, to: { all: true } };
    expect(await codeOf('POST', `${at}/orders`, { body: early })).toEqual([409, 'CONFLICT']);
  });

  it.each(['1969-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00+01:00'])(
    'an order until %s',
    async (deadlineAt) => {
      const { item } = await stored();
      const { receiver } = await makeReceiver();
      const body = { item, to: { receivers: [receiver.id] }, deadlineAt };
      expect(await codeOf('POST', `${at}/orders`, { body })).toEqual([400, 'REQUEST_INVALID']);
    },
  );

  it.each(['', 'mrk_', `mrk_RC_none_${'a'.repeat(43)}`])('the credential %s', async (credential) => {
    expect(await codeOf('POST', `${at}/sessions`, { body: { credential } })).toEqual([401, 'TOKEN_INVALID']);
  });
});

describe('a receiver', () => {
  it('shows its credential once, and a new credential replaces the old one', async () => {
    const { receiver, credential } = await makeReceiver({ site: 'hall', groups: ['schools'] });
    expect(credential).toMatch(/^mrk_RC_[A-Za-z0-9]+_[\w-]{43}$/);
    expect(await bodyOf('GET', `${at}/receivers/${receiver.id}`)).toEqual(receiver);
    expect(receiver).toMatchObject({ site: 'hall', groups: ['schools'], enabled: true, online: false });
    const session = await bodyOf('POST', `${at}/sessions`, { body: { credential } });
    expect(session).toMatchObject({ receiver: receiver.id, tenant: 'acme', region: 'frankfurt' });
    const [, claims = ''] = session.token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      receiver: receiver.id,
      region: 'frankfurt',
      via: receiver.id,
    });
    const renewed = await bodyOf('POST', `${at}/receivers/${receiver.id}/credential`, { body: {} });
    expect(await codeOf('POST', `${at}/sessions`, { body: { credential } })).toEqual([401, 'TOKEN_INVALID']);
    const present = { credential: renewed.credential };
    expect(await codeOf('POST', `${at}/sessions`, { body: present })).toEqual([201, '']);
    const revoked = await api.store.db.selectFrom('revocations').selectAll().where('id', '=', receiver.id).execute();
    expect(revoked.map(({ tenant }) => tenant)).toEqual(['acme']);
    await ask('PATCH', `${at}/receivers/${receiver.id}`, { body: { enabled: false } });
    expect(await codeOf('POST', `${at}/sessions`, { body: present })).toEqual([401, 'TOKEN_INVALID']);
  });

  it('never shows its secrets again, and keeps secrets that a change leaves out', async () => {
    const { receiver, secret } = await makeReceiver(pull);
    expect(secret).toMatch(/^whsec_/);
    const path = `${at}/receivers/${receiver.id}`;
    const changed = await bodyOf('PATCH', path, { body: { settings: { url: 'https://platform.example.org/in' } } });
    expect(changed.settings).toEqual({ url: 'https://platform.example.org/in' });
    const row = await api.store.db
      .selectFrom('distribution_receivers')
      .selectAll()
      .where('id', '=', receiver.id)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(api.distribution.receivers.wholeSettings(row)).toEqual({ url: 'https://platform.example.org/in', secret });
  });

  it('is served only by library nodes of its region, unless it is an agent', async () => {
    const { receiver } = await makeReceiver({ ...pull, region: 'singapore' });
    await makeReceiver({ region: 'singapore' });
    const askNodes = async ({ fra, sgp }: TestApi['libraries'], isThere: boolean) => {
      const node = isThere ? sgp : fra;
      api.distribution.attach(node.ofApi);
      return (await node.sendToApi(rpc.hostedReceivers, {})).receivers.map(({ receiver: id }) => id);
    };
    expect(await askNodes(api.libraries, true)).toEqual([receiver.id]);
    expect(await askNodes(api.libraries, false)).not.toContain(receiver.id);
  });

  it('is listed for library nodes until it is removed, without kind and secrets while it is disabled', async () => {
    const { receiver } = await makeReceiver({ ...pull, region: 'singapore' });
    const path = `${at}/receivers/${receiver.id}`;
    const asked = async () => {
      api.distribution.attach(api.libraries.sgp.ofApi);
      const { receivers } = await api.libraries.sgp.sendToApi(rpc.hostedReceivers, {});
      return receivers.find((one) => one.receiver === receiver.id);
    };
    expect(await asked()).toMatchObject({ kind: 'pull', settings: expect.stringContaining('secret') });
    await ask('PATCH', path, { body: { enabled: false } });
    expect(await asked()).toMatchObject({ kind: '', settings: '' });
    await ask('DELETE', path);
    expect(await asked()).toBe(undefined);
  });
});

async function fail(order: string, delivery: string): Promise<void> {
  const { db } = api.store;
  const failed = { state: 'failed', code: 'DISK_FULL', attempts: 8 } as const;
  await db.updateTable('distribution_deliveries').set(failed).where('id', '=', delivery).execute();
  await db.updateTable('distribution_orders').set({ state: 'completed', failed: 1 }).where('id', '=', order).execute();
}

describe('an order', () => {
  it('becomes one delivery for each receiver, however the receivers are named, once for an idempotency key', async () => {
    const { item } = await stored();
    const group = { groups: ['cinemas'], region: 'lisbon' };
    const [one, two] = [await makeReceiver(group), await makeReceiver(group)];
    await makeReceiver({ ...group, enabled: false });
    const to = { receivers: [one.receiver.id], groups: ['cinemas'], regions: ['lisbon'] };
    const body = { item, to, priority: 'urgent', deadlineAt: '2030-01-01T00:00:00.000Z' };
    const headers = { 'idempotency-key': 'the-order' };
    const [first, again] = [await order(body, { headers }), await order(body, { headers })];
    expect([first.statusCode, again.json()]).toEqual([201, first.json()]);
    expect(first.json()).toMatchObject({ state: 'running', total: 2, priority: 'urgent', to });
    const { data } = await bodyOf('GET', `${at}/deliveries?order=${first.json().id}`);
    expect(data.map(({ receiver }: { receiver: string }) => receiver).toSorted()).toEqual(
      [one.receiver.id, two.receiver.id].toSorted(),
    );
    expect(data[0]).toMatchObject({ state: 'waiting', priority: 'urgent', late: false });
  });

  it.each([
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000Z'],
  ])('has the deadline %s', async (deadlineAt, shown) => {
    const { item } = await stored();
    const { receiver } = await makeReceiver();
    const answer = await order({ item, to: { receivers: [receiver.id] }, deadlineAt });
    expect([answer.statusCode, answer.json().deadlineAt]).toEqual([201, shown]);
  });

  it('that is cancelled ends its open deliveries and their downloads, and releases its content', async () => {
    const { item, content } = await stored();
    const { receiver } = await makeReceiver();
    const { id } = (await order({ item, to: { receivers: [receiver.id] } })).json();
    await ask('DELETE', `/library/items/${item}`);
    const state = async () =>
      (await api.store.db.selectFrom('library_contents').select('state').where('id', '=', content).executeTakeFirst())
        ?.state;
    expect(await state()).toBe('stored');
    expect(await codeOf('DELETE', `${at}/orders/${id}`)).toEqual([204, '']);
    expect(await bodyOf('GET', `${at}/orders/${id}`)).toMatchObject({ state: 'cancelled', cancelled: 1 });
    expect(await state()).not.toBe('stored');
    const revoked = await api.store.db.selectFrom('revocations').select('id').where('id', '=', id).execute();
    expect(revoked).toEqual([{ id }]);
    expect(await codeOf('DELETE', `${at}/orders/${id}`)).toEqual([204, '']);
  });

  it('runs again when a failed delivery is retried', async () => {
    const { item } = await stored();
    const { receiver } = await makeReceiver();
    const { id } = (await order({ item, to: { receivers: [receiver.id] } })).json();
    const [delivery] = (await bodyOf('GET', `${at}/deliveries?order=${id}`)).data;
    const path = `${at}/deliveries/${delivery.id}`;
    expect(await codeOf('POST', `${path}/retry`, { body: {} })).toEqual([409, 'CONFLICT']);
    await fail(id, delivery.id);
    expect((await bodyOf('GET', path)).failure).toEqual({ code: 'DISK_FULL', detail: '' });
    expect(await bodyOf('POST', `${path}/retry`, { body: {} })).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await bodyOf('GET', `${at}/orders/${id}`)).toMatchObject({ state: 'running', failed: 0 });
  });

  it('does not run again for a delivery whose receiver was removed', async () => {
    const { item } = await stored();
    const { receiver } = await makeReceiver();
    const { id } = (await order({ item, to: { receivers: [receiver.id] } })).json();
    const [delivery] = (await bodyOf('GET', `${at}/deliveries?order=${id}`)).data;
    await fail(id, delivery.id);
    expect(await codeOf('DELETE', `${at}/receivers/${receiver.id}`)).toEqual([204, '']);
    expect(await codeOf('POST', `${at}/deliveries/${delivery.id}/retry`, { body: {} })).toEqual([409, 'CONFLICT']);
    expect(await bodyOf('GET', `${at}/orders/${id}`)).toMatchObject({ state: 'completed', failed: 1 });
  });

  it('loses the deliveries of a removed receiver', async () => {
    const { item } = await stored();
    const [one, two] = [await makeReceiver(), await makeReceiver()];
    const to = { receivers: [one.receiver.id, two.receiver.id] };
    const { id } = (await order({ item, to })).json();
    expect(await codeOf('DELETE', `${at}/receivers/${one.receiver.id}`)).toEqual([204, '']);
    expect(await bodyOf('GET', `${at}/orders/${id}`)).toMatchObject({ state: 'running', cancelled: 1, total: 2 });
    expect(await codeOf('GET', `${at}/receivers/${one.receiver.id}`)).toEqual([404, 'NOT_FOUND']);
  });
});

it('the overview counts open, late and failed deliveries', async () => {
  const before = await bodyOf('GET', `${at}/overview`);
  const { item } = await stored();
  const { receiver } = await makeReceiver({ region: 'oslo' });
  await order({ item, to: { receivers: [receiver.id] }, priority: 'bulk' });
  await order({ item, to: { receivers: [receiver.id] }, priority: 'bulk' });
  await api.store.db
    .updateTable('distribution_deliveries')
    .set({ late: 1 })
    .where('receiver', '=', receiver.id)
    .execute();
  const after = await bodyOf('GET', `${at}/overview`);
  expect(after.deliveries.waiting - before.deliveries.waiting).toBe(2);
  expect(after.late - before.late).toBe(2);
  expect(after.byRegion).toContainEqual({ region: 'oslo', open: 2, late: 2, failed: 0 });
  expect(after.byPriority[2]).toMatchObject({ priority: 'bulk', open: 2, done: 0 });
  expect(after.channels).toEqual([{ name: 'channel-1', up: true, waiting: 0 }]);
  expect(after.receivers.away).toBeGreaterThan(0);
});

it('an api without channels refuses receivers', async () => {
  const apiWithoutChannels = await testApi({ isWithoutChannels: true });
  try {
    const body = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
    const answer = await apiWithoutChannels.ask('POST', `${at}/receivers`, { body });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'CONFLICT']);
  } finally {
    await apiWithoutChannels.close();
  }
});
