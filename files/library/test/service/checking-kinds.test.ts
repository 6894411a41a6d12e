// One file of each way to a kind, made of bytes. All ways with real files: corpus.whole.test.ts.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Checker } from '../../src/checking/checker.ts';
import { id3 } from '../support/corpus/bytes.ts';

const kinds = ['video', 'audio', 'image', 'document'] as const;
const checker = new Checker({
  kinds,
  clock: systemClock(),
  log: createLogger({ name: 'library', level: 'silent' }),
});
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-kinds-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function checkOf(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  await chmod(path, 0o600);
  const file = { path, tenant: 'acme', name, bytes: bytes.length, sha256: 'ab'.repeat(32) };
  return await checker.check(file, new AbortController().signal);
}
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Makes a tenth of a second of silence. */
function wav(): Buffer {
  const head = latin1('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0');
  head.writeUInt32LE(36 + 1600, 4);
  head.writeUInt32LE(1600, 40);
  return Buffer.concat([head, Buffer.alloc(1600)]);
}

it('ffprobe says what media is, whatever is before it', async () => {
  const song = await checkOf('film.mp4', Buffer.concat([id3(2000), wav()]));
  expect(song).toMatchObject({ ok: true, kind: 'audio', type: 'audio/wav', media: { durationMs: 100 } });
});

it('lists of other files are never opened', async () => {
  const list = '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
  expect(await checkOf('a.mp4', latin1(list))).toMatchObject({ ok: true, type: 'text/plain' });
  const refused = { ok: false, code: 'TYPE_REFUSED', detail: 'files of the format hls are not accepted' };
  expect(await checkOf('b.mp4', latin1(`${list}\0`))).toEqual(refused);
});

it('a file of a known format that cannot be read is broken', async () => {
  const broken = await checkOf('a.mp4', latin1('\0\0\0\x18ftypisom\0\0\x02\0isommp41'));
  expect(broken).toMatchObject({ ok: false, code: 'MEDIA_BROKEN' });
});

it('a text has the charset that was found', async () => {
  const cue = '1\r\n00:00:01,000 --> 00:00:02,000\r\n\xd0\xbb\xd0\xbb\xb4\xf3\xbc\xd2\r\n';
  expect(await checkOf('a.srt', latin1(cue))).toMatchObject({
    ok: true,
    type: 'application/x-subrip',
    charset: 'gb18030',
  });
});
