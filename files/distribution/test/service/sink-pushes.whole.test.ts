import { mkdir, readdir, readFile } from 'node:fs/promises';
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

describe('the S3 sink', () => {
  const PART = 65_536;
  let s3: ScriptedS3;
  beforeEach(async () => {
    s3 = await ScriptedS3.start();
    rig.later(() => s3.stop());
  });
  const s3Sink = (o: Partial<S3Settings> = {}, addresses = addressesOf(), partBytes = PART) => {
    const settings: S3Settings = {
      endpoint: s3.endpoint,
      region: 'us-east-1',
      bucket: 'theirs',
      prefix: 'from/us',
      accessKeyId: 'key',
      secretAccessKey: 'a secret of tests',
      pathStyle: true,
    };
    const sink = new S3Sink({ settings: Object.assign(settings, o), addresses, clock, partBytes });
    rig.later(() => sink.close());
    return sink;
  };
  const read = async (name: string) =>
    Buffer.from(await (await fetch(`${s3.endpoint}/theirs/${encodeURI(name)}`)).arrayBuffer());
  const parts = () => s3.calls.filter((call) => call === 'part').length;

  it.each([0, 1, PART, PART + 1, 5 * PART])('pushes a file of %i bytes, with its hash', async (bytes) => {
    const file = await rig.fetchedFile(bytes);
    expect(await s3Sink().take(file)).toEqual({ sha256: file.notice.sha256, bytes, proof: 'checksum' });
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
  });

  it('resumes after the parts that were sent before a cut', async () => {
    const file = await rig.fetchedFile(5 * PART);
    s3.refuses = (call) => (call === 'part' && parts() > 3 ? { status: 500, code: 'InternalError' } : undefined);
    await expect(s3Sink().take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    s3.refuses = () => undefined;
    s3.calls.length = 0;
    await s3Sink().take(file);
    expect(parts()).toBe(2);
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
    expect(s3.uploads.size).toBe(0);
  });

  it.each([10, PART + 1])('reads a file of %i bytes back from a store that keeps no checksums', async (bytes) => {
    s3.keepsChecksums = false;
    const file = await rig.fetchedFile(bytes);
    expect(await s3Sink().take(file)).toEqual({ sha256: file.notice.sha256, bytes, proof: 'read' });
    expect(await s3Sink().take(file)).toMatchObject({ proof: 'read' });
    expect(s3.calls.filter((call) => call === 'put' || call === 'complete')).toHaveLength(1);
  });

  it.each([10, PART + 1])('replaces an object of %i other bytes with the right metadata', async (bytes) => {
    s3.keepsChecksums = false;
    const file = await rig.fetchedFile(bytes);
    await s3Sink().take(file);
    s3.corrupt('from/us/IT_0001/film.mp4');
    await s3Sink().take(file);
    expect((await read('from/us/IT_0001/film.mp4')).equals(file.content)).toBe(true);
  });

  it('keeps an object that the store proves, also one in other parts', async () => {
    const file = await rig.fetchedFile(3 * PART);
    await s3Sink().take(file);
    s3.calls.length = 0;
    expect(await s3Sink().take(file)).toMatchObject({ proof: 'checksum' });
    expect(s3.calls).toEqual(['head']);
    expect(await s3Sink({}, addressesOf(), PART / 2).take(file)).toMatchObject({ proof: 'read' });
    expect(s3.calls).not.toContain('part');
  });

  it('never dials a forbidden address, by name or by number', async () => {
    const port = new URL(s3.endpoint).port;
    for (const host of ['s3.example', '127.0.0.1']) {
      const sink = s3Sink({ endpoint: `http://${host}:${port}` }, addressesOf([]));
      await expect(sink.take(await rig.fetchedFile(10))).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    }
    expect(s3.calls).toEqual([]);
    await s3Sink({ endpoint: `http://s3.example:${port}` }).take(await rig.fetchedFile(10));
    expect(s3.calls).toContain('put');
  });
});

describe('the SFTP sink', () => {
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

  it.each([0, 1, 32_769, BATCH, BATCH + 7])('pushes a file of %i bytes', async (bytes) => {
    const file = await rig.fetchedFile(bytes);
    expect(await sftpSink({ verify: true }).take(file)).toEqual({ sha256: file.notice.sha256, bytes, proof: 'read' });
    expect((await read()).equals(file.content)).toBe(true);
    expect(await readdir(place())).toEqual(['film.mp4']);
  });

  it('proves no more than the size without reading back', async () => {
    expect(await sftpSink({ verify: false }).take(await rig.fetchedFile(10))).toMatchObject({ proof: 'size' });
  });

  it('logs in with a key instead of a password', async () => {
    const file = await rig.fetchedFile(10);
    await sftpSink({ password: undefined, privateKey: userKey } as unknown as Partial<SftpSettings>).take(file);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it('resumes after the bytes that were written before a cut', async () => {
    const file = await rig.fetchedFile(3 * BATCH + 5);
    server.cutAfterBytes = 2.5 * BATCH;
    await expect(sftpSink().take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect((await readdir(place())).map((name) => name.replace(/[0-9a-f]{16}/, 'HASH'))).toEqual(['.HASH.part']);
    server.cutAfterBytes = Number.POSITIVE_INFINITY;
    server.writtenBytes = 0;
    await sftpSink().take(file);
    expect(server.writtenBytes).toBe(BATCH + 5);
    expect((await read()).equals(file.content)).toBe(true);
  });

  it('fails where the user may not write', async () => {
    server.denied = /^\/in\/box/;
    await expect(sftpSink().take(await rig.fetchedFile(10))).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
  });

  it('never dials a forbidden address, by name or by number', async () => {
    for (const host of ['sftp.example', '127.0.0.1'])
      await expect(sftpSink({ host }, addressesOf([])).take(await rig.fetchedFile(10))).rejects.toMatchObject({
        code: 'TARGET_REFUSED',
      });
    expect(server.sessions).toBe(0);
  });
});
