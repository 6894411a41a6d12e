// A script is the signaling node, a UDP socket the media node; the clock is manual.
import { MeridianClientError } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { RtpListen } from '@meridian/room-media';
import { capabilityOf } from '@meridian/room-media';
import type { AudioFormat, AudioUnit, Mpeg1Unit, VideoUnit } from '@meridian/room-media/core';
import { serialiseRtcp } from '@meridian/room-media/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import type { AudioConverters, CodedPicture, PictureFormat, VideoConverters } from '../../src/room/conversions.ts';
import { type Encoder, HELD_MS, type PublishPoint } from '../../src/room/publish-point.ts';
import { POINTS_MAX, PublishPoints } from '../../src/room/publish-points.ts';
import { REFUSED_MS, UNANSWERED_MS } from '../../src/room/rejoin-limit.ts';
import { LONG } from '../support/eventually.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const how = { protocol: 'rtmp', clientIp: '192.0.2.1' };
const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const picture = (ptsMs: number): VideoUnit => ({
  kind: 'video',
  ptsMs,
  dtsMs: ptsMs,
  isKey: true,
  nals: [sps, pps, Uint8Array.of(0x65, 0x88, 0x84, ptsMs & 0xff)],
});
/** Converters that pass on their input, and record what remains of each. */
class Converters {
  readonly open = new Set<object>();
  readonly late: (() => void)[] = [];
  readonly fail: (() => void)[] = [];
  readonly make: AudioConverters = (_from, onUnit, onFailed) => {
    this.fail.push(onFailed);
    const one = {
      write: (unit: AudioUnit) => void this.late.push(() => onUnit(unit)),
      close: () => void this.open.delete(one),
    };
    this.open.add(one);
    return one;
  };
}
const aac: AudioFormat = { codec: 'aac', sampleRate: 48_000, channels: 2, config: Uint8Array.of(0x11, 0x90) };
const mp2: AudioFormat = { codec: 'mp2', sampleRate: 48_000, channels: 2 };
const trackOf = (message: { track?: { trackId?: string | null } | null } | undefined): string =>
  message?.track?.trackId ?? '';
const encoder = () => ({ replaced: vi.fn(), ended: vi.fn<Encoder['ended']>() });

class VideoConversions {
  readonly open = new Map<object, PictureFormat>();
  readonly made: (() => void)[] = [];
  failure: MeridianError | undefined;
  readonly fail: (() => void)[] = [];
  readonly make: VideoConverters = (format, onUnit, onFailed) => {
    this.fail.push(onFailed);
    if (this.failure !== undefined) throw this.failure;
    const one = {
      write: ({ ptsMs }: CodedPicture) => void this.made.push(() => onUnit(picture(ptsMs))),
      close: () => void this.open.delete(one),
    };
    this.open.set(one, format);
    return one;
  };
}
const rooms: { room: ScriptedRoom; points: PublishPoints }[] = [];
async function start(plainListen?: RtpListen) {
  const room = await ScriptedRoom.open();
  room.plainListen = plainListen;
  const converters = new Converters();
  const video = new VideoConversions();
  const points = new PublishPoints({ ...room.base, converters: converters.make, videoConverters: video.make });
  rooms.push({ room, points });
  const open = (o = {}): Promise<PublishPoint> => points.open(streamKey(o), how);
  return { room, points, converters, video, open };
}
afterEach(async () => {
  for (const { room, points } of rooms.splice(0)) {
    await points.close();
    expect(room.clock.pendingTimers).toBe(0);
    room.close();
  }
});
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fine',
    (error: unknown) =>
      error instanceof MeridianError || error instanceof MeridianClientError ? error.code : String(error),
  );
const hasSessions = (room: ScriptedRoom, count: number) =>
  vi.waitFor(() => expect(room.packets.length).toBeGreaterThanOrEqual(count), LONG);

describe('a point is refused', () => {
  it('for a key to play', async () => {
    const { open, points } = await start();
    expect(await codeOf(open({ use: 'play' }))).toBe('NOT_PERMITTED');
    expect(points.size).toBe(0);
  });
  it('for a room that may not touch this region', async () => {
    const { open, points } = await start();
    expect(await codeOf(open({ fence: 'nyc,sgp' }))).toBe('FENCED_OUT');
    expect(points.size).toBe(0);
  });
  it('when the room refuses, and is forgotten: the next attempt starts anew', async () => {
    const { open, points, room } = await start();
    room.answer = refusal('KICKED');
    expect(await Promise.all([codeOf(open()), codeOf(open())])).toEqual(['KICKED', 'KICKED']);
    expect([points.size, room.clock.pendingTimers]).toEqual([0, 0]);
    room.answer = room.joined();
    await open();
    expect(room.service.joins).toHaveLength(2);
  });
  it(`beyond half of ${POINTS_MAX} for one tenant, and after the end`, async () => {
    const { open, points, room } = await start();
    room.service.failure = new Error('no node answers yet');
    const all = Array.from({ length: POINTS_MAX / 2 }, (_, at) => codeOf(open({ identity: `e${at}` })));
    expect(await codeOf(open())).toBe('OVERLOADED');
    all.push(codeOf(open({ apiKey: 'other' })));
    expect(points.size).toBe(POINTS_MAX / 2 + 1);
    room.answer = refusal('TOKEN_EXPIRED');
    room.service.failure = undefined;
    expect(new Set(await Promise.all(all))).toEqual(new Set(['TOKEN_EXPIRED']));
    expect(points.size).toBe(0);
    await points.close();
    expect(await codeOf(open())).toBe('OVERLOADED');
  });
});

describe('viewers that come after the last key frame of an encoder with its own interval', () => {
  const delta = (ptsMs: number): VideoUnit => ({
    ...picture(ptsMs),
    isKey: false,
    nals: [Uint8Array.of(0x41, 0x9a, ptsMs & 0xff)],
  });
  async function sending(one: Encoder) {
    const started = await start();
    const point = await started.open();
    point.attach(one);
    for (const unit of [picture(0), delta(40), delta(80)]) {
      point.writeVideo(one, unit);
      started.room.clock.advance(40);
    }
    await hasSessions(started.room, 3);
    const before = [...started.room.packets];
    const ask = (): void =>
      started.room.answerMedia([serialiseRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: before[0]?.ssrc ?? 0 }])]);
    return { ...started, point, before, ask };
  }

  it('get all units since the key frame again, in order and before the next picture', async () => {
    const one = encoder();
    const { room, point, before, ask } = await sending(one);
    ask();
    await hasSessions(room, 6);
    point.writeVideo(one, delta(120));
    await hasSessions(room, 7);
    const again = room.packets.slice(3, 6);
    expect(again.map(({ payload }) => payload)).toEqual(before.map(({ payload }) => payload));
    expect(
      room.packets.map(({ sequenceNumber }) => (sequenceNumber - (before[0]?.sequenceNumber ?? 0)) & 0xffff),
    ).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const timesMs = room.packets.map(({ timestamp }) => ((timestamp - (before[0]?.timestamp ?? 0)) >>> 0) / 90);
    expect(timesMs).toEqual([...timesMs].sort((a, b) => a - b));
    expect([new Set(timesMs).size, timesMs.at(-1)]).toEqual([7, 120]);
  });

  it('get nothing again when the first viewers came long ago, because those would see it twice', async () => {
    const { room, point, ask } = await sending(encoder());
    room.clock.advance(3000);
    ask();
    const next = encoder();
    point.attach(next);
    point.writeVideo(next, picture(0));
    await hasSessions(room, 4);
    expect(room.packets).toHaveLength(4);
  });

  it('get a new key frame from an encoder that makes them on demand', async () => {
    const one = { ...encoder(), keyFrameWanted: vi.fn() };
    const { room, point, ask } = await sending(one);
    ask();
    await vi.waitFor(() => expect(one.keyFrameWanted).toHaveBeenCalledOnce(), LONG);
    point.writeVideo(one, delta(120));
    await hasSessions(room, 4);
    expect(room.packets).toHaveLength(4);
  });

  it('get many packets in turns, followed by later units', async () => {
    const one = encoder();
    const { room, point, ask } = await sending(one);
    point.writeVideo(one, { ...picture(120), nals: [sps, pps, new Uint8Array(300_000).fill(0x65)] });
    ask();
    point.writeVideo(one, delta(160));
    const turn = async (): Promise<void> => {
      room.clock.advance(1);
      for (let reads = 0; reads < 8; reads += 1) await new Promise(setImmediate);
    };
    const last = (): number => room.packets.at(-1)?.payload.at(-1) ?? 0;
    while (last() !== 160) await turn();
    const sequence = room.packets.map(({ sequenceNumber }) => sequenceNumber);
    const first = sequence[0] ?? 0;
    expect(sequence).toEqual(sequence.map((_, at) => (first + at) & 0xffff));
    expect(room.packets.length).toBeGreaterThan(250);
  });
});

describe('the sound of an encoder with AAC', () => {
  async function sending() {
    const started = await start();
    const point = await started.open();
    const one = encoder();
    point.attach(one);
    const send = (ptsMs: number, format: AudioFormat = aac): void =>
      point.writeAudio(one, { kind: 'audio', ptsMs, data: Uint8Array.of(0x21, ptsMs & 0xff) }, format);
    send(0);
    const { last } = started.room.service;
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(1), LONG);
    const want = async (trackId: string, mimeType: string, isWanted: boolean): Promise<void> => {
      last.sendFrame({ renditionRequest: { trackId, mimeType, isWanted } });
      await new Promise(setImmediate);
    };
    return { ...started, one, send, last, want, trackId: trackOf(last.receivedOf('publish')[0]) };
  }

  it('is published unchanged, with its config, and nothing is transcoded', async () => {
    const { last, converters, room, send } = await sending();
    send(21);
    await hasSessions(room, 2);
    expect(last.receivedOf('publish')[0]?.rtpParameters?.codecs?.[0]).toMatchObject({ mimeType: 'audio/multiopus' });
    expect(JSON.stringify(last.receivedOf('publish')[0]?.rtpParameters)).toContain('1190');
    expect(room.packets.map(({ payload }) => [...payload])).toEqual([
      [1, 0x21, 0],
      [1, 0x21, 21],
    ]);
    expect(converters.open.size).toBe(0);
  });
  it('has a rendition in Opus while a client needs it', async () => {
    const { last, converters, send, want, trackId } = await sending();
    await want(trackId, 'audio/opus', true);
    expect(converters.open.size).toBe(1);
    send(21);
    await new Promise(setImmediate);
    expect(last.receivedOf('publish')).toHaveLength(1);
    for (const give of converters.late) give();
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    expect(last.receivedOf('publish')[1]?.track).toMatchObject({ derivedFrom: trackId });
    await want(trackId, 'audio/opus', false);
    expect(converters.open.size).toBe(0);
    await vi.waitFor(
      () => expect(last.receivedOf('unpublish')).toEqual([{ trackId: trackOf(last.receivedOf('publish')[1]) }]),
      LONG,
    );
  });
  it('loses its Opus when the transcoder keeps ending, and can be requested again', async () => {
    const { last, converters, send, want, trackId } = await sending();
    await want(trackId, 'audio/opus', true);
    send(21);
    for (const give of converters.late.splice(0)) give();
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), { timeout: 20_000 });
    for (const fail of converters.fail) fail();
    for (const fail of converters.fail) fail();
    await vi.waitFor(() => expect(last.receivedOf('renditionRefused')).toHaveLength(1), { timeout: 20_000 });
    expect(last.receivedOf('renditionRefused')[0]).toMatchObject({
      trackId,
      mimeType: 'audio/opus',
      code: 'WORKER_DIED',
    });
    expect(converters.open.size).toBe(0);
    expect(last.receivedOf('unpublish')).toEqual([{ trackId: trackOf(last.receivedOf('publish')[1]) }]);
    send(42);
    expect(converters.open.size).toBe(0);
    await want(trackId, 'audio/opus', true);
    send(63);
    expect(converters.open.size).toBe(1);
  });
  it('is refused in codecs that are not made', async () => {
    const { last, want, trackId } = await sending();
    await want(trackId, 'audio/PCMU', true);
    await want('TR_another', 'audio/opus', true);
    await vi.waitFor(() => expect(last.receivedOf('renditionRefused')).toHaveLength(2), LONG);
    expect(last.receivedOf('renditionRefused')[0]).toMatchObject({ trackId, code: 'CODEC_UNSUPPORTED' });
  });
  it('is another track when the encoder changes its format, or has no AAC config', async () => {
    const { last, send, trackId } = await sending();
    send(21, { ...aac, config: Uint8Array.of(0x12, 0x10), sampleRate: 44_100 });
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    expect(last.receivedOf('unpublish')).toEqual([{ trackId }]);
    send(42, mp2);
    await vi.waitFor(() => expect(last.receivedOf('unpublish')).toHaveLength(2), LONG);
  });
});

describe('video with B-frames', () => {
  /** Returns a key frame, or a picture that is displayed later than decoded. */
  const unit = (dtsMs: number, isKey = true): VideoUnit => ({ ...picture(dtsMs), ptsMs: dtsMs + 80, isKey });
  async function sending() {
    const started = await start();
    const point = await started.open();
    const one = encoder();
    point.attach(one);
    point.writeVideo(one, unit(0), true);
    const { last } = started.room.service;
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(1), LONG);
    const want = async (isWanted: boolean): Promise<void> => {
      const trackId = trackOf(last.receivedOf('publish')[0]);
      last.sendFrame({ renditionRequest: { trackId, mimeType: 'video/H264', isWanted } });
      await new Promise(setImmediate);
    };
    return { ...started, point, one, last, want };
  }
  const codecOf = (message: { rtpParameters?: unknown } | undefined): string => JSON.stringify(message?.rtpParameters);

  it('asks an encoder for the key frames that media nodes demand, if the encoder makes key frames on demand', async () => {
    const { room, point, last } = await sending();
    expect(JSON.stringify(last.receivedOf('publish')[0]?.rtpParameters)).toContain('pli');
    const another = { ...encoder(), keyFrameWanted: vi.fn() };
    point.attach(another);
    await hasSessions(room, 1);
    room.answerMedia([serialiseRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: room.packets[0]?.ssrc ?? 0 }])]);
    await vi.waitFor(() => expect(another.keyFrameWanted).toHaveBeenCalledOnce(), LONG);
  });
  it('is published in the private format that no browser decodes, with both times, and nothing is transcoded', async () => {
    const { last, room, video, point, one } = await sending();
    point.writeVideo(one, unit(40), true);
    await hasSessions(room, 2);
    expect(codecOf(last.receivedOf('publish')[0])).toContain('H264-bframes');
    expect(last.receivedOf('publish')[0]?.track).toMatchObject({ width: 1920, height: 1080 });
    const [a, b] = room.packets;
    expect(((b?.timestamp ?? 0) - (a?.timestamp ?? 0)) >>> 0).toBe(40 * 90);
    for (const packet of [a, b]) expect([...(packet?.payload.subarray(0, 5) ?? [])]).toEqual([7, 0, 0, 0x1c, 0x20]);
    expect(video.open.size).toBe(0);
  });
  it('has a rendition without B-frames while a client needs it', async () => {
    const { last, video, point, one, want } = await sending();
    await want(true);
    // The rendition is there at once, so the waiting client gets its first key frame.
    expect([...video.open.values()]).toEqual([{ codec: 'h264', width: 1920, height: 1080 }]);
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    point.writeVideo(one, unit(40), true);
    for (const give of video.made.splice(0)) give();
    const [original, rendition] = last.receivedOf('publish');
    expect(rendition?.track).toMatchObject({ derivedFrom: trackOf(original), width: 1920 });
    expect(codecOf(rendition)).not.toContain('bframes');
    point.writeVideo(one, unit(80), true);
    await want(false);
    expect(video.open.size).toBe(0);
    for (const give of video.made) give();
    await vi.waitFor(() => expect(last.receivedOf('unpublish')).toEqual([{ trackId: trackOf(rendition) }]), LONG);
    expect(last.receivedOf('publish')).toHaveLength(2);
  });
  it('loses its rendition when the transcoder keeps ending, and continues itself', async () => {
    const { last, room, video, point, one, want } = await sending();
    await want(true);
    point.writeVideo(one, unit(40), true);
    for (const give of video.made.splice(0)) give();
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), { timeout: 20_000 });
    for (const fail of video.fail) fail();
    await vi.waitFor(() => expect(last.receivedOf('renditionRefused')).toMatchObject([{ code: 'WORKER_DIED' }]), {
      timeout: 20_000,
    });
    expect([video.open.size, last.receivedOf('unpublish')]).toEqual([
      0,
      [{ trackId: trackOf(last.receivedOf('publish')[1]) }],
    ]);
    const before = room.packets.length;
    point.writeVideo(one, unit(80), true);
    await hasSessions(room, before + 1);
    expect(one.ended).not.toHaveBeenCalled();
  });
  it('has no rendition without capacity, and continues itself', async () => {
    const { last, video, point, one, want, room } = await sending();
    video.failure = new MeridianError('OVERLOADED', 'full');
    await want(true);
    point.writeVideo(one, unit(40), true);
    point.writeVideo(one, unit(80), true);
    await vi.waitFor(() => expect(last.receivedOf('renditionRefused')).toHaveLength(1), LONG);
    expect(last.receivedOf('renditionRefused')[0]).toMatchObject({ mimeType: 'video/H264', code: 'OVERLOADED' });
    await hasSessions(room, 3);
    expect(last.receivedOf('publish')).toHaveLength(1);
    expect(one.ended).not.toHaveBeenCalled();
  });
  it('is another track than video without B-frames, from a key frame on, in both directions', async () => {
    const { last, point, one, room } = await sending();
    point.writeVideo(one, picture(40));
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    expect(codecOf(last.receivedOf('publish')[1])).not.toContain('bframes');
    point.writeVideo(one, unit(80, false), true);
    await hasSessions(room, 2);
    expect(last.receivedOf('publish')).toHaveLength(2);
    point.writeVideo(one, unit(120), true);
    await vi.waitFor(() => expect(last.receivedOf('unpublish')).toHaveLength(2), LONG);
    expect(last.receivedOf('unpublish')).toEqual(
      last
        .receivedOf('publish')
        .slice(0, 2)
        .map((message) => ({ trackId: trackOf(message) })),
    );
  });
});

describe('video in MPEG-1', () => {
  const mpeg1 = (ptsMs: number, size = '1400f0'): Mpeg1Unit => ({
    kind: 'mpeg1',
    ptsMs,
    isKey: true,
    data: hex(`000001b3 ${size} 13 ffffe018 00000100 000fff f8 00000101 12 34`),
  });
  it('is published unchanged, with a rendition in H.264 while a client needs it, restarted for another size', async () => {
    const { open, room, video } = await start();
    const point = await open();
    const one = encoder();
    point.attach(one);
    point.writeMpeg1(one, { ...mpeg1(0), data: hex('00000100 0057ff f980 00000101 12') });
    point.writeMpeg1(one, mpeg1(40));
    const { last } = room.service;
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(1), LONG);
    await hasSessions(room, 1);
    expect(room.packets.map(({ payload }) => [...payload.subarray(0, 9)])).toEqual([[7, 0, 0, 0, 0, 0, 0, 1, 0xb3]]);
    const [original] = last.receivedOf('publish');
    expect(original?.track).toMatchObject({ width: 320, height: 240 });
    expect(JSON.stringify(original?.rtpParameters)).toContain('MPEG1');
    expect(video.open.size).toBe(0);
    last.sendFrame({ renditionRequest: { trackId: trackOf(original), mimeType: 'video/H264', isWanted: true } });
    await new Promise(setImmediate);
    point.writeMpeg1(one, mpeg1(80));
    point.writeMpeg1(one, mpeg1(120, '2800f0'));
    expect([...video.open.values()]).toEqual([{ codec: 'mpeg1', width: 640, height: 240 }]);
    for (const give of video.made) give();
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    expect(last.receivedOf('publish')[1]?.track).toMatchObject({ derivedFrom: trackOf(original) });
  });
  it('restarts its H.264 every 2 s at most, for the latest size, when sizes keep changing', async () => {
    const { open, room, video } = await start();
    const point = await open();
    const one = encoder();
    point.attach(one);
    point.writeMpeg1(one, mpeg1(0));
    const { last } = room.service;
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(1), LONG);
    const [original] = last.receivedOf('publish');
    last.sendFrame({ renditionRequest: { trackId: trackOf(original), mimeType: 'video/H264', isWanted: true } });
    await new Promise(setImmediate);
    for (let ms = 40; ms <= 20_000; ms += 40) {
      room.clock.advance(40);
      point.writeMpeg1(one, mpeg1(ms, ms % 80 === 0 ? '1400f0' : '2800f0'));
    }
    expect(video.fail).toHaveLength(2 + 10);
    room.clock.advance(2000);
    point.writeMpeg1(one, mpeg1(22_000, '2800f0'));
    expect([...video.open.values()]).toEqual([{ codec: 'mpeg1', width: 640, height: 240 }]);
    expect(last.receivedOf('renditionRefused')).toEqual([]);
  });
});

describe('a point', () => {
  it('is shared by encoders of one key, also while it opens; other identities and rooms have their own', async () => {
    const { open, points, room } = await start();
    const [a, b, other, elsewhere] = await Promise.all([
      open(),
      open({ name: 'another name' }),
      open({ identity: 'bob-encoder' }),
      open({ room: 'hall' }),
    ]);
    expect(b).toBe(a);
    expect(new Set([a, other, elsewhere]).size).toBe(3);
    expect([points.size, room.service.joins.length]).toEqual([3, 3]);
    expect(room.service.joins[0]).toMatchObject({ protocol: 'rtmp', manualSubscribe: true });
  });
  it('without an encoder leaves, because the encoder left during the opening', async () => {
    const { open, points, room } = await start();
    await open();
    room.clock.advance(HELD_MS - 1);
    expect(points.size).toBe(1);
    room.clock.advance(1);
    expect(points.size).toBe(0);
    expect(room.service.last.closedWith).toBe(1000);
  });
  it('that has ended ends a late encoder', async () => {
    const { open, room } = await start();
    const point = await open();
    room.clock.advance(HELD_MS);
    const late = encoder();
    point.attach(late);
    expect(late.ended).toHaveBeenCalledExactlyOnceWith('CONNECTION_CLOSED', expect.any(String));
  });
  it('stays for an encoder that returns in time, and leaves when none does', async () => {
    const { open, points, room } = await start();
    const point = await open();
    const first = encoder();
    point.attach(first);
    room.clock.advance(10 * HELD_MS);
    point.release(first);
    room.clock.advance(HELD_MS - 1);
    const second = encoder();
    expect(await open()).toBe(point);
    point.attach(second);
    room.clock.advance(10 * HELD_MS);
    expect([points.size, room.service.joins.length]).toEqual([1, 1]);
    point.release(second);
    room.clock.advance(HELD_MS);
    expect(points.size).toBe(0);
    for (const one of [first, second]) expect([one.replaced.mock.calls, one.ended.mock.calls]).toEqual([[], []]);
  });
  it('drops media of a replaced encoder, whose release has no effect', async () => {
    const { open, points, room, converters } = await start();
    const point = await open();
    const [first, second] = [encoder(), encoder()];
    point.attach(first);
    point.writeVideo(first, picture(0));
    const sound = (ptsMs: number): AudioUnit => ({ kind: 'audio', ptsMs, data: Uint8Array.of(1) });
    point.writeAudio(first, sound(0), mp2);
    const { last } = room.service;
    await vi.waitFor(() => expect(last.receivedOf('publish')).toHaveLength(2), LONG);
    last.sendFrame({
      renditionRequest: { trackId: trackOf(last.receivedOf('publish')[1]), mimeType: 'audio/opus', isWanted: true },
    });
    await new Promise(setImmediate);
    point.writeAudio(first, sound(20), mp2);
    expect(converters.open.size).toBe(1);
    point.attach(second);
    expect(first.replaced).toHaveBeenCalledOnce();
    expect(converters.open.size).toBe(0);
    point.writeVideo(first, picture(40));
    point.writeAudio(first, sound(40), mp2);
    for (const give of converters.late) give();
    point.release(first);
    room.clock.advance(2 * HELD_MS);
    point.writeVideo(second, picture(7000));
    await hasSessions(room, 4);
    const { preferredPayloadType } = capabilityOf('h264');
    const pictures = room.packets.filter(({ payloadType }) => payloadType === preferredPayloadType);
    expect(pictures.map(({ payload }) => payload.at(-1))).toEqual([0, 7000 & 0xff]);
    expect(last.receivedOf('publish')).toHaveLength(2);
    expect(points.size).toBe(1);
    expect(second.ended).not.toHaveBeenCalled();
  });
  it('continues with the same track, SSRC, sequence and clock with another encoder', async () => {
    const { open, room } = await start();
    const point = await open();
    const first = encoder();
    point.attach(first);
    point.writeVideo(first, picture(500_000));
    point.release(first);
    room.clock.advance(4000);
    const second = encoder();
    point.attach(second);
    point.writeVideo(second, picture(0));
    room.clock.advance(40);
    point.writeVideo(second, picture(40));
    await hasSessions(room, 3);
    const [a, b, c] = room.packets;
    expect(new Set(room.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    const from = (a?.sequenceNumber ?? 0) & 0xffff;
    expect([b?.sequenceNumber, c?.sequenceNumber]).toEqual([(from + 1) & 0xffff, (from + 2) & 0xffff]);
    expect(((b?.timestamp ?? 0) - (a?.timestamp ?? 0)) >>> 0).toBe(4000 * 90);
    expect(((c?.timestamp ?? 0) - (b?.timestamp ?? 0)) >>> 0).toBe(40 * 90);
    expect(room.service.last.receivedOf('publish')).toHaveLength(1);
    expect(room.service.last.receivedOf('publish')[0]?.track).toMatchObject({ width: 1920, height: 1080 });
  });
  it('that is removed from the room ends its encoder once, with the reason', async () => {
    const { open, points, room } = await start();
    const point = await open();
    const one = encoder();
    point.attach(one);
    room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: 'removed', reconnect: false } });
    await vi.waitFor(() => expect(one.ended).toHaveBeenCalled(), LONG);
    point.close();
    expect(one.ended.mock.calls.map(([code]) => code)).toEqual(['KICKED']);
    expect([points.size, room.clock.pendingTimers]).toEqual([0, 0]);
    point.writeVideo(one, picture(0)); // The encoder may still have media in flight.
    point.release(one);
    expect(room.clock.pendingTimers).toBe(0);
  });
  it('ends its encoder when its track is refused', async () => {
    const { open, room } = await start();
    room.service.answerOther = ({ publish }) => (publish == null ? { ack: {} } : refusal('NOT_PERMITTED'));
    const point = await open();
    const one = encoder();
    point.attach(one);
    point.writeVideo(one, picture(0));
    await vi.waitFor(() => expect(one.ended).toHaveBeenCalled(), LONG);
    expect(one.ended.mock.calls.map(([code]) => code)).toEqual(['NOT_PERMITTED']);
  });
  it('publishes its tracks again in a new session, and continues', async () => {
    const { open, room } = await start();
    const point = await open();
    const one = encoder();
    point.attach(one);
    point.writeVideo(one, picture(0));
    const [before] = room.service.last.receivedOf('publish');
    room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await vi.waitFor(() => expect(room.service.joins).toHaveLength(2), LONG);
    await vi.waitFor(() => expect(room.service.last.receivedOf('publish')).toHaveLength(1), LONG);
    const [after] = room.service.last.receivedOf('publish');
    expect(after?.track?.trackId).not.toBe(before?.track?.trackId);
    expect(after?.rtpParameters?.encodings).toEqual(before?.rtpParameters?.encodings);
    expect(one.ended).not.toHaveBeenCalled();
  });
});

describe('a picture without IDR pictures', () => {
  /** Returns the picture `at` of an open GOP at 25 fps: one IDR picture, recovery points each second, B-frames. */
  const openGop = (at: number): VideoUnit => {
    const dtsMs = at * 40;
    const entry = at % 25 === 0 ? { entry: { kind: 'intra' as const, parameterSets: [sps, pps] } } : {};
    if (at === 0) return { ...picture(80), dtsMs };
    return { kind: 'video', ptsMs: dtsMs + 80, dtsMs, isKey: false, nals: [Uint8Array.of(0x41, 0x9a, at)], ...entry };
  };
  async function made() {
    const started = await start();
    const { open, room, video } = started;
    const point = await open();
    const one = encoder();
    point.attach(one);
    for (let at = 0; at < 330; at += 1) {
      point.writeVideo(one, openGop(at), true);
      room.clock.advance(40);
      if (at % 25 === 0) await new Promise(setImmediate); // The socket holds fewer packets than these.
    }
    video.made.pop()?.();
    point.writeVideo(one, openGop(330), true);
    const { last } = room.service;
    const published = (): string[] =>
      last
        .receivedOf('publish')
        .map(({ rtpParameters }) => (JSON.stringify(rtpParameters).includes('bframes') ? 'bframes' : 'h264'));
    await vi.waitFor(() => expect(published()).toEqual(['bframes', 'h264']), LONG);
    return { ...started, point, one, last, published };
  }

  it('is replaced by one made with them, as a track that every client receives', async () => {
    const { point, one, last, video, room } = await made();
    const [original, again] = last.receivedOf('publish');
    await vi.waitFor(() => expect(last.receivedOf('unpublish')).toHaveLength(1), LONG);
    expect(last.receivedOf('unpublish')[0]?.trackId).toBe(trackOf(original));
    expect(again?.track).toMatchObject({ width: 1920, height: 1080, derivedFrom: '' });
    expect(again?.rtpParameters?.encodings).toHaveLength(1 + 3);
    const ssrc = again?.rtpParameters?.encodings?.[0]?.ssrc;
    await vi.waitFor(() => expect(room.packets.at(-1)?.ssrc).toBe(ssrc), LONG);
    const before = room.packets.length;
    point.writeVideo(one, openGop(331), true);
    video.made.pop()?.();
    await hasSessions(room, before + 1);
    expect(room.packets.slice(before).map((packet) => packet.ssrc)).toEqual([ssrc]);
  });

  it.each(['another encoder came', 'its parameters changed'])('is the encoder’s own again after %s', async (change) => {
    const { point, one, published, video } = await made();
    const isOther = change === 'another encoder came';
    const next = isOther ? encoder() : one;
    if (isOther) point.attach(next);
    const otherSps = Uint8Array.from(sps, (byte, at) => (at === 3 ? 0x29 : byte)); // Level 4.1.
    const first = openGop(0);
    point.writeVideo(next, { ...first, nals: [otherSps, ...first.nals.slice(1)] }, true);
    await vi.waitFor(() => expect(published()).toEqual(['bframes', 'h264', 'bframes']), LONG);
    expect([video.open.size, one.replaced.mock.calls.length]).toEqual([0, isOther ? 1 : 0]);
  });

  it('ends when it can no longer be made, and begins again at the next IDR picture', async () => {
    const { point, one, last, published, video } = await made();
    video.failure = new MeridianError('OVERLOADED');
    video.fail.at(-1)?.();
    await vi.waitFor(() => expect(last.receivedOf('unpublish')).toHaveLength(2), LONG);
    for (let at = 331; at < 400; at += 1) point.writeVideo(one, openGop(at), true);
    expect(published()).toHaveLength(2);
    point.writeVideo(one, openGop(0), true);
    await vi.waitFor(() => expect(published().at(-1)).toBe('bframes'), LONG);
  });
});

describe('a participant whose media node', () => {
  const plainListen = { ip: '127.0.0.2', portMin: 22_000, portMax: 22_019 };
  const key = Buffer.alloc(30, 9).toString('base64');
  async function publishing() {
    const started = await start(plainListen);
    const point = await started.open();
    const one = { ...encoder(), keyFrameWanted: vi.fn() };
    point.attach(one);
    let ptsMs = 0;
    const send = (): void => {
      ptsMs += 100;
      point.writeVideo(one, picture(ptsMs));
    };
    send();
    await hasSessions(started.room, 1);
    const pli = serialiseRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: started.room.packets[0]?.ssrc ?? 0 }]);
    return { ...started, one, send, pli };
  }
  function elsewhere(room: ScriptedRoom) {
    const { joined } = room.joined();
    const plain = { ...joined?.sendTransport?.plain, srtp: { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: key } };
    return room.joined({ isElsewhere: true, sendTransport: { id: 'other', plain } });
  }
  const lose = (room: ScriptedRoom): void =>
    room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
  const joins = (room: ScriptedRoom, count: number) =>
    vi.waitFor(() => expect(room.service.joins).toHaveLength(count), LONG);

  it('is lost continues at a node of another host, sealed, and at a node of this host in the clear', async () => {
    const { room, send, one, pli } = await publishing();
    room.answer = elsewhere(room);
    lose(room);
    await joins(room, 2);
    await vi.waitFor(() => expect(room.service.last.receivedOf('publish')).toHaveLength(1), LONG);
    const { elsewhere: address, plain } = room.service.joins[1]?.sendEndpoint ?? {};
    expect([plain?.ip, address?.ip]).toEqual(['127.0.0.1', '127.0.0.2']);
    const node = new SrtpPeer(address?.srtp?.keyBase64 ?? '');
    const before = room.datagrams.length;
    send();
    await vi.waitFor(() => expect(room.datagrams.length).toBeGreaterThan(before), LONG);
    const opened = room.datagrams.slice(before).flatMap((datagram) => node.openRtp(datagram) ?? []);
    expect(opened.length).toBeGreaterThan(0);
    room.answerMedia([pli, new SrtpPeer(key).sealRtcp(pli)], true);
    await vi.waitFor(() => expect(one.keyFrameWanted).toHaveBeenCalledOnce(), LONG);

    room.answer = room.joined();
    lose(room);
    await joins(room, 3);
    expect(room.service.joins[2]?.sendEndpoint?.elsewhere?.srtp?.keyBase64).not.toBe(address?.srtp?.keyBase64);
    await vi.waitFor(() => expect(room.service.last.receivedOf('publish')).toHaveLength(1), LONG);
    const clear = room.packets.length;
    send();
    await hasSessions(room, clear + 1);
    expect(Buffer.from(room.packets.at(-1)?.payload ?? []).includes(Buffer.of(0x65, 0x88, 0x84))).toBe(true);
    expect(one.ended).not.toHaveBeenCalled();
  });

  it.each([
    { does: 'does not answer', answer: undefined, count: 2 },
    { does: 'receives nothing', answer: { ownTrackStats: { tracks: [] } }, count: 2 },
    { does: 'cannot be reached', answer: refusal('NODE_UNREACHABLE'), count: 2 },
    { does: 'receives it', answer: { ownTrackStats: { tracks: [{ trackId: 'TR_1', bitrateBps: 1 }] } }, count: 1 },
    { does: 'cannot be asked', answer: refusal('RATE_LIMITED'), count: 1 },
  ])('falls silent and $does: $count joins within 3.1 s', async ({ answer, count }) => {
    const { room, send, one, pli } = await publishing();
    room.service.answerOther = ({ askTrackStats }) => (askTrackStats == null ? { ack: {} } : answer);
    room.answerMedia([pli]);
    await vi.waitFor(() => expect(one.keyFrameWanted).toHaveBeenCalled(), LONG);
    for (let at = 0; at < 3100; at += 100) {
      room.clock.advance(100);
      send();
      await new Promise(setImmediate);
    }
    expect(room.service.sockets.flatMap((socket) => socket.receivedOf('askTrackStats')).length).toBeGreaterThan(0);
    if (count > 1) await joins(room, count);
    expect(room.service.joins.slice(1).map(({ silentNodeId }) => silentNodeId)).toEqual(count > 1 ? ['n1'] : []);
    expect(room.service.joins).toHaveLength(count);
    expect(one.ended).not.toHaveBeenCalled();
  });

  it('is lost without a replacement in time ends its encoder, which reconnects', async () => {
    const { room, one, points } = await publishing();
    room.answer = refusal('NO_NODE');
    lose(room);
    await joins(room, 2);
    await new Promise(setImmediate);
    room.clock.advance(REFUSED_MS - 1);
    expect(one.ended).not.toHaveBeenCalled();
    room.clock.advance(1);
    expect(one.ended.mock.calls.map(([code]) => code)).toEqual(['NO_NODE']);
    expect(points.size).toBe(0);
  });

  it('is lost with a slow replacement keeps its encoder, until the replacement is refused', async () => {
    for (const untilMs of [UNANSWERED_MS, REFUSED_MS + 1000]) {
      const { room, one } = await publishing();
      room.answer = {};
      lose(room);
      await joins(room, 2);
      room.clock.advance(untilMs - 1);
      expect(one.ended).not.toHaveBeenCalled();
      if (untilMs < UNANSWERED_MS) room.service.last.answerJoin(refusal('NO_NODE'));
      else room.clock.advance(1);
      await vi.waitFor(() => expect(one.ended.mock.calls.map(([code]) => code)).toEqual(['NO_NODE']), LONG);
    }
  });

  it('is lost with a replacement in time keeps its encoder', async () => {
    const { room, one, points } = await publishing();
    lose(room);
    await joins(room, 2);
    await vi.waitFor(() => expect(room.service.last.receivedOf('publish')).toHaveLength(1), LONG);
    room.clock.advance(UNANSWERED_MS * 2);
    expect(one.ended).not.toHaveBeenCalled();
    expect(points.size).toBe(1);
  });
});
