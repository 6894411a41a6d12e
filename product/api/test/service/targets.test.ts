// Targets that callers name: where stored secrets may go, which addresses are refused, which values no use could send.
// The whole matrix is in targets.whole.test.ts.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Seal } from '../../src/store/seal.ts';
import { posting } from '../../src/webhooks/post.ts';
import {
  askOf,
  bodyAt,
  makeTarget,
  oddValues,
  SECRET,
  type TargetKind,
  targetKinds,
} from '../support/target-attacks.ts';
import { type TestApi, testApi } from '../support/test-api.ts';

let api: TestApi;
let port = 0;
const received: IncomingHttpHeaders[] = [];
const server = createServer((request, response) => {
  received.push(request.headers);
  response.writeHead(request.url === '/moved' ? 307 : 204, { location: '/elsewhere' }).end();
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const [clock, log] = [systemClock(), createLogger({ name: 'api', level: 'silent' })];
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: ['127.0.0.1/32'], clock, log });
  api = await testApi({ post: posting({ addresses, clock }), egressAllow: ['127.0.0.1/32'] });
});
afterAll(async () => {
  server.close();
  await api.close();
});

const kindOf = (name: string): TargetKind => targetKinds[name] as TargetKind;

describe('a stored secret', () => {
  it.each([
    ['SFTP with a password', 'host key'],
    ['S3', 'bucket'],
    ['pull', 'host'],
    ['a provider of text messages', 'port'],
  ])('of %s must be given again with another %s', async (name, what) => {
    const kind = kindOf(name);
    const path = await makeTarget(api, kind);
    const move = kind.moves[what];
    expect(await askOf(api, kind, 'PATCH', path, move)).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
      pointers: kind.secretPointers,
    });
    expect(await askOf(api, kind, 'PATCH', path, kind.stays)).toMatchObject({ status: 200 });
  });

  it('goes only to the target for which it was given, also from a row that was changed in another way', async () => {
    const kind = kindOf('SFTP with a password');
    const id = (await makeTarget(api, kind)).split('/').at(-1) ?? '';
    const rows = api.store.db.selectFrom('distribution_receivers').selectAll().where('id', '=', id);
    const { settings } = await rows.executeTakeFirstOrThrow();
    const moved = JSON.stringify({ ...JSON.parse(settings), host: 'evil.example', port: 2222 });
    await api.store.db.updateTable('distribution_receivers').set({ settings: moved }).where('id', '=', id).execute();
    const whole = api.distribution.receivers.wholeSettings(await rows.executeTakeFirstOrThrow());
    expect(whole).toMatchObject({ host: 'sftp.example', port: 22, password: SECRET });
  });

  it('sealed before its target was sealed with it can be opened, and is bound by the next change', async () => {
    const kind = kindOf('SFTP with a password');
    const path = await makeTarget(api, kind);
    const id = path.split('/').at(-1) ?? '';
    const old = new Seal('s'.repeat(32), 'meridian receivers').close(JSON.stringify({ password: SECRET }), id);
    await api.store.db
      .updateTable('distribution_receivers')
      .set({ sealed_settings: old })
      .where('id', '=', id)
      .execute();
    expect(await askOf(api, kind, 'PATCH', path, kind.moves['host'])).toMatchObject({ status: 400 });
    expect(await askOf(api, kind, 'PATCH', path, { settings: { path: '/new' } })).toMatchObject({ status: 200 });
    const rows = api.store.db.selectFrom('distribution_receivers').selectAll().where('id', '=', id);
    const row = await rows.executeTakeFirstOrThrow();
    const shown = JSON.stringify({ ...JSON.parse(row.settings), host: 'evil.example' });
    expect(api.distribution.receivers.wholeSettings({ ...row, settings: shown })).toMatchObject({
      host: 'sftp.example',
      password: SECRET,
      path: '/new',
    });
  });

  it('is not sent after a redirect', async () => {
    const kind = kindOf('a provider of text messages');
    received.length = 0;
    const path = await makeTarget(api, { ...kind, body: { ...kind.body, url: `http://127.0.0.1:${port}/moved` } });
    expect((await askOf(api, kind, 'POST', `${path}/test`)).json).toMatchObject({
      delivered: false,
      status: 307,
      error: 'REDIRECT',
    });
    expect(received.map((headers) => headers['x-key'])).toEqual([SECRET]);
  });
});

it.each([
  ['SFTP with a password', '2130706433'],
  ['S3', '169.254.169.254'],
  ['pull', 'localhost.'],
  ['a webhook of alarms', '[::ffff:a00:1]'],
  ['a webhook', '10.0.0.1'],
])('the inside address of %s is refused: %s', async (name, host) => {
  const kind = kindOf(name);
  const refused = { status: 403, code: 'TARGET_REFUSED', pointers: [kind.pointer] };
  // 127.0.0.1 is allowed here, so its spellings are those of another loopback address.
  const inside = host === '2130706433' ? '2130706434' : host === 'localhost.' ? '0x7f000002' : host;
  expect(await askOf(api, kind, 'POST', kind.path, bodyAt(kind, inside))).toMatchObject(refused);
  const path = await makeTarget(api, kind);
  expect(await askOf(api, kind, 'PATCH', path, kind.at(inside))).toMatchObject(refused);
});

describe('a value that no use could send', () => {
  it.each(
    ['a provider of text messages', 'SFTP with a key', 'S3'].map((name) => [name, ...(oddValues[name]?.[0] ?? [])]),
  )('is refused for %s: %s', async (name, ...odd) => {
    const [, change, pointer] = odd as unknown as [string, Record<string, unknown>, string];
    const kind = kindOf(name as string);
    const path = await makeTarget(api, kind);
    expect(await askOf(api, kind, 'PATCH', path, change)).toMatchObject({ status: 400, pointers: [pointer] });
  });

  it('ends the use with a reason in a row that was stored before', async () => {
    const kind = kindOf('a provider of text messages');
    const path = await makeTarget(api, kind);
    const id = path.split('/').at(-1) ?? '';
    const target = { ...kind.body, url: `http://127.0.0.1:${port}/`, headers: { 'x-key': 'a\r\nb: c' } };
    const sealed = new Seal('s'.repeat(32), 'meridian alarm receivers').close(JSON.stringify(target), id);
    await api.store.db.updateTable('alarm_receivers').set({ sealed_target: sealed }).where('id', '=', id).execute();
    expect(await askOf(api, kind, 'POST', `${path}/test`)).toMatchObject({
      status: 200,
      json: { delivered: false, status: 0, error: 'ERR_INVALID_CHAR' },
    });
    expect(await askOf(api, kind, 'PATCH', path, { enabled: false })).toMatchObject({ status: 200 });
    expect(await askOf(api, kind, 'PATCH', path, { enabled: true })).toMatchObject({ status: 400 });
  });
});
