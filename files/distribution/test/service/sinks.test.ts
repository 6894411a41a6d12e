// Sinks: a folder of a site, platforms that pull, library nodes of a region.
import { createHmac } from 'node:crypto';
import { chmod, link, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderSink } from '../../src/sinks/folder-sink.ts';
import { makeSink, type SinkDeps } from '../../src/sinks/make-sink.ts';
import { addressesOf, clock, openRig, type Rig, startReceiver } from '../support/sink-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.end());

const refusing = { find: () => undefined, hold: async () => undefined };
const depsOf = (o: Partial<SinkDeps> = {}): SinkDeps =>
  Object.assign(
    {
      clock,
      addresses: addressesOf(),
      folder: refusing,
      origin: 'https://own.example',
      receiptUrl: ({ delivery }: { delivery: string }) => `https://own.example/arrivals/${delivery}`,
    },
    o,
  );

describe('a folder of a site', () => {
  const folderSink = (notifyUrl?: string) => new FolderSink({ folder: join(rig.folder, 'files'), clock, notifyUrl });
  const names = (item = 'IT_0001') => readdir(join(rig.folder, 'files', item));

  it('has a file under its name, as a link to the content', async () => {
    const file = await rig.fetchedFile(100_000);
    const taken = await folderSink().take(file);
    expect(taken).toEqual({ sha256: file.notice.sha256, bytes: 100_000, proof: 'read' });
    const path = join(rig.folder, 'files/IT_0001/film.mp4');
    expect((await readFile(path)).equals(file.content)).toBe(true);
    expect((await stat(path)).ino).toBe((await stat(file.path)).ino);
    expect(await readdir(join(rig.folder, 'files/.meridian'))).toEqual(['IT_0001.json']);
  });

  it('has one file after a repeated delivery, also when a crash has left the record behind', async () => {
    const file = await rig.fetchedFile(1000);
    const sink = folderSink();
    await sink.take(file);
    await sink.take(file);
    await rm(join(rig.folder, 'files/.meridian/IT_0001.json'));
    await writeFile(join(rig.folder, 'files/.meridian/DL_0001.part'), 'half');
    await folderSink().take(file);
    expect(await names()).toEqual(['film.mp4']);
    expect(await readdir(join(rig.folder, 'files/.meridian'))).toEqual(['IT_0001.json']);
  });

  it('gets a truncated or removed file back', async () => {
    const file = await rig.fetchedFile(1000);
    await folderSink().take(file);
    await rm(join(rig.folder, 'files/IT_0001/film.mp4'));
    await writeFile(join(rig.folder, 'files/IT_0001/film.mp4'), 'cut');
    await folderSink().take(file);
    expect((await readFile(join(rig.folder, 'files/IT_0001/film.mp4'))).equals(file.content)).toBe(true);
  });

  it('has files that the group of the process may read, linked or copied', async () => {
    const none = () => Promise.reject(Object.assign(new Error('another disk'), { code: 'EXDEV' }));
    const sinks = [folderSink(), new FolderSink({ folder: join(rig.folder, 'files'), clock, link: none })];
    for (const [at, sink] of sinks.entries()) {
      const file = await rig.fetchedFile(10, { item: `IT_${at}` });
      await chmod(file.path, 0o600);
      await sink.take(file);
      expect((await stat(join(rig.folder, `files/IT_${at}/film.mp4`))).mode & 0o777).toBe(0o640);
    }
  });

  it('gets back a file that has other bytes with the same length and time', async () => {
    const file = await rig.fetchedFile(1000);
    await utimes(file.path, 1000, 1000);
    await folderSink().take(file);
    const path = join(rig.folder, 'files/IT_0001/film.mp4');
    await rm(path);
    await writeFile(path, Buffer.alloc(1000));
    await utimes(path, 1000, 1000);
    await folderSink().take(file);
    expect((await readFile(path)).equals(file.content)).toBe(true);
  });

  it('keeps a correct file that was replaced by a copy, and hashes the copy once', async () => {
    const file = await rig.fetchedFile(1000);
    await folderSink().take(file);
    const path = join(rig.folder, 'files/IT_0001/film.mp4');
    await rm(path);
    await writeFile(path, file.content);
    const { ino } = await stat(path);
    await folderSink().take(file);
    const record = JSON.parse(await readFile(join(rig.folder, 'files/.meridian/IT_0001.json'), 'utf8'));
    expect([(await stat(path)).ino, record.mark.ino]).toEqual([ino, ino]);
  });

  it('gives no receipt for a content that was changed on the disk before its file was made', async () => {
    const file = await rig.fetchedFile(1000);
    await writeFile(file.path, Buffer.alloc(1000));
    await expect(folderSink().take(file)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect(await names()).toEqual([]);
  });

  it('gives no receipt for a content that was changed through its link', async () => {
    const file = await rig.fetchedFile(1000);
    await utimes(file.path, 1000, 1000);
    await folderSink().take(file);
    await writeFile(join(rig.folder, 'files/IT_0001/film.mp4'), Buffer.alloc(1000));
    await utimes(file.path, 1000, 1000);
    await expect(folderSink().take(file)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  });

  it('gets a newer file of an item in place of the older, whatever its name; other items stay', async () => {
    const sink = folderSink();
    await sink.take(await rig.fetchedFile(10, { name: 'old.mp4' }));
    await sink.take(await rig.fetchedFile(20, { name: '../old.mp4', item: 'IT_0002' }));
    const newer = await rig.fetchedFile(30, { name: 'new.mp4' });
    await sink.take(newer);
    expect(await names()).toEqual(['new.mp4']);
    expect(await names('IT_0002')).toEqual(['_old.mp4']);
    const same = await rig.fetchedFile(40, { name: 'new.mp4' });
    await sink.take(same);
    expect((await readFile(join(rig.folder, 'files/IT_0001/new.mp4'))).equals(same.content)).toBe(true);
  });

  it('keeps file and record of the same content when two arrive at once', async () => {
    const sink = folderSink();
    const files = await Promise.all([10, 10, 10, 10].map((bytes) => rig.fetchedFile(bytes)));
    await Promise.all(files.map((file) => sink.take(file)));
    const record = JSON.parse(await readFile(join(rig.folder, 'files/.meridian/IT_0001.json'), 'utf8'));
    const [last] = files.filter(({ notice }) => notice.sha256 === record.sha256);
    const there = await readFile(join(rig.folder, 'files/IT_0001/film.mp4'));
    expect(last?.content.equals(there)).toBe(true);
  });

  it.each([
    ['../../etc/passwd', '_.._etc_passwd.mp4'],
    ['a\0b\nc.mp4', 'a_b_c.mp4'],
    ['..', 'file.mp4'],
    ['课件 第一章.mp4', '课件 第一章.mp4'],
    ['👩‍🏫.mp4', '👩‍🏫.mp4'],
  ])('stores the name %j as %j', async (name, taken) => {
    await folderSink().take(await rig.fetchedFile(10, { name }));
    expect(await names()).toEqual([taken]);
    expect((await readdir(rig.folder)).toSorted()).toEqual(['content-1', 'files']);
  });

  it('ignores a record that names a path outside of the folder', async () => {
    const sink = folderSink();
    await sink.take(await rig.fetchedFile(10));
    const record = { content: 'CT_0001', bytes: 4, sha256: 'x', name: '../../content-1' };
    await writeFile(join(rig.folder, 'files/.meridian/IT_0001.json'), JSON.stringify(record));
    await sink.take(await rig.fetchedFile(10));
    expect(await readdir(rig.folder)).toContain('content-1');
  });

  it('notifies a system of the site until the system accepts the notification', async () => {
    let status = 503;
    const { port, posted } = await startReceiver(rig, (response) => response.writeHead(status).end());
    const sink = folderSink(`http://127.0.0.1:${port}/arrived`);
    const file = await rig.fetchedFile(10);
    await expect(sink.take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    status = 204;
    await sink.take(file);
    expect(posted.map(({ path }) => path)).toEqual(['/arrived', '/arrived']);
    const { delivery, item, content, bytes, sha256 } = file.notice;
    const path = join(rig.folder, 'files/IT_0001/film.mp4');
    expect(JSON.parse(posted[1]?.body ?? '')).toEqual({
      delivery,
      item,
      content,
      path,
      bytes,
      sha256,
      name: 'film.mp4',
    });
  });

  it('gets a copy of the content where links fail, but no copy of a content that has changed on the disk', async () => {
    const none = () => Promise.reject(Object.assign(new Error('another disk'), { code: 'EXDEV' }));
    const sink = new FolderSink({ folder: join(rig.folder, 'files'), clock, link: none });
    const file = await rig.fetchedFile(200_000);
    await sink.take(file);
    const path = join(rig.folder, 'files/IT_0001/film.mp4');
    expect((await readFile(path)).equals(file.content)).toBe(true);
    expect((await stat(path)).ino).not.toBe((await stat(file.path)).ino);
    const changed = await rig.fetchedFile(10);
    await writeFile(changed.path, 'other byte');
    await expect(sink.take(changed)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
    expect((await readFile(path)).equals(file.content)).toBe(true);
    expect(await readdir(join(rig.folder, 'files/.meridian'))).toEqual(['IT_0001.json']);
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EIO', 'TARGET_UNREACHABLE'],
  ])('fails on the disk error %s with %s', async (code, failure) => {
    const failing = () => Promise.reject(Object.assign(new Error('the disk'), { code }));
    const sink = new FolderSink({ folder: join(rig.folder, 'files'), clock, link: failing });
    await expect(sink.take(await rig.fetchedFile(10))).rejects.toMatchObject({ code: failure });
  });

  it('stops a delivery with its signal, and with the close of the sink', async () => {
    const file = await rig.fetchedFile(10);
    const sink = folderSink();
    const signal = AbortSignal.abort(new Error('withdrawn'));
    await expect(sink.take({ notice: file.notice, path: file.path, signal })).rejects.toThrow('withdrawn');
    await sink.close();
    await sink.close();
    await expect(sink.take(file)).rejects.toThrow();
    await expect(readdir(join(rig.folder, 'files'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('fails the delivery of a missing content, and leaves nothing', async () => {
    const file = await rig.fetchedFile(10);
    await link(file.path, join(rig.folder, 'kept'));
    await rm(file.path);
    await expect(folderSink().take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(await readdir(join(rig.folder, 'files/.meridian'))).toEqual([]);
  });
});

describe('a platform that pulls', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const pullSink = (url: string, o: Partial<SinkDeps> = {}) => makeSink('pull', { url, secret }, depsOf(o));

  it('is called with a signed URL, and confirms the file later', async () => {
    const { port, posted } = await startReceiver(rig, (response) => response.writeHead(202).end());
    const { notice, signal } = await rig.fetchedFile(10, { deadlineMs: 1_767_000_000_000 });
    const sink = pullSink(`http://platform.example:${port}/files?a=b`);
    expect(sink.needsBytes).toBe(false);
    expect(await sink.take({ notice, path: '', signal })).toBeUndefined();
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = posted;
    expect(path).toBe('/files?a=b');
    expect(JSON.parse(body)).toEqual({
      delivery: notice.delivery,
      order: 'DO_0001',
      item: 'IT_0001',
      name: 'film.mp4',
      type: 'video/mp4',
      bytes: 10,
      sha256: notice.sha256,
      url: 'https://library.example/library/contents/a.link.token/original?download=1',
      urlEndsAt: '2026-01-01T00:00:00.000Z',
      receiptUrl: `https://own.example/arrivals/${notice.delivery}`,
      deadlineAt: new Date(1_767_000_000_000).toISOString(),
    });
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const proof = createHmac('sha256', Buffer.alloc(24, 7)).update(signed).digest('base64');
    expect(headers).toMatchObject({ 'webhook-id': notice.delivery, 'webhook-signature': `v1,${proof}` });
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(300);
  });

  it.each([
    [400, 'TARGET_REFUSED'],
    [410, 'TARGET_REFUSED'],
    [408, 'TARGET_UNREACHABLE'],
    [429, 'TARGET_UNREACHABLE'],
    [500, 'TARGET_UNREACHABLE'],
    [307, 'TARGET_UNREACHABLE'],
  ])('that answers %i fails the delivery with %s; redirects are not followed', async (status, code) => {
    const { port, posted } = await startReceiver(rig, (response) =>
      response.writeHead(status, { location: '/other' }).end(),
    );
    const file = await rig.fetchedFile(10);
    await expect(pullSink(`http://127.0.0.1:${port}/`).take(file)).rejects.toMatchObject({ code });
    expect(posted.map(({ path }) => path)).toEqual(['/']);
  });

  it('is never called at a forbidden address, by name or by number', async () => {
    const { port, posted } = await startReceiver(rig, (response) => response.writeHead(204).end());
    const file = await rig.fetchedFile(10);
    for (const host of ['platform.example', '127.0.0.1', '[::ffff:127.0.0.1]']) {
      const sink = pullSink(`http://${host}:${port}/`, { addresses: addressesOf([]) });
      await expect(sink.take(file)).rejects.toMatchObject({ code: 'TARGET_REFUSED' });
    }
    expect(posted).toEqual([]);
  });

  it('counts as unreachable when it cuts the connection; closing the sink ends the call', async () => {
    const { port } = await startReceiver(rig, (response) => response.destroy());
    const file = await rig.fetchedFile(10);
    const sink = pullSink(`http://127.0.0.1:${port}/`);
    await expect(sink.take(file)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    await sink.close();
    await expect(sink.take(file)).rejects.toThrow(/abort/i);
  });
});

describe('library nodes of a region', () => {
  it('hold the content until the receiver is removed', async () => {
    const { notice, path, signal } = await rig.fetchedFile(10);
    const held: string[] = [];
    let isWhole = true;
    const folder = {
      find: () => ({ bytes: 10, tenant: 'acme', isWhole }),
      hold: async (content: string, by: string) => void held.push(`${content} ${by}`),
    };
    const sink = makeSink('region', {}, depsOf({ folder }));
    expect(await sink.take({ notice, path, signal })).toEqual({ sha256: notice.sha256, bytes: 10, proof: 'read' });
    expect(held).toEqual(['CT_0001 region:RC_0001']);
    isWhole = false;
    await expect(sink.take({ notice, path, signal })).rejects.toMatchObject({ code: 'SOURCE_GONE' });
    await sink.close();
  });
});

it('a sink is not made from settings of another kind of sink', () => {
  expect(() => makeSink('pull', { url: 'https://a.example' }, depsOf())).toThrow(/secret|settings/);
  expect(() => makeSink('s3', {}, depsOf())).toThrow(/settings/);
});
