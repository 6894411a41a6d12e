// H.264 with B-frames of a real encoder, through a publish point, two stand-ins for media nodes and a programme:
// players get the pictures as they were coded, with both times of each.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { concatBytes, datagramKind, FlvFileReader, flvHeader, flvTagType } from '@meridian/opener/core';
import { rtpParametersFromWire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Publication } from '../../src/live/publications.ts';
import { FlvInput } from '../../src/room/flv-input.ts';
import type { ProgrammeItem } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { frameSums, runFfmpeg } from '../support/ffmpeg.ts';
import { type Given, Stream } from '../support/hls.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';
import { made } from '../support/transcoding.ts';

const publication = () => new Publication({ identity: 'ann', protocol: 'rtmp', clientIp: '', clock: systemClock() });

const PICTURES = 60;
const WAIT = { timeout: 60_000, interval: 5 };
let folder: string;
const ends: (() => unknown)[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-bframes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const written = (name: string, bytes: Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
};
const encoded = (...coding: string[]): Promise<Uint8Array> => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-frames:v', `${PICTURES}`];
  return made(...picture, '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', ...coding, '-f', 'flv');
};

/** Decoding time from the first on, how much later it is shown, and whether it is a key frame, of each packet. */
async function timesOf(file: string, ticksPerMs: number): Promise<[number, number, boolean][]> {
  const args = ['-v', 'warning', '-select_streams', 'v', '-show_packets', '-of', 'json', file];
  const { stdout, stderr } = await promisify(execFile)('ffprobe', args);
  expect(stderr).toBe('');
  const { packets } = JSON.parse(stdout) as { packets: { pts: number; dts: number; flags: string }[] };
  const firstDts = packets[0]?.dts ?? 0;
  return packets.map(({ pts, dts, flags }) => [
    Math.round((dts - firstDts) / ticksPerMs),
    Math.round((pts - dts) / ticksPerMs),
    flags.startsWith('K'),
  ]);
}
const sumsOf = async (file: string): Promise<string[]> =>
  frameSums(await runFfmpeg(['-i', file, '-map', '0:v', '-f', 'framemd5', '-']).done).get('0') ?? [];

/** What players of the room get of this encoder. */
async function played(flv: Uint8Array): Promise<ProgrammeItem[]> {
  const [encoderRoom, playerRoom] = [await ScriptedRoom.open(), await ScriptedRoom.open()];
  const converters = () => ({ write: () => undefined, close: () => undefined });
  const points = new PublishPoints({ ...encoderRoom.base, converters });
  const programmes = new Programmes({ ...playerRoom.base, nodeId: 'gw', mixers: SilentMixer.make });
  ends.push(
    () => encoderRoom.close(),
    () => playerRoom.close(),
    () => programmes.close(),
    () => points.close(),
  );
  const items: ProgrammeItem[] = [];
  const programme = await programmes.open(streamKey({ use: 'play' }));
  programme.watch({ take: (item) => void items.push(item), ended: () => undefined });
  const point = await points.open(streamKey(), { protocol: 'rtmp', clientIp: '192.0.2.1' });
  const encoder = { replaced: vi.fn(), ended: vi.fn() };
  point.attach(encoder);
  const input = new FlvInput(point, encoder, publication());
  let forwarded = 0;
  let pictures = 0;
  for (const { type, timestampMs, body } of new FlvFileReader().push(flv)) {
    if (type !== flvTagType.video || body[1] === 2) continue; // its last tag says that it ends
    for (const { clock } of [encoderRoom, playerRoom]) clock.advance(Math.max(0, timestampMs + 1000 - clock.nowMs()));
    expect(input.write('video', timestampMs, body)).toBeUndefined();
    if (body[1] === 0) continue;
    pictures += 1;
    if (pictures === 1) {
      const { last } = encoderRoom.service;
      await vi.waitFor(() => expect(last.of('publish')).toHaveLength(1), WAIT);
      const rtp = rtpParametersFromWire(last.of('publish')[0]?.rtpParameters);
      playerRoom.subscribe({ trackId: 'TR_obs', consumerId: 'c1', rtp: { ...rtp, mid: 'video' } });
      await new Promise(setImmediate);
    }
    const all = pictures;
    const arrived = (): number => encoderRoom.packets.filter(({ marker }) => marker).length;
    await vi.waitFor(() => expect(arrived()).toBe(all), WAIT);
    const rtp = encoderRoom.datagrams.filter((datagram) => datagramKind(datagram) === 'rtp');
    playerRoom.send(rtp.slice(forwarded));
    forwarded = rtp.length;
    await vi.waitFor(() => expect(items.filter(({ isFormat }) => !isFormat)).toHaveLength(all), WAIT);
  }
  expect(encoder.ended).not.toHaveBeenCalled();
  return items;
}

it.each([
  ['two in a row', ['-bf', '2', '-g', '25']],
  ["an encoder's own choice", []],
])('%s: FLV and HLS have every picture as it was coded', async (_what, coding) => {
  const source = await encoded(...coding);
  const file = written('source.flv', source);
  const expected = await timesOf(file, 1);
  expect(expected).toHaveLength(PICTURES);
  expect(Math.max(...expected.map(([, later]) => later))).toBeGreaterThan(40);
  const items = await played(source);

  const flv = concatBytes([flvHeader({ hasAudio: false, hasVideo: true }), ...items.map((item) => item.flv)]);
  const copy = written('copy.flv', flv);
  expect(await timesOf(copy, 1)).toEqual(expected);
  expect(await sumsOf(copy)).toEqual(await sumsOf(file));

  const stream = new Stream().give(
    ...items.flatMap(({ content }): Given[] => {
      if (!('unit' in content)) return Object.values(content);
      return content.unit.kind === 'mpeg1' ? [] : [content.unit];
    }),
  );
  expect(stream.broken).toEqual([]);
  const parts = stream.cuts.flatMap((cut) => (cut.kind === 'tracks' ? cut.init : cut.kind === 'part' ? cut.bytes : []));
  const hls = await timesOf(written('copy.mp4', concatBytes(parts)), 90);
  expect(hls.length).toBeGreaterThan(PICTURES / 2);
  expect(hls).toEqual(expected.slice(0, hls.length));
});

it('is refused where the API key says so, at its first picture, with the setting to change', async () => {
  const room = await ScriptedRoom.open();
  const converters = () => ({ write: () => undefined, close: () => undefined });
  const points = new PublishPoints({ ...room.base, converters, bframes: () => 'refuse' });
  ends.push(
    () => room.close(),
    () => points.close(),
  );
  const point = await points.open(streamKey(), { protocol: 'rtmp', clientIp: '192.0.2.1' });
  const input = new FlvInput(point, { replaced: vi.fn(), ended: vi.fn() }, publication());
  const tags = new FlvFileReader().push(await encoded('-bf', '2')).filter(({ type }) => type === flvTagType.video);
  const [format, first] = tags.map(({ timestampMs, body }) => input.write('video', timestampMs, body));
  expect(format).toBeUndefined();
  expect(first).toMatchObject({ code: 'BFRAMES', description: expect.stringContaining('bframes=0') });
});
