import { concatBytes } from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { type AmfValue, encodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { encodeMessage, messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { MAX_NAME_LENGTH } from '../../src/core/rtmp/commands.ts';
import { HANDSHAKE_BYTES, Handshake } from '../../src/core/rtmp/handshake.ts';
import { uint32, userControl } from '../../src/core/rtmp/link.ts';
import { IDLE_MS, PING_MS, RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { fixture } from '../support/fixture.ts';
import { handshakeRandom, RtmpPeer } from '../support/rtmp-peer.ts';

const media = (changes: Partial<RtmpMessage> = {}): RtmpMessage => ({
  typeId: messageType.video,
  streamId: 1,
  timestampMs: 0,
  payload: hex('17'),
  ...changes,
});
const data = (...values: AmfValue[]): RtmpMessage =>
  media({ typeId: messageType.data, payload: encodeAmf0(...values) });
const publish: AmfValue[] = [null, 'key', 'live'];
const fresh = () => new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });

describe('a warning', () => {
  it('is sent to a publication, which continues', () => {
    const peer = RtmpPeer.publishing();
    peer.server.warn('NO_SOUND_TRANSCODER: no sound');
    peer.send([]);
    const [, status] = peer.calls.at(-1)?.values ?? [];
    expect(status instanceof Map && Object.fromEntries(status)).toMatchObject({
      level: 'warning',
      code: 'NetStream.Publish.Warning',
      description: 'NO_SOUND_TRANSCODER: no sound',
    });
    expect(peer.server.isEnded).toBe(false);
  });
  it('is not sent to a peer that does not publish', () => {
    const peer = RtmpPeer.connected();
    const before = peer.calls.length;
    peer.server.warn('none');
    peer.send([]);
    expect(peer.calls).toHaveLength(before);
  });
});

describe('the handshake', () => {
  it('answers a C1 that comes byte by byte once, with an echo of the C1', () => {
    const connection = fresh();
    const c1 = Uint8Array.from({ length: HANDSHAKE_BYTES }, (_, index) => index & 0xff);
    for (const byte of [3, ...c1.subarray(0, -1)]) connection.receive(Uint8Array.of(byte), 0);
    expect(connection.takeOutput()).toEqual([]);
    connection.receive(c1.subarray(-1), 0);
    const [s0s1, s2, ...more] = connection.takeOutput();
    expect([s0s1?.length, s0s1?.[0], s2, more]).toEqual([1 + HANDSHAKE_BYTES, 3, c1, []]);
    connection.receive(new Uint8Array(HANDSHAKE_BYTES), 0);
    expect(connection.takeOutput()).toEqual([]);
  });

  it('is completed between our client and our server', () => {
    const client = new Handshake('client', handshakeRandom);
    const server = new Handshake('server', handshakeRandom);
    const answer = server.push(client.start()).output;
    const echo = answer.flatMap((bytes) => client.push(bytes).output);
    expect(server.push(new Uint8Array([...(echo[0] ?? []), 1, 2])).rest).toEqual(hex('0102'));
    expect([client.isDone, server.isDone]).toEqual([true, true]);
  });
});

describe('the server ends a peer that', () => {
  it.each<[string, string, (peer: RtmpPeer) => void]>([
    [
      'connects to an app with too long a name',
      'TOO_LARGE',
      (peer) => peer.call('connect', { values: [new Map([['app', 'a'.repeat(MAX_NAME_LENGTH + 1)]])] }),
    ],
    ['sends chunks without a beginning', 'INVALID', (peer) => peer.raw(hex('c5'))],
  ])('%s', (_, code, act) => {
    const peer = RtmpPeer.shaken();
    act(peer);
    expect(peer.endedBy).toBe(code);
    expect(peer.server.isEnded).toBe(true);
    expect(peer.server.deadlineMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it.each<[string, string, (peer: RtmpPeer) => void]>([
    ['publishes nothing', 'INVALID', (peer) => peer.call('publish', { streamId: 1, values: [null, '?a=b'] })],
    ['publishes a number', 'INVALID', (peer) => peer.call('publish', { streamId: 1, values: [null, 5] })],
    [
      'plays too long a name',
      'TOO_LARGE',
      (peer) => peer.call('play', { streamId: 1, values: [null, 'k'.repeat(MAX_NAME_LENGTH + 1)] }),
    ],
    [
      'publishes another name on its stream',
      'OUT_OF_ORDER',
      (peer) => {
        peer.call('publish', { streamId: 1, values: publish });
        peer.accept();
        peer.call('publish', { streamId: 1, values: [null, 'other'] });
      },
    ],
  ])('%s after connect, with a status', (_, code, act) => {
    const peer = RtmpPeer.connected();
    act(peer);
    expect(peer.endedBy).toBe(code);
    expect(peer.codes.at(-1)).toBe('NetConnection.Call.Failed');
    const before = peer.events.length;
    peer.call('createStream');
    expect(peer.events).toHaveLength(before);
  });
});

describe('a flood', () => {
  /** Returns empty messages, each a single byte on the wire. */
  const empty = (count: number) =>
    concatBytes([encodeMessage(media({ payload: hex('') }), { chunkStreamId: 4, chunkBytes: 128 }), repeated(count)]);
  const repeated = (count: number) => new Uint8Array(count).fill(0xc4);
  const pong = (): RtmpMessage => media({ typeId: messageType.userControl, payload: hex('0007 00000000') });

  it('of messages ends a peer at its allowance', () => {
    const peer = RtmpPeer.connected();
    const before = peer.server.reservedBytes;
    peer.raw(empty(65_536));
    expect([peer.endedBy, peer.server.reservedBytes - before]).toEqual(['TOO_MANY', 0]);
    expect(peer.dropped.length).toBeLessThan(50);
  });

  it('of bytes that never complete a message ends a peer', () => {
    const peer = RtmpPeer.connected();
    const chunkBytes = 1_000_000;
    peer.send([media({ typeId: messageType.setChunkSize, payload: uint32(chunkBytes) })]);
    const bytes = encodeMessage(media({ payload: new Uint8Array(chunkBytes) }), { chunkStreamId: 4, chunkBytes });
    peer.raw(bytes.subarray(0, 64 * 1024));
    expect(peer.endedBy).toBeUndefined();
    peer.raw(bytes.subarray(64 * 1024, 256 * 1024));
    expect(peer.endedBy).toBe('TOO_MANY');
    expect(peer.server.reservedBytes).toBeLessThanOrEqual(64 * 1024);
  });

  it('is more than twice what encoders and players send before their request is accepted', () => {
    const peer = RtmpPeer.connected();
    for (let at = 0; at < 30; at += 1) peer.call('FCPublish', { values: [null, 'key'] });
    peer.call('publish', { streamId: 1, values: publish });
    expect(peer.heard).toEqual(['publishRequested']);
  });

  it('ends a publisher too, but 50 Mbit/s with 400 messages a second is no flood', () => {
    const peer = RtmpPeer.publishing();
    const body = new Uint8Array(50_000_000 / 8 / 400 - 20);
    peer.raw(empty(9500)); // The peer's burst.
    for (let at = 0; at < 400 * 10; at += 1)
      peer.raw(encodeMessage(media({ payload: body }), { chunkStreamId: 3, chunkBytes: 128 }), at * 2.5);
    expect(peer.endedBy).toBeUndefined();
    peer.raw(empty(65_536), 10_000);
    expect(peer.endedBy).toBe('TOO_MANY');
  });

  it('still ends a peer that makes a further request', () => {
    const peer = RtmpPeer.publishing();
    for (let at = 0; at < 20 && peer.endedBy === undefined; at += 1) {
      for (let count = 0; count < 2000; count += 1)
        peer.raw(encodeMessage(pong(), { chunkStreamId: 3, chunkBytes: 128 }));
      if (peer.endedBy !== undefined) break;
      peer.call('closeStream', { streamId: 1 });
      peer.call('publish', { streamId: 1, values: publish });
      peer.accept();
    }
    expect(peer.endedBy).toBe('TOO_MANY');
  });

  it('of messages within an aggregate ends a peer too', () => {
    const tag = hex('08 000000 000000 00 000000 00000000');
    const peer = RtmpPeer.publishing();
    peer.send([
      media({ typeId: messageType.aggregate, payload: concatBytes(Array.from({ length: 11_000 }, () => tag)) }),
    ]);
    expect(peer.endedBy).toBe('TOO_MANY');
  });
});

describe('the time', () => {
  it('without a message ends a peer after 30 s', () => {
    const silent = fresh();
    expect(silent.deadlineMs()).toBe(IDLE_MS);
    expect(silent.tick(IDLE_MS - 1)).toEqual([]);
    expect(silent.tick(IDLE_MS)).toMatchObject([{ kind: 'ended', error: { code: 'TIMED_OUT' } }]);
    expect(silent.tick(IDLE_MS)).toEqual([]);
  });

  it('without media ends a publisher after 30 s, whatever else it sends', () => {
    const peer = RtmpPeer.publishing();
    peer.send([media()], 5000);
    for (let nowMs = 10_000; nowMs < 35_000; nowMs += 5000) {
      peer.call('FCPublish', { nowMs });
      expect(peer.server.tick(nowMs)).toEqual([]);
    }
    expect(peer.server.deadlineMs()).toBe(5000 + IDLE_MS);
    expect(peer.server.tick(5000 + IDLE_MS)).toMatchObject([
      { kind: 'ended', error: { code: 'TIMED_OUT', message: 'NO_MEDIA: no media came for 30 s' } },
    ]);
  });

  it('without a message causes a ping, and after 30 s the end', () => {
    const peer = RtmpPeer.publishing();
    peer.server.takeOutput();
    expect(peer.server.tick(PING_MS)).toEqual([]);
    expect(peer.server.takeOutput()).toHaveLength(1);
    expect(peer.server.deadlineMs()).toBe(IDLE_MS);
    peer.send([media()], 20_000);
    expect(peer.server.deadlineMs()).toBe(20_000 + PING_MS);
    peer.server.tick(30_000);
    expect(peer.server.tick(20_000 + IDLE_MS)).toMatchObject([{ kind: 'ended', error: { code: 'TIMED_OUT' } }]);
  });

  it('of media continues over the wrap of 32 bits, and may step back a little', () => {
    const peer = RtmpPeer.publishing();
    const times = [0xfffffff0, 0xffffffff, 0x10, 0xfffffff8, 0x20];
    peer.send(times.map((timestampMs) => media({ timestampMs })));
    const heard = peer.events.flatMap((event) => (event.kind === 'video' ? [event.timestampMs] : []));
    expect(heard).toEqual([0xfffffff0, 0xffffffff, 0x100000010, 0xfffffff8, 0x100000020]);
  });

  it('of media is never below zero', () => {
    const peer = RtmpPeer.publishing();
    peer.send([media({ timestampMs: 5 }), media({ timestampMs: 0xfffffffe }), media({ timestampMs: 7 })]);
    const heard = peer.events.flatMap((event) => (event.kind === 'video' ? [event.timestampMs] : []));
    expect(heard).toEqual([5, 0xfffffffe, 0x100000007]);
  });
});

describe('a publication', () => {
  it('names its app, stream and query in its request', () => {
    const peer = RtmpPeer.connected({ app: 'live/' });
    peer.call('publish', { streamId: 1, values: [null, 'key?token=a?b', 'live'] });
    expect(peer.request).toMatchObject({ app: 'live', name: 'key', query: 'token=a?b', streamId: 1 });
    expect(peer.codes).toEqual(['NetConnection.Connect.Success']);
    expect(peer.request.accept()).toBe(true);
    expect(peer.request.accept()).toBe(false);
    peer.send([]);
    expect(peer.codes.at(-1)).toBe('NetStream.Publish.Start');
  });

  it('has the query of its app if its stream name has no query', () => {
    const peer = RtmpPeer.connected({ app: 'live?token=x' });
    peer.call('publish', { streamId: 1, values: [null, 'key'] });
    expect(peer.request).toMatchObject({ app: 'live', name: 'key', query: 'token=x' });
  });

  it("is refused with the code and text of the server's owner, and the connection ends", () => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values: publish });
    peer.request.refuse('NetStream.Publish.Denied', 'the token has expired');
    peer.request.refuse('NetStream.Publish.Denied', 'twice');
    expect(peer.request.accept()).toBe(false);
    peer.send([]);
    expect(peer.server.isEnded).toBe(true);
    expect(peer.calls.filter(({ name }) => name === 'onStatus')).toMatchObject([
      {
        streamId: 1,
        values: [
          null,
          new Map(
            Object.entries({
              level: 'error',
              code: 'NetStream.Publish.Denied',
              description: 'the token has expired',
            }),
          ),
        ],
      },
    ]);
  });

  it('that its peer withdrew and requested again is not accepted by the answer to the first request', () => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values: publish });
    const early = peer.request;
    peer.call('closeStream', { streamId: 1 });
    peer.call('publish', { streamId: 1, values: publish });
    peer.accept();
    early.refuse('NetStream.Publish.Denied', 'too late');
    expect([early.accept(), peer.server.isEnded, peer.request.accept()]).toEqual([false, false, true]);
    peer.call('deleteStream', { values: [null, 1] });
    peer.call('deleteStream', { values: [null, 1] });
    expect(peer.heard).toEqual(['publishRequested', 'released', 'publishRequested', 'released']);
  });

  it('gives metadata and media, also of aggregates, with times relative to the aggregate', () => {
    const peer = RtmpPeer.publishing();
    const parts = hex('08 000001 0003e8 00 000000 af 0000000c  09 000002 0003f2 00 000000 1701 0000000d');
    peer.send([
      data('@setDataFrame', 'onMetaData', new Map([['width', 320]])),
      data('onCuePoint', new Map()),
      media({ typeId: messageType.aggregate, timestampMs: 5000, payload: parts }),
    ]);
    expect(peer.events.slice(1)).toEqual([
      { kind: 'metadata', streamId: 1, timestampMs: 0, metadata: new Map([['width', 320]]) },
      { kind: 'audio', streamId: 1, timestampMs: 5000, body: hex('af') },
      { kind: 'video', streamId: 1, timestampMs: 5010, body: hex('1701') },
    ]);
  });
});

it('that the owner closes gets the reason as an error', () => {
  const peer = RtmpPeer.publishing();
  peer.server.close('the room is over');
  peer.send([]);
  const reason = { level: 'error', code: 'NetStream.Publish.Denied', description: 'the room is over' };
  expect(peer.calls.at(-2)).toMatchObject({ streamId: 1, values: [null, new Map(Object.entries(reason))] });
  expect(peer.codes.at(-1)).toBe('NetConnection.Connect.Closed');
});

describe('a play', () => {
  it('begins, ends and begins again, and the player gets the messages that it waits for', () => {
    const peer = RtmpPeer.connected();
    for (const turn of [1, 2]) {
      peer.call('play', { streamId: 1, values: [null, 'key', -2000] });
      expect([turn, peer.request.kind, peer.request.accept()]).toEqual([turn, 'playRequested', true]);
      peer.server.endPlay(1);
      peer.server.endPlay(1);
      peer.send([]);
    }
    const turn = ['Play.Reset', 'Play.Start', 'Play.UnpublishNotify', 'Play.Stop'].map((word) => `NetStream.${word}`);
    expect(peer.codes).toEqual(['NetConnection.Connect.Success', ...turn, ...turn]);
    const controls = peer.messages.filter(({ typeId }) => typeId === messageType.userControl);
    const turnOfControls = [hex('0000 00000001'), hex('0001 00000001')];
    expect(controls.map(({ payload }) => payload)).toEqual([...turnOfControls, ...turnOfControls]);
  });

  it('ends once when the connection is closed', () => {
    const peer = RtmpPeer.connected();
    peer.call('play', { streamId: 1, values: [null, 'key'] });
    peer.request.accept();
    peer.server.close('shutting down');
    peer.server.close('shutting down');
    peer.send([]);
    expect(peer.codes.slice(3)).toEqual([
      'NetStream.Play.UnpublishNotify',
      'NetStream.Play.Stop',
      'NetConnection.Connect.Closed',
    ]);
    expect(peer.server.isEnded).toBe(true);
  });
});

describe('calls', () => {
  it('are answered with their transaction ids', () => {
    const peer = RtmpPeer.connected({ streams: 0 });
    const names = ['releaseStream', 'FCPublish', 'createStream', 'createStream', '_checkbw', 'getStreamLength'];
    for (const [index, name] of names.entries()) peer.call(name, { transactionId: index + 2, values: [null, 'key'] });
    peer.call('nonsense', { transactionId: 9 });
    peer.call('nonsense', { transactionId: 0 });
    peer.call('pause', { transactionId: 0, streamId: 1, values: [null, true, 0] });
    expect(peer.calls.slice(1).map(({ name, transactionId, values }) => [name, transactionId, values[1]])).toEqual([
      ['_result', 2, undefined],
      ['onFCPublish', 0, expect.any(Map)],
      ['_result', 3, undefined],
      ['_result', 4, 1],
      ['_result', 5, 2],
      ['_result', 6, undefined],
      ['_result', 7, 0],
      ['_error', 9, expect.any(Map)],
    ]);
  });

  it('in AMF3 messages are read like those in AMF0', () => {
    const peer = RtmpPeer.connected({ streams: 0 });
    const payload = new Uint8Array([0, ...encodeAmf0('createStream', 4, null)]);
    peer.send([media({ typeId: messageType.commandAmf3, streamId: 0, payload })]);
    expect(peer.calls.at(-1)).toMatchObject({ name: '_result', transactionId: 4, values: [null, 1] });
  });

  it('that create a stream get the lowest id that is free', () => {
    const peer = RtmpPeer.connected({ streams: 3 });
    peer.call('deleteStream', { values: [null, 2] });
    peer.call('createStream');
    expect(peer.calls.at(-1)?.values).toEqual([null, 2]);
  });
});

it('the server acknowledges bytes by the window that its peer sets, and answers pings', () => {
  const connection = RtmpPeer.publishing().server;
  connection.takeOutput();
  const window = hex(`02 000000 000004 05 00000000 ${Buffer.from(uint32(100)).toString('hex')}`);
  connection.receive(window, 0);
  // All bytes so far exceed the window.
  expect(connection.takeOutput()).toHaveLength(1);
  connection.receive(hex('42 000000 000006 04 0006 00000abc'), 0);
  const [pong] = connection.takeOutput();
  expect(pong?.subarray(12)).toEqual(Uint8Array.of(0, userControl.pingResponse, 0, 0, 0x0a, 0xbc));
  connection.receive(
    hex(`43 000000 000064 09 ${'00'.repeat(100)}`.replace('43', '03').replace('09', '09 01000000')),
    0,
  );
  expect(connection.takeOutput().map((bytes) => bytes[7])).toEqual([messageType.acknowledgement]);
  connection.receive(hex('03 000000 000001 09 01000000 00'), 0);
  expect(connection.takeOutput()).toEqual([]);
});

/**
 * Bytes of ffmpeg 5.1 to an RTMP relay: half a second of `testsrc2=size=64x64:rate=10` and `sine`, as H.264 with
 * B-frames and AAC at 44.1 kHz, mono, to `live/key?token=abc`.
 */
it('a session of ffmpeg is read that comes byte by byte', () => {
  const connection = fresh();
  const events: RtmpServerEvent[] = [];
  for (const byte of fixture('rtmp-ffmpeg-publish.bin')) {
    for (const event of connection.receive(Uint8Array.of(byte), 0)) {
      if (event.kind === 'publishRequested') event.accept();
      events.push(event);
    }
  }
  const kinds = events.map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(['publishRequested', 'metadata']);
  expect(kinds.at(-1)).toBe('released');
  const reader = new FlvMediaReader();
  const units = events.flatMap((event) =>
    event.kind === 'audio' || event.kind === 'video' ? (reader[event.kind](event.timestampMs, event.body) ?? []) : [],
  );
  const pictures = units.flatMap((unit) => (unit.kind === 'video' ? [unit] : []));
  expect(pictures.map(({ dtsMs }) => dtsMs)).toEqual([0, 100, 200, 300, 400]);
  expect(pictures.map(({ ptsMs }) => ptsMs).sort((a, b) => a - b)).toEqual([200, 300, 400, 500, 600]);
  expect(pictures.filter(({ isKey }) => isKey)).toHaveLength(2);
  expect(units.find(({ kind }) => kind === 'audioFormat')).toMatchObject({
    format: { codec: 'aac', sampleRate: 44_100, channels: 1 },
  });
});
