// Sinks that push to third parties: S3 in memory, and an SFTP server of the test.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedS3 } from '../../../object-store/test/support/scripted-s3.ts';
import { S3Sink } from '../../src/sinks/s3-sink.ts';
import type { S3Settings, SftpSettings } from '../../src/sinks/settings.ts';
import { SftpSink } from '../../src/sinks/sftp-sink.ts';
import { PASSWORD, SftpServer, userKey } from '../support/sftp-server.ts';
import { addressesOf, clock, openRig, type Rig } from '../support/sink-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.end());

describe('S3', () => {
  const PART = 65_536;
  let s3: ScriptedS3;
  beforeEach(async () => {
    s3 = await ScriptedS3.start();
    rig.later(() => s3.stop());
  });
  const s3Sink = (o: Partial<S3Settings> = {}, addresses = addressesOf()) => {
    const settings: S3Settings = {
      endpoint: s3.endpoint,
      region: 'us-east-1',
      bucket: 'theirs',
      prefix: 'from/us',
      accessKeyId: 'key',
      secretAccessKey: 'a secret of tests',
      pathStyle: true,
    };
    const sink = new S3Sink({ settings: Object.assign(settings, o), addresses, clock, partBytes: PART });
    rig.later(() => sink.close());
    return sink;
  };
  const read = async (name: string) =>
    Buffer.from(await (await fetch(`${s3.endpoint}/theirs/${encodeURI(name)}`)).arrayBuffer());
  const parts = () => s3.calls.filter((call) => call === 'part').length;

  it.each([0, 1, PART, PART + 1, 5 * PART])('has a file of %i bytes, and its hash', async (bytes) => {
    const file = await rig.came(bytes);
    expect(await s3Sink().take(file)).toEqual({ sha256: file.notice.sha256, bytes });
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
  });

  it('gets nothing twice, and a newer content in place of the older one', async () => {
    const file = await rig.came(3 * PART);
    await s3Sink().take(file);
    s3.calls.length = 0;
    await s3Sink().take(file);
    expect(s3.calls).toEqual(['head']);
    const newer = await rig.came(3 * PART);
    await s3Sink().take(newer);
    expect((await read('from/us/IT_0001/film.mp4')).equals(newer.content)).toBe(true);
  });

  it('goes on behind the parts that were sent before a cut', async () => {
    const file = await rig.came(5 * PART);
    s3.refuses = (call) => (call === 'part' && parts() > 3 ? { status: 500, code: 'InternalError' } : undefined);
    await expect(s3Sink().take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    s3.refuses = () => undefined;
    s3.calls.length = 0;
    await s3Sink().take(file);
    expect(parts()).toBe(2);
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
    expect(s3.uploads.size).toBe(0);
  });

  it('begins anew when the parts are of another content', async () => {
    s3.refuses = (call) => (call === 'complete' ? { status: 500, code: 'InternalError' } : undefined);
    await expect(s3Sink().take(await rig.came(3 * PART))).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    s3.refuses = () => undefined;
    const file = await rig.came(3 * PART);
    await s3Sink().take(file);
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
    expect(s3.uploads.size).toBe(0);
  });

  it.each([
    [403, 'AccessDenied', 'TARGET_REFUSED'],
    [404, 'NoSuchBucket', 'TARGET_REFUSED'],
    [507, 'QuotaExceeded', 'DISK_FULL'],
    [500, 'InternalError', 'TARGET_UNREACHABLE'],
  ])('with the answer %i %s fails as %s', async (status, name, code) => {
    s3.refuses = (call) => (call === 'put' ? { status, code: name } : undefined);
    await expect(s3Sink().take(await rig.came(10))).rejects.toMatchObject({ code });
  });

  it('is not called at an address inside, by name or by number', async () => {
    const port = new URL(s3.endpoint).port;
    for (const host of ['s3.example', '127.0.0.1']) {
      const sink = s3Sink({ endpoint: `http://${host}:${port}` }, addressesOf([]));
      await expect(sink.take(await rig.came(10))).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    }
    expect(s3.calls).toEqual([]);
    await s3Sink({ endpoint: `http://s3.example:${port}` }).take(await rig.came(10));
    expect(s3.calls).toContain('put');
  });

  it.each([['课件 第一章.mp4'], ['👩‍🏫.mp4']])('has the name %j', async (name) => {
    const file = await rig.came(2 * PART, { name });
    await s3Sink({ prefix: '' }).take(file);
    expect((await read(`IT_0001/${name}`)).equals(file.content)).toBe(true);
  });

  it('gets nothing of a content that has changed on the disk', async () => {
    for (const bytes of [10, 3 * PART]) {
      const file = await rig.came(bytes);
      await writeFile(file.path, randomBytes(bytes));
      await expect(s3Sink().take(file)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    }
    expect(s3.calls).not.toContain('complete');
    expect(s3.calls).not.toContain('put');
  });
});

describe('SFTP', () => {
  const BATCH = 131_072;
  let server: SftpServer;
  let port: number;
  beforeEach(async () => {
    const root = join(rig.folder, 'theirs');
    await mkdir(root);
    server = new SftpServer(root);
    port = await server.start();
    rig.later(() => server.stop());
  });
  const sftpSink = (o: Partial<SftpSettings> = {}, addresses = addressesOf()) => {
    const settings: SftpSettings = {
      host: 'sftp.example',
      port,
      username: 'meridian',
      password: PASSWORD,
      hostKey: server.hostKey,
      path: '/in/box',
      verify: false,
    };
    const sink = new SftpSink({ settings: Object.assign(settings, o), addresses, clock, batchBytes: BATCH });
    rig.later(() => sink.close());
    return sink;
  };
  const place = (item = 'IT_0001') => join(server.root, 'in/box', item);
  const read = (name = 'film.mp4') => readFile(join(place(), name));

  it.each([0, 1, 32_769, BATCH, BATCH + 7])('has a file of %i bytes', async (bytes) => {
    const file = await rig.came(bytes);
    expect(await sftpSink({ verify: true }).take(file)).toEqual({ sha256: file.notice.sha256, bytes });
    expect((await read()).equals(file.content)).toBe(true);
    expect(await readdir(place())).toEqual(['film.mp4']);
  });

  it('lets a key in place of a password in', async () => {
    const file = await rig.came(10);
    await sftpSink({ password: undefined, privateKey: userKey } as unknown as Partial<SftpSettings>).take(file);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it('gets nothing twice when it is read back; else one file stays', async () => {
    const file = await rig.came(1000);
    await sftpSink().take(file);
    server.calls.length = 0;
    await sftpSink({ verify: true }).take(file);
    expect(server.calls).not.toContain('write');
    await sftpSink().take(file);
    expect(await readdir(place())).toEqual(['film.mp4']);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it.each([true, false])('puts a newer content in place of the older one (OpenSSH: %s)', async (isOpenSsh) => {
    server.isOpenSsh = isOpenSsh;
    await sftpSink().take(await rig.came(1000));
    const newer = await rig.came(1000);
    await sftpSink({ verify: true }).take(newer);
    expect((await read()).equals(newer.content)).toBe(true);
    expect(server.calls.includes('posix-rename@openssh.com')).toBe(isOpenSsh);
    expect(server.calls.includes('fsync@openssh.com')).toBe(isOpenSsh);
  });

  it('goes on with what was written before the connection was cut', async () => {
    const file = await rig.came(3 * BATCH + 5);
    server.cutAfterBytes = 2.5 * BATCH;
    await expect(sftpSink().take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect((await readdir(place())).map((name) => name.replace(/[0-9a-f]{16}/, 'HASH'))).toEqual(['.HASH.part']);
    server.cutAfterBytes = Number.POSITIVE_INFINITY;
    server.writtenBytes = 0;
    await sftpSink().take(file);
    expect(server.writtenBytes).toBe(BATCH + 5);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it('begins anew behind what is longer than the file, and beside what is left of another one', async () => {
    const file = await rig.came(1000);
    await mkdir(place(), { recursive: true });
    await writeFile(join(place(), `.${file.notice.sha256.slice(0, 16)}.part`), Buffer.alloc(2000));
    await writeFile(join(place(), `.${'0'.repeat(16)}.part`), Buffer.alloc(500));
    await sftpSink().take(file);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it('reads back what was written, if it is to, and begins anew', async () => {
    const file = await rig.came(100_000);
    server.spoilsFrom = 65_536;
    await expect(sftpSink({ verify: true }).take(file)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(await readdir(place())).toEqual([]);
    server.spoilsFrom = Number.POSITIVE_INFINITY;
    await sftpSink({ verify: true }).take(file);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it.each([
    ['another host key', { hostKey: `SHA256:${'A'.repeat(43)}` }],
    ['another password', { password: 'wrong' }],
    [
      'a key that is none',
      { privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----' },
    ],
  ] as const)('is refused for good with %s', async (_what, o) => {
    await expect(sftpSink(o).take(await rig.came(10))).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    expect(server.sessions).toBe(0);
  });

  it('is refused where the user may not write', async () => {
    server.denied = /^\/in\/box/;
    await expect(sftpSink().take(await rig.came(10))).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
  });

  it('is not dialled at an address inside, by name or by number', async () => {
    for (const host of ['sftp.example', '127.0.0.1'])
      await expect(sftpSink({ host }, addressesOf([])).take(await rig.came(10))).rejects.toMatchObject({
        code: 'TARGET_REFUSED',
      });
    expect(server.sessions).toBe(0);
  });

  it('is unreachable where nothing listens', async () => {
    await server.stop();
    await expect(sftpSink().take(await rig.came(10))).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    server = new SftpServer(server.root);
    port = await server.start();
  });

  it('ends with its signal, and with the sink, while the server is silent', async () => {
    server.isSilent = true;
    const file = await rig.came(10);
    const ending = new AbortController();
    const taken = sftpSink().take({ notice: file.notice, path: file.path, signal: ending.signal });
    await server.called.promise;
    ending.abort(new Error('withdrawn'));
    await expect(taken).rejects.toThrow('withdrawn');
    const sink = sftpSink();
    const ended = sink.take(file);
    await sink.close();
    await expect(ended).rejects.toThrow(/abort/i);
  });

  it.each([
    ['../../up.mp4', '_.._up.mp4'],
    ['a\0b.mp4', 'a_b.mp4'],
    ['课件.mp4', '课件.mp4'],
    ['👩‍🏫.mp4', '👩‍🏫.mp4'],
  ])('takes the name %j as %j', async (name, taken) => {
    await sftpSink({ path: '.' }).take(await rig.came(10, { name }));
    expect(await readdir(join(server.root, 'IT_0001'))).toEqual([taken]);
  });
});
