// Plays a room as one composed picture, in real time, with two scripted publishers and real ffmpegs.
import { execFile } from 'node:child_process';
import { rtpParametersToWire } from '@meridian/protocol';
import { capabilityOf } from '@meridian/room-media';
import { type CodedFrame, flvHeader, packetiseH264, RtpSender, SendClock } from '@meridian/room-media/core';
import { systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { decodedPictures, Player, pictures, type Rgb, sound } from '../../../room-media/test/support/composing.ts';
import { Compositions } from '../../src/room/compositions.ts';
import type { ProgrammeItem } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { voiceMixers } from '../../src/room/sound.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { decodedSamples as heard, shareOf, supervisorOf } from '../support/transcoding.ts';

const TRACKS = ['ann', 'bob'].flatMap((who) => [
  { trackId: `${who}-camera`, sessionId: `PA_${who}`, kind: 2, source: 1 },
  { trackId: `${who}-sound`, sessionId: `PA_${who}`, kind: 1, source: 2 },
]);
const participants = ['ann', 'bob'].map((identity, at) => ({
  sessionId: `PA_${identity}`,
  identity,
  nodeId: 'n1',
  canPublish: true,
  joinedWallMs: at + 1,
  tracks: TRACKS.filter(({ sessionId }) => sessionId === `PA_${identity}`),
}));

async function openRoom() {
  const clock = systemClock();
  const room = await ScriptedRoom.open();
  const { supervisor, counted } = await supervisorOf();
  const { log } = room.base;
  const compositions = new Compositions({ supervisor, clock, log });
  const mixers = voiceMixers({ supervisor, clock, log });
  const programmes = new Programmes({ ...room.base, clock, mixers, compositions, nodeId: 'gw' });
  onTestFinished(async () => {
    await programmes.close();
    expect(compositions.size).toBe(0);
    await compositions.close();
    await supervisor.close();
    expect(counted.running).toBe(0);
    room.close();
  });
  room.answer = room.joined({ participants });
  const open = async (picture: string, codec: 'aac' | 'mp2' = 'aac') => {
    const items: ProgrammeItem[] = [];
    const programme = await programmes.open(streamKey({ use: 'play', picture }), codec);
    programme.watch({ take: (item) => void items.push(item), ended: () => undefined });
    return items;
  };
  return { clock, room, open, compositions, supervisor };
}

function playRoom(room: ScriptedRoom): Player {
  const senders = TRACKS.map(({ trackId, kind }, at) => {
    const isVideo = kind === 2;
    const { preferredPayloadType, clockRate, mimeType, parameters, channels } = capabilityOf(isVideo ? 'h264' : 'opus');
    const [ssrc, payloadType] = [at + 1, preferredPayloadType ?? 0];
    const codec = { mimeType, payloadType, clockRate, parameters: parameters ?? {}, ...(!isVideo && { channels }) };
    const rtp = { codecs: [codec], headerExtensions: [], encodings: [{ ssrc }] };
    const common = { cname: trackId, clock: new SendClock(0), firstSequence: 1, timestampOffset: 0 };
    const sender = new RtpSender({ ssrc, payloadType, clockRate, marksLast: isVideo, ...common });
    const { sessionId: publisherSessionId } = TRACKS[at] ?? { sessionId: '' };
    const row = { trackId, consumerId: `c${at}`, publisherSessionId, kind, rtpParameters: rtpParametersToWire(rtp) };
    room.service.last.sendFrame({ subscriptionsAdded: { subscriptions: [row] } });
    return [trackId, sender] as const;
  });
  const byTrack = new Map(senders);
  const payloads = (frame: CodedFrame, most: number) =>
    'nals' in frame ? packetiseH264(frame.nals, most) : [frame.data];
  const player = new Player((trackId, frame) => {
    const sender = byTrack.get(trackId);
    if (sender !== undefined) room.send(sender.send(payloads(frame, sender.maxPayloadBytes), frame.ptsMs, frame.ptsMs));
  });
  onTestFinished(() => player.close());
  return player;
}

function ffprobe(file: Uint8Array): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const args = ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', 'pipe:0'];
  const child = execFile('ffprobe', args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  child.stdin?.end(file);
  return promise;
}

const videoOf = (items: readonly ProgrammeItem[]) =>
  items.flatMap(({ content }) => ('unit' in content && content.unit.kind === 'video' ? [content.unit] : []));
const lastMs = (items: readonly ProgrammeItem[]): number => videoOf(items).at(-1)?.ptsMs ?? 0;
const start = Uint8Array.of(0, 0, 0, 1);
const isNear = (seen: Rgb, wanted: Rgb): boolean => seen.every((part, at) => Math.abs(part - (wanted[at] ?? 0)) < 50);
const [red, green]: [Rgb, Rgb] = [
  [254, 0, 0],
  [0, 128, 0],
];

it('a player gets the whole room in one picture with its mix, also after a publisher has left', async () => {
  const { clock, room, open, compositions, supervisor } = await openRoom();
  const [reds, greens, voice] = await Promise.all([
    pictures('h264', 'color=red:s=320x180:r=30:d=1'),
    pictures('h264', 'color=green:s=320x180:r=30:d=1'),
    sound('0.4*sin(2*PI*1000*t)', 1),
  ]);
  const [flv, h5] = [await open('composed'), await open('composed:grid', 'mp2')];
  expect([compositions.size, room.service.joins.length]).toEqual([1, 1]);
  const player = playRoom(room);
  const fromMs = clock.nowMs();
  player.play('ann-camera', reds, fromMs);
  player.play('bob-camera', greens, fromMs);
  for (const { trackId, kind } of TRACKS) if (kind === 1) player.play(trackId, voice, fromMs);

  const hasSound = (items: readonly ProgrammeItem[]) => items.some(({ content }) => 'audioFormat' in content);
  await until('both have sound', () => hasSound(flv) && hasSound(h5));
  /** Decodes only from the newest key frame on: decoding everything each time would starve the tested processes. */
  const decoded = async () => {
    const all = videoOf(flv);
    const fromKey = all.slice(
      Math.max(
        all.findLastIndex(({ isKey }) => isKey),
        0,
      ),
    );
    const units = fromKey.map(({ nals, ptsMs, isKey }) => {
      return { ptsMs, isKey, data: Buffer.concat(nals.flatMap((nal) => [start, nal])) };
    });
    return decodedPictures(units);
  };
  const shows = async (...colours: readonly Rgb[]): Promise<boolean[]> => {
    if (videoOf(flv).length === 0) return colours.map(() => false);
    const { count, at } = await decoded();
    const places = [0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9];
    const seen = places.flatMap((x) => places.map((y) => at(count - 1, x, y)));
    return colours.map((colour) => seen.some((one) => isNear(one, colour)));
  };
  await until('both are seen', async () => (await shows(red, green)).every(Boolean));

  player.stop('bob-camera');
  player.stop('bob-sound');
  const left = { seq: 2, participantLeft: { sessionId: 'PA_bob', reason: '' } };
  room.service.last.sendFrame({ roomEvents: { roomEpoch: 1, events: [left] } });
  await until('one is seen', async () => (await shows(red, green)).join() === 'true,false');
  const goneMs = lastMs(flv);
  await until('it goes on', () => lastMs(flv) > goneMs + 1000 && lastMs(h5) > goneMs);

  const fileOf = () => Buffer.concat([flvHeader({ hasAudio: true, hasVideo: true }), ...flv.map((item) => item.flv)]);
  expect((await ffprobe(fileOf())).trim().split('\n').sort()).toEqual(['aac', 'h264,1280,720']);
  // The gap-free half second allows for late packets: this process is the publisher too, and the machine may be busy.
  const share = async () => shareOf((await heard('flv', fileOf())).subarray(-24_000), 1000);
  await until('the newest half second of its mix is the tone', async () => (await share()) > 0.9);
  expect(h5.flatMap(({ content }) => ('audioFormat' in content ? [content.audioFormat.codec] : []))).toContain('mp2');
  expect(supervisor.usedMillicores).toBeGreaterThan(740);
});
