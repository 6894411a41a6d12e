// A script is the signaling node, a UDP socket the media node, a hand-made mix the sound; the clock is manual.

import { noOrigin } from '@meridian/node-shell';
import { capabilityOf } from '@meridian/room-media';
import { packetiseCarriedMpeg1, serialiseRtp } from '@meridian/room-media/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { H5Streams } from '../../src/h5/stream.ts';
import { Compositions } from '../../src/room/compositions.ts';
import { type Programme, ProgrammeItem } from '../../src/room/programme.ts';
import { PROGRAMMES_MAX, Programmes } from '../../src/room/programmes.ts';
import { cameraOf } from '../support/camera.ts';
import { eventually } from '../support/eventually.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';
import { supervisorOf } from '../support/transcoding.ts';

const IDLE_MS = 5000;
const KEPT_ITEMS_MAX = 1300;
const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const otherPps = hex('682a');
const playKey = (o = {}) => streamKey({ use: 'play', ...o });

let room: ScriptedRoom;
let programmes: Programmes;
let mixers: SilentMixer[];
beforeEach(async () => {
  room = await ScriptedRoom.open();
  mixers = [];
  programmes = new Programmes({
    ...room.base,
    nodeId: 'gw',
    mixers: (...o) => {
      const mixer = new SilentMixer(...o);
      mixers.push(mixer);
      return mixer;
    },
  });
});
afterEach(async () => {
  await programmes.close();
  expect(room.clock.pendingTimers).toBe(0);
  expect(mixers.every(({ isClosed }) => isClosed)).toBe(true);
  room.close();
});

function viewer() {
  const items: ProgrammeItem[] = [];
  const ended = vi.fn();
  const one = { items, ended, take: (item: ProgrammeItem) => void items.push(item) };
  const names = () =>
    items.map(({ kind, isFormat, isKey }) =>
      isFormat ? `${kind} format` : isKey ? 'key' : kind === 'video' ? 'delta' : kind,
    );
  return { ...one, names };
}
const camera = () => cameraOf(room);
const keyFrame = (set = pps) => [sps, set, Uint8Array.of(0x65, 0x88, 0x84, 0x21)];
const delta = [Uint8Array.of(0x41, 0x9a, 0x21, 0x6c)];
const sound = (ptsMs: number) => ({ kind: 'audio', ptsMs, data: Uint8Array.of(1, 2, 3) }) as const;
const open = (): Promise<Programme> => programmes.open(playKey());

describe('a programme is refused', () => {
  it('for a key to publish', async () => {
    await expect(programmes.open(streamKey())).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
  });
  it('when the room refuses, and is forgotten', async () => {
    room.answer = refusal('KICKED');
    await expect(Promise.all([open(), open()])).rejects.toMatchObject({ code: 'KICKED' });
    expect([programmes.size, mixers.length, mixers[0]?.isClosed]).toEqual([0, 1, true]);
  });
  it.each([
    ['OVERLOADED', { capacity: 500 }],
    ['NO_PICTURE_TRANSCODER', { lacks: ['picture'] as const }],
  ])('with %s when the gateway cannot compose pictures, and is forgotten', async (code, o) => {
    const { supervisor } = await supervisorOf({ ...o, clock: room.clock });
    const compositions = new Compositions({ supervisor, clock: room.clock, log: room.base.log });
    const composing = new Programmes({ ...room.base, nodeId: 'gw', mixers: SilentMixer.make, compositions });
    await expect(composing.open(playKey({ picture: 'composed' }))).rejects.toMatchObject({ code });
    expect([composing.size, compositions.size, supervisor.usedMillicores, room.service.joins.length]).toEqual([
      0, 0, 0, 0,
    ]);
  });
  it(`beyond half of ${PROGRAMMES_MAX} for one tenant, while another tenant's is made`, async () => {
    const many = Array.from({ length: PROGRAMMES_MAX / 2 }, (_, at) => programmes.open(playKey({ room: `r${at}` })));
    await Promise.all(many);
    await expect(open()).rejects.toMatchObject({ code: 'OVERLOADED' });
    await programmes.open(playKey({ room: 'r0' }));
    await programmes.open(playKey({ apiKey: 'other' }));
  });
  it('beyond the pictures that one person may open, until one ends', async () => {
    const origin = { ...noOrigin, via: 'link' };
    const one = (at: number) => programmes.open(playKey({ picture: `p${at}`, origin }));
    const [first] = await Promise.all(Array.from({ length: 10 }, (_, at) => one(at)));
    await expect(one(10)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    first?.close('KICKED');
    await one(10);
  });
});

it('one person has 20 viewers at a gateway, whatever the protocols; others watch by the same link', async () => {
  const origin = { ...noOrigin, via: 'link' };
  const inAac = { sound: 'aac', source: (programme: Programme) => programme } as const;
  const sit = (at: number, identity = 'guest-ann') => {
    const place = { protocol: at % 2 === 0 ? 'flv' : 'rtmp', clientIp: '192.0.2.1' };
    return programmes.seat(playKey({ origin, identity }), place, inAac);
  };
  const seats = await Promise.all(Array.from({ length: 20 }, (_, at) => sit(at)));
  await expect(sit(20)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  seats.push(await sit(21, 'guest-bob'));
  seats[0]?.close();
  seats.push(await sit(22));
  for (const seat of seats) seat.close();
});

describe('a programme whose media node', () => {
  async function silentFor(ms: number): Promise<void> {
    const programme = await open();
    const one = viewer();
    programme.watch(one);
    camera()(keyFrame());
    await eventually(() => expect(one.names()).toContain('key'));
    for (let at = 0; at < ms; at += 100) {
      room.clock.advance(100);
      await new Promise(setImmediate);
    }
  }
  const questions = () =>
    room.service.sockets
      .flatMap((socket) => socket.receivedOf('subscriptionsReady'))
      .filter(({ consumerIds }) => consumerIds?.length === 0);

  it('is silent and does not answer continues at another media node 3 s later', async () => {
    room.service.answerOther = ({ subscriptionsReady }) =>
      subscriptionsReady?.consumerIds?.length === 0 ? undefined : { ack: {} };
    await silentFor(3100);
    await eventually(() => expect(room.service.joins).toHaveLength(2));
  });
  it('has nothing to send answers a question, and is not asked repeatedly', async () => {
    await silentFor(20_000);
    expect(questions()).toHaveLength(2);
    expect(room.service.joins).toHaveLength(1);
  });
});

describe('a programme', () => {
  it('is shared by all viewers of a room', async () => {
    const [a, b] = await Promise.all([open(), programmes.open(playKey({ identity: 'bob' }))]);
    expect(b).toBe(a);
    expect(room.service.joins).toHaveLength(1);
  });
  it('is separate for a viewer whose own media it leaves out, who sees another participant, or who gets other sound', async () => {
    const all = await Promise.all([
      open(),
      ...[{ without: 'ann' }, { picture: 'ann' }, { fence: 'fra' }].map((o) => programmes.open(playKey(o))),
    ]);
    const inMp2 = await programmes.open(playKey(), 'mp2');
    expect(await programmes.open(playKey(), 'mp2')).toBe(inMp2);
    expect(new Set([...all, inMp2]).size).toBe(5);
    expect(new Set(room.service.joins.map(({ token }) => token)).size).toBe(5);
    expect(mixers.map(({ codec }) => codec)).toEqual(['aac', 'aac', 'aac', 'aac', 'mp2']);
  });
  it('gives a late viewer the formats, then all units since the last key frame', async () => {
    const programme = await open();
    const early = viewer();
    programme.watch(early);
    mixers[0]?.give(sound(room.clock.nowMs()));
    const send = camera();
    send(keyFrame());
    await eventually(() => expect(early.names()).toEqual(['audio format', 'audio', 'video format', 'key']));
    send(delta);
    await eventually(() => expect(early.names().at(-1)).toBe('delta'));
    send(keyFrame());
    await eventually(() => expect(early.names().at(-1)).toBe('key'));
    mixers[0]?.give(sound(room.clock.nowMs()));
    send(delta);
    await eventually(() => expect(early.names().at(-1)).toBe('delta'));
    const late = viewer();
    programme.watch(late);
    expect(late.names()).toEqual(['audio format', 'video format', 'key', 'audio', 'delta']);
    expect(late.items[2]).toBe(early.items[5]);
  });
  it('receives an MPEG-1 track if its viewers play MPEG-1, and passes the track on unchanged, without malformed units', async () => {
    await open();
    const programme = await programmes.open(playKey(), 'mp2');
    const [aac, mp2] = room.service.joins.map(({ recvRtpCapabilities }) => JSON.stringify(recvRtpCapabilities));
    expect([aac?.includes('MPEG1'), mp2?.includes('MPEG1')]).toEqual([false, true]);
    const one = viewer();
    programme.watch(one);
    const { preferredPayloadType: payloadType, mimeType, clockRate, parameters = {} } = capabilityOf('mpeg1');
    const codec = { mimeType, payloadType, clockRate, parameters };
    const rtp = { mid: 'video', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 78 }] };
    room.subscribe({ trackId: 'TR_h5', consumerId: 'c2', rtp });
    await new Promise(setImmediate);
    const key = hex('000001b3 1400f0 13 ffffe018 00000100 000fff f8 00000101 12 34');
    for (const [sequenceNumber, data] of [key, hex('000001b5 00000100'), key].entries()) {
      const [payload = data] = packetiseCarriedMpeg1({ kind: 'mpeg1', ptsMs: 0, isKey: true, data }, 1000);
      const packet = { payloadType, marker: true, sequenceNumber, timestamp: 3600 * sequenceNumber, ssrc: 78, payload };
      room.send([serialiseRtp(packet, undefined)]);
    }
    await eventually(() => expect(one.names()).toEqual(['key', 'key']));
    for (const { content } of one.items) {
      const unit = 'unit' in content ? content.unit : undefined;
      expect(unit?.kind === 'mpeg1' && [...unit.data]).toEqual([...key]);
    }
  });
  it('sends parameter sets only when they change, before the key frame that needs them', async () => {
    const programme = await open();
    const one = viewer();
    programme.watch(one);
    const send = camera();
    for (const [nals, names] of [
      [keyFrame(), ['video format', 'key']],
      [keyFrame(), ['key']],
      [keyFrame(otherPps), ['video format', 'key']],
    ] as const) {
      const before = one.names().length;
      send(nals);
      await eventually(() => expect(one.names().at(-1)).toBe('key'));
      await eventually(() => expect(one.names().slice(before)).toEqual(names));
    }
    const late = viewer();
    programme.watch(late);
    expect(late.names()).toEqual(['video format', 'key']);
  });
  it('keeps units for late viewers up to a bound of bytes', async () => {
    const programme = await open();
    const one = viewer();
    programme.watch(one);
    camera()(keyFrame());
    await eventually(() => expect(one.names().at(-1)).toBe('key'));
    const lateGets = (): number => {
      const late = viewer();
      programme.watch(late)();
      return late.items.length;
    };
    for (let at = 1; at < KEPT_ITEMS_MAX; at += 1) mixers[0]?.give(sound(room.clock.nowMs() + at));
    expect(lateGets()).toBe(2 + KEPT_ITEMS_MAX);
    mixers[0]?.give(sound(room.clock.nowMs() + KEPT_ITEMS_MAX));
    expect(lateGets()).toBe(2);
  });
  it('keeps no picture for late viewers that is more than 12 s behind the last', async () => {
    const programme = await open();
    const one = viewer();
    programme.watch(one);
    const send = camera();
    for (let at = 0; at <= 300; at += 1) send(at === 0 ? keyFrame() : delta);
    await eventually(() => expect(one.items.length).toBe(1 + 301));
    const late = viewer();
    programme.watch(late);
    expect(late.items.length).toBe(1 + 301);
    send(delta);
    await eventually(() => expect(one.items.length).toBe(1 + 302));
    const later = viewer();
    programme.watch(later);
    expect(later.names()).toEqual(['video format']);
  });
  it('gives units times that continue and never go back', async () => {
    const programme = await open();
    const one = viewer();
    programme.watch(one);
    for (const ptsMs of [5000, 4000, 5020]) mixers[0]?.give(sound(ptsMs));
    const at = (item: ProgrammeItem | undefined): number => Buffer.from(item?.flv ?? []).readUIntBE(4, 3);
    expect(one.items.slice(1).map(at)).toEqual([5000, 5000, 5020]);
  });
  it('ends after a while without a viewer, and not before', async () => {
    const programme = await open();
    const stop = programme.watch(viewer());
    room.clock.advance(10 * IDLE_MS);
    stop();
    stop();
    room.clock.advance(IDLE_MS - 1);
    programme.watch(viewer())();
    room.clock.advance(IDLE_MS - 1);
    expect(programmes.size).toBe(1);
    room.clock.advance(1);
    expect(programmes.size).toBe(0);
    expect(room.service.last.closedWith).toBe(1000);
  });
  it('rests its sound while no viewer listens', async () => {
    const programme = await open();
    const isResting = (): boolean | undefined => mixers[0]?.isResting;
    expect(isResting()).toBe(true);
    const [one, other] = [viewer(), viewer()];
    const stop = programme.watch(one);
    expect(isResting()).toBe(false);
    programme.setResting(other, true); // This viewer is not in the programme.
    expect(isResting()).toBe(false);
    programme.setResting(one, true);
    expect(isResting()).toBe(true);
    const stopOther = programme.watch(other);
    expect(isResting()).toBe(false);
    stopOther();
    expect(isResting()).toBe(true);
    programme.setResting(one, false);
    expect(isResting()).toBe(false);
    stop();
    expect(isResting()).toBe(true);
  });
  it('rests its sound when its MPEG-1 stream has no viewers, though the stream runs on for returning viewers', async () => {
    const { supervisor } = await supervisorOf({ sandbox: [] });
    const { clock, log } = room.base;
    const streams = new H5Streams({ supervisor, clock, log });
    const stream = streams.streamOf(await programmes.open(playKey(), 'mp2'));
    const watched = { take: vi.fn(), ended: vi.fn() };
    const isResting = (): boolean | undefined => mixers[0]?.isResting;
    expect(isResting()).toBe(true);
    const stop = stream.watch(watched);
    expect(isResting()).toBe(false);
    stop();
    expect(isResting()).toBe(true);
    room.clock.advance(IDLE_MS - 1);
    stream.watch(watched)();
    expect([isResting(), streams.size]).toEqual([true, 1]);
    room.clock.advance(IDLE_MS);
    expect(streams.size).toBe(0);
    expect(watched.ended).not.toHaveBeenCalled();
  });
  it('that has ended keeps no MPEG-1 stream', async () => {
    const { supervisor } = await supervisorOf({ sandbox: [] });
    const { clock, log } = room.base;
    const streams = new H5Streams({ supervisor, clock, log });
    const programme = await programmes.open(playKey(), 'mp2');
    programme.close('KICKED');
    const ended = vi.fn();
    streams.streamOf(programme).watch({ take: vi.fn(), ended });
    expect([streams.size, clock.pendingTimers]).toEqual([0, 0]);
    expect(ended).toHaveBeenCalledOnce();
  });
  it('that has ended informs each present viewer once, and each later viewer at once', async () => {
    const programme = await open();
    const [stays, goes, late] = [viewer(), viewer(), viewer()];
    programme.watch(stays);
    programme.watch(goes)();
    room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: '', reconnect: false } });
    await eventually(() => expect(stays.ended).toHaveBeenCalledExactlyOnceWith('KICKED'));
    programme.close('again');
    expect(stays.ended).toHaveBeenCalledOnce();
    expect(goes.ended).not.toHaveBeenCalled();
    programme.watch(late);
    expect(late.ended).toHaveBeenCalledOnce();
    expect([late.items.length, programmes.size]).toEqual([0, 0]);
  });
});

it('an item of a programme makes its FLV and its RTMP form once', () => {
  const item = new ProgrammeItem({ unit: { kind: 'video', ptsMs: 40, dtsMs: 40, isKey: true, nals: keyFrame() } });
  expect([item.kind, item.isFormat, item.isKey, item.bytes]).toEqual(['video', false, true, 37]);
  expect(item.flv).toBe(item.flv);
  expect(item.rtmp).toBe(item.rtmp);
});
