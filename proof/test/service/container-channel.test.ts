// The distribution channel on a server in containers, as infra/container/init.sh writes it, with a real Redis.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { redisClient } from '../../../base/runtime/test/support/redis-server.ts';
import { until } from '../../../base/runtime/test/support/until.ts';
import { openInboxPort, openNoticePort } from '../../../files/distribution/src/streams/index.ts';
import { noticeOf, receiptOf } from '../../../files/distribution/test/support/streamed.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-container-'));
const etc = (name: string): string => readFileSync(join(folder, 'etc', name), 'utf8');
const started: ReturnType<typeof redisClient>[] = [];
let stopRedis: () => Promise<unknown> = async () => undefined;
let port: number;

function runInit(): void {
  const script = readFileSync(join(import.meta.dirname, '../../../infra/container/init.sh'), 'utf8');
  const there = script.replaceAll(/\/(etc|var\/lib|opt)\/meridian/g, `${folder}/$1`);
  execFileSync('sh', ['-c', there], { env: { PATH: `${folder}/bin:${process.env['PATH']}` } });
}
beforeAll(async () => {
  for (const name of ['etc', 'bin', 'opt/current/bin']) mkdirSync(join(folder, name), { recursive: true });
  // Replaces the release, and commands that only root may run.
  for (const name of ['bin/chown', 'opt/current/bin/meridian'])
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  runInit();
  port = await freePort();
  const words = [join(folder, 'etc/redis.conf'), '--port', `${port}`, '--dir', folder];
  const child = spawn('redis-server', words, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  stopRedis = async () => [child.kill('SIGKILL'), await exited];
});
afterAll(async () => {
  for (const redis of started) redis.disconnect();
  await stopRedis();
  rmSync(folder, { recursive: true, force: true });
});

const moved = (url: string): string => url.replace(':6379', `:${port}`);
function clientOf(url: string): ReturnType<typeof redisClient> {
  const redis = redisClient(moved(url));
  redis.on('error', () => undefined); // until Redis listens
  started.push(redis);
  return redis;
}
const channel = (): { readonly name: string; readonly url: string } =>
  parse(etc('distribution.yaml')).distribution.channels[0];

it('the channel carries notices and receipts, and keeps them', async () => {
  const log = createLogger({ name: 'container', level: 'silent' });
  const channels = [{ name: channel().name, url: moved(channel().url) }];
  const o = { clock: systemClock(), log, channels, keyPrefix: '{meridian}:' };
  const api = openNoticePort(Object.assign({ region: '' }, o));
  const hub = openInboxPort(Object.assign({ region: 'fra', hubId: 'lib-1' }, o));
  const taken: string[] = [];
  const taker = api.takeReceipts('api-1', async (receipts) => {
    taken.push(...receipts.map(({ delivery }) => delivery));
  });
  try {
    await until('the channel is up', async () => (await api.states())[0]?.isUp === true);
    const inbox = { tenant: 'acme', receiver: 'RC_0001' };
    await until('a notice comes', async () => {
      await api.send([{ notice: noticeOf(), region: 'fra' }]);
      return (await hub.poll(inbox, { holding: [], revisions: undefined })).notices.length === 1;
    });
    expect(await hub.record([receiptOf()])).toMatchObject([{ delivery: 'DL_0001' }]);
    await until('the api has the receipt', () => taken.length > 0);
    expect(taken).toEqual(['DL_0001']);
    await hub.announce({ id: 'lib-1', region: 'fra', publicUrl: 'http://127.0.0.1:9' });
    expect(await hub.hubs()).toHaveLength(1);
  } finally {
    await taker.close();
    await Promise.all([api.close(), hub.close()]);
  }
  const admin = clientOf(parse(etc('redis.yaml')).redisUrl);
  expect(await admin.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  expect(await admin.config('GET', 'maxmemory*')).toEqual(
    expect.arrayContaining(['maxmemory', '0', 'maxmemory-policy', 'noeviction']),
  );
});

it("the channel's user can read nothing of the centre", async () => {
  await clientOf(parse(etc('redis.yaml')).redisUrl).set('meridian:{centre}:x', 'secret');
  const ours = clientOf(channel().url);
  for (const db of [0, 1]) {
    await ours.select(db);
    await expect(ours.get('meridian:{centre}:x')).rejects.toThrow(/NOPERM/);
    await expect(ours.flushall()).rejects.toThrow(/NOPERM/);
  }
});

it('the channel stays unchanged when init runs again', () => {
  appendFileSync(join(folder, 'etc/distribution.yaml'), '# mine\n');
  const before = ['distribution.yaml', 'redis.conf'].map(etc);
  runInit();
  expect(['distribution.yaml', 'redis.conf'].map(etc)).toEqual(before);
});
