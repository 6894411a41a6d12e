// Tests of valid and damaged media files with the real ffprobe in its sandbox, and of the scanner.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Checker, type CheckerOptions } from '../../src/checking/checker.ts';

const clock = systemClock();
const log = createLogger({ name: 'library', level: 'silent' });
const kinds = ['video', 'audio', 'image', 'document'] as const;
const checkerOf = (o: Partial<CheckerOptions> = {}): Checker => new Checker(Object.assign({ kinds, clock, log }, o));
const never = new AbortController().signal;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-checking-'));
  // ffprobe has to seek, since the index is at the end.
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=1600x900:r=25:d=2'];
  const sound = ['-f', 'lavfi', '-i', 'sine=d=2'];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'];
  const outputs = ['-map', '0', '-map', '1', ...coded, 'film.mp4', '-map', '1', '-c:a', 'aac', 'song.mp4'];
  const still = ['-map', '0', '-frames:v', '1', 'still.png'];
  execFileSync('ffmpeg', ['-v', 'error', ...picture, ...sound, ...outputs, ...still], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes?: Buffer) {
  const path = join(folder, name);
  if (bytes !== undefined) await writeFile(path, bytes);
  await chmod(path, 0o600);
  return { path, tenant: 'acme', name, bytes: (await stat(path)).size, sha256: 'ab'.repeat(32) };
}

it('the check refuses broken media files and files of unknown types', async () => {
  const film = await readFile(join(folder, 'film.mp4'));
  const { check } = checkerOf();
  const cut = await fileOf('cut.mp4', film.subarray(0, film.length / 2));
  expect(await check(cut, never)).toMatchObject({ ok: false, code: 'MEDIA_BROKEN' });
  const empty = await fileOf('empty.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\0', 'latin1'));
  expect(await check(empty, never)).toMatchObject({ ok: false, code: 'MEDIA_BROKEN' });
  const playlist = await fileOf('list.m3u8', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'));
  expect(await check(playlist, never)).toMatchObject({ ok: true, type: 'text/plain', kind: 'document' });
  const script = await fileOf('film2.mp4', Buffer.from('#!/bin/sh\n'));
  expect(await check(script, never)).toMatchObject({ ok: false, code: 'TYPE_REFUSED' });
  const documents = checkerOf({ kinds: ['document'] });
  expect(await documents.check(await fileOf('film.mp4'), never)).toMatchObject({ ok: false, code: 'TYPE_REFUSED' });
});

describe('a scanner', () => {
  type Answers = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

  async function scanning(answers: Answers, o: { readonly limitMs?: number; readonly token?: string } = {}) {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => answers(request, response, Buffer.concat(chunks)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
    const scan = Object.assign({ url, limitMs: 60_000 }, o);
    const { check } = checkerOf({ scan });
    return check(await fileOf('größe.txt', Buffer.from('some text')), never);
  }
  const says =
    (status: number, text: string): Answers =>
    (_request, response) => {
      response.writeHead(status).end(text);
    };

  it.each([
    [500, '{"clean": true}'],
    [202, '{"clean": true}'],
    [302, '{"clean": true}'],
    [200, ''],
    [200, 'clean'],
    [200, 'null'],
    [200, '{"clean": "true"}'],
    [200, '{"clean": 1}'],
    [200, '{"infected": false}'],
  ])('that answers %i %j accepts no file', async (status, text) => {
    await expect(scanning(says(status, text))).rejects.toThrow('scanner');
  });

  it('that is too slow, hangs up, or answers too much accepts no file', async () => {
    await expect(scanning(() => undefined, { limitMs: 50 })).rejects.toThrow('in time');
    await expect(scanning((request) => request.socket.destroy())).rejects.toThrow();
    const endless = `{"clean": true, "detail": "${'x'.repeat(70_000)}"}`;
    await expect(scanning(says(200, endless))).rejects.toThrow('too much');
  });

  it('gets the bytes and facts of the file, and its answer decides', async () => {
    let asked: object = {};
    const checked = await scanning(
      ({ headers, method, url }, response, body) => {
        asked = Object.assign({ method, url, body: body.toString() }, headers);
        response.end('{"clean": true}');
      },
      { token: 'TOKEN' },
    );
    expect(checked).toMatchObject({ ok: true, type: 'text/plain' });
    expect(asked).toMatchObject({
      method: 'POST',
      url: '/files',
      body: 'some text',
      authorization: 'Bearer TOKEN',
      'content-type': 'text/plain',
      'content-length': '9',
      'x-meridian-tenant': 'acme',
      'x-meridian-name': 'gr%C3%B6%C3%9Fe.txt',
      'x-meridian-sha256': 'ab'.repeat(32),
    });
    const refused = await scanning(says(200, '{"clean": false, "detail": "EICAR"}'));
    expect(refused).toEqual({ ok: false, code: 'MALWARE_FOUND', detail: 'EICAR' });
  });
});
