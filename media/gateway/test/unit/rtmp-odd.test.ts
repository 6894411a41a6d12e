import { describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { type AmfValue, encodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import type { DropKind } from '../../src/core/rtmp/drops.ts';
import { IDLE_MS, MAX_STREAMS } from '../../src/core/rtmp/server.ts';
import { RtmpPeer } from '../support/rtmp-peer.ts';

const message = (typeId: number, payload = '', streamId = 1): RtmpMessage => ({
  typeId,
  streamId,
  timestampMs: 40,
  payload: hex(payload),
});
const picture = (streamId = 1): RtmpMessage => message(messageType.video, '17', streamId);
const data = (...values: AmfValue[]): RtmpMessage => ({ ...message(18), payload: encodeAmf0(...values) });
const publish: AmfValue[] = [null, 'key', 'live'];
const app = new Map([['app', 'live']]);

type Odd = [string, DropKind, (peer: RtmpPeer) => void];
const anywhere: Odd[] = [
  ['a shared object', 'messageType', (peer) => peer.send([message(19)])],
  ['a message of type 7', 'messageType', (peer) => peer.send([message(7)])],
  ['a message of type 0', 'messageType', (peer) => peer.send([message(0, 'ffff', 0)])],
  ['a shared object in AMF3', 'messageType', (peer) => peer.send([message(16, '00')])],
  ['a window without its size', 'control', (peer) => peer.send([message(messageType.windowAckSize)])],
  ['an abort without its stream', 'control', (peer) => peer.send([message(messageType.abort, '00')])],
  ['an event without its type', 'control', (peer) => peer.send([message(messageType.userControl, '00')])],
  ['an empty command', 'command', (peer) => peer.send([message(messageType.command)])],
  ['a command in AMF3 values', 'command', (peer) => peer.send([message(messageType.commandAmf3, '11')])],
  ['a command whose name is a number', 'command', (peer) => peer.send([message(messageType.command, '00'.repeat(9))])],
  ['media of a stream that was not created', 'stream', (peer) => peer.send([picture(7)])],
  ['metadata of a stream that was not created', 'stream', (peer) => peer.send([{ ...data('x'), streamId: 7 }])],
];

describe('a message is dropped and counted, and the peer can still publish:', () => {
  it.each<Odd>([...anywhere, ['media before connect', 'stream', (peer) => peer.send([picture()])]])(
    'before connect, %s',
    (_, kind, act) => {
      const peer = RtmpPeer.shaken();
      act(peer);
      expect(peer.dropped).toEqual([kind]);
      peer.call('connect', { values: [app] });
      peer.call('createStream');
      peer.call('publish', { streamId: 1, values: publish });
      peer.accept();
      peer.send([picture()]);
      expect([peer.heard, peer.dropped]).toEqual([['publishRequested', 'video'], [kind]]);
    },
  );

  it.each<Odd>([
    ...anywhere,
    ['media before the request', 'stream', (peer) => peer.send([picture()])],
    ['media on stream 0 before the request', 'stream', (peer) => peer.send([picture(0)])],
    ['metadata before the request', 'stream', (peer) => peer.send([data('onMetaData', new Map())])],
    ['a second connect', 'commandOrder', (peer) => peer.call('connect', { values: [new Map([['app', 'other']])] })],
    ['a request on no stream', 'commandOrder', (peer) => peer.call('publish', { streamId: 2, values: publish })],
    [
      'a stream beyond the bound',
      'commandOrder',
      (peer) => {
        for (let stream = 0; stream < MAX_STREAMS; stream++) peer.call('createStream');
        expect(peer.calls.at(-1)?.name).toBe('_error');
      },
    ],
  ])('before publish, %s', (_, kind, act) => {
    const peer = RtmpPeer.connected();
    act(peer);
    expect(peer.dropped).toEqual([kind]);
    peer.call('publish', { streamId: 1, values: publish });
    expect(peer.request.app).toBe('live');
    peer.accept();
    peer.send([picture()]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested', 'video'], [kind]]);
  });

  const publishing: Odd[] = [
    ...anywhere,
    ['data of an encoder', 'data', (peer) => peer.send([data('onFI', new Map())])],
    ['metadata that is no object', 'metadata', (peer) => peer.send([data('@setDataFrame', 'onMetaData', 1)])],
    ['metadata that is cut', 'metadata', (peer) => peer.send([message(messageType.data, '02 0005 61')])],
    ['metadata in AMF3 values', 'metadata', (peer) => peer.send([message(messageType.dataAmf3, '0a')])],
    ['metadata with a reference', 'metadata', (peer) => peer.send([message(messageType.data, '07 0001')])],
    ['empty data', 'data', (peer) => peer.send([message(messageType.data)])],
    ['an aggregate that is cut', 'aggregate', (peer) => peer.send([message(22, '09 000005 000000 00 000000 17')])],
    ['an aggregate of 2^24-1 bytes', 'aggregate', (peer) => peer.send([message(22, '09 ffffff 000000 00 000000')])],
    [
      'an aggregate in an aggregate',
      'aggregate',
      (peer) => peer.send([message(22, '16 000001 000000 00 000000 05 0000000c')]),
    ],
    [
      'a command in an aggregate',
      'aggregate',
      (peer) => peer.send([message(22, '14 000001 000000 00 000000 05 0000000c')]),
    ],
    ['the same request again', 'commandOrder', (peer) => peer.call('publish', { streamId: 1, values: publish })],
    ['a second connect', 'commandOrder', (peer) => peer.call('connect', { values: [app] })],
  ];
  it.each(publishing)('while it publishes, %s', (_, kind, act) => {
    const peer = RtmpPeer.publishing();
    act(peer);
    peer.send([picture(), message(messageType.audio, 'af')]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested', 'video', 'audio'], [kind]]);
  });

  it.each(publishing)('before the answer to publish, %s', (_, kind, act) => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values: publish });
    act(peer);
    peer.send([picture()]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested'], []]);
    peer.accept();
    peer.send([message(messageType.audio, 'af')]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested', 'video', 'audio'], [kind]]);
  });

  it('media after closeStream', () => {
    const peer = RtmpPeer.publishing();
    peer.call('closeStream', { streamId: 1 });
    peer.send([picture(), picture(0)]);
    peer.call('publish', { streamId: 1, values: publish });
    peer.accept();
    peer.send([picture()]);
    expect(peer.heard).toEqual(['publishRequested', 'released', 'publishRequested', 'video']);
    expect(peer.dropped).toEqual(['stream', 'stream']);
  });

  it('media on the stream that it plays', () => {
    const peer = RtmpPeer.connected({ streams: 2 });
    peer.call('play', { streamId: 1, values: [null, 'key'] });
    peer.accept();
    peer.send([picture()]);
    peer.call('publish', { streamId: 2, values: publish });
    peer.accept();
    peer.send([picture(2)]);
    expect([peer.heard, peer.dropped]).toEqual([['playRequested', 'publishRequested', 'video'], ['stream']]);
  });
});

describe('a publication', () => {
  it.each<[string, AmfValue[]]>([
    ['record', [null, 'key', 'record']],
    ['append', [null, 'key', 'append']],
    ['null', [null, 'key', null]],
    ['a number', [null, 'key', 5]],
    ['no type', [null, 'key']],
  ])('of type %s is live', (_, values) => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values });
    peer.accept();
    peer.send([picture()]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested', 'video'], []]);
  });

  it('sends data without effect, which are no drops', () => {
    const peer = RtmpPeer.publishing();
    peer.send([data('@clearDataFrame', 'onMetaData'), data('|RtmpSampleAccess', true, true)]);
    expect([peer.heard, peer.dropped]).toEqual([['publishRequested'], []]);
  });

  it('that is asked for on stream 0 is of the only idle stream', () => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 0, values: publish });
    expect(peer.request).toMatchObject({ streamId: 1, name: 'key' });
  });

  it('without an app or before connect is asked for with an empty app, which its owner refuses', () => {
    for (const values of [[], [new Map()], undefined]) {
      const peer = RtmpPeer.shaken();
      if (values !== undefined) peer.call('connect', { values });
      peer.call('createStream');
      peer.call('publish', { streamId: 1, values: publish });
      expect(peer.request).toMatchObject({ app: '', name: 'key' });
    }
  });

  it('gets media that come on stream 0, if it is the only one', () => {
    const peer = RtmpPeer.connected({ streams: 2 });
    peer.call('publish', { streamId: 1, values: publish });
    peer.accept();
    peer.send([picture(0), { ...data('onMetaData', new Map()), streamId: 0 }]);
    expect(peer.events.slice(1)).toMatchObject([
      { kind: 'video', streamId: 1 },
      { kind: 'metadata', streamId: 1 },
    ]);
    peer.call('publish', { streamId: 2, values: [null, 'other'] });
    peer.accept();
    peer.send([picture(0)]);
    expect(peer.dropped).toEqual(['stream']);
  });

  it('takes what is readable of odd messages: metadata of AMF3 messages, and the parts before an odd one', () => {
    const peer = RtmpPeer.publishing();
    const metadata = encodeAmf0('onMetaData', new Map([['width', 320]]));
    const parts =
      '08 000001 0003e8 00 000000 af 0000000c  14 000001 0003e8 00 000000 05 0000000c  09 000001 0003e8 00 000000 17';
    peer.send([
      { ...message(messageType.dataAmf3), payload: new Uint8Array([0, ...metadata]) },
      { ...message(messageType.dataAmf3), payload: metadata },
      message(messageType.aggregate, `${parts} 0000000c 09 0000`),
    ]);
    expect(peer.heard.slice(1)).toEqual(['metadata', 'metadata', 'audio', 'video']);
    expect(peer.dropped).toEqual(['aggregate', 'aggregate']);
  });

  it('with nothing but odd input ends after 30 s, with the names of what was dropped', () => {
    const peer = RtmpPeer.publishing();
    for (let nowMs = 1000; nowMs < IDLE_MS; nowMs += 1000) peer.send([message(19), picture(9), picture(9)], nowMs);
    expect(peer.server.tick(IDLE_MS)).toMatchObject([
      {
        kind: 'ended',
        error: {
          code: 'TIMED_OUT',
          message:
            'NO_MEDIA: no media came for 30 s; dropped: 58 × messages on a stream that publishes nothing, 29 × messages of an unknown type',
        },
      },
    ]);
    peer.send([]);
    const [, status] = peer.calls.at(-1)?.values ?? [];
    expect(status instanceof Map && status.get('description')).toContain('58 × messages on a stream');
  });
});

describe('what comes before the answer to a request', () => {
  const asked = (): RtmpPeer => {
    const peer = RtmpPeer.connected();
    peer.call('publish', { streamId: 1, values: publish });
    return peer;
  };

  it('is delivered in order after it is accepted', () => {
    const peer = asked();
    const times = Array.from({ length: 300 }, (_, at) => at);
    peer.send(times.map((timestampMs) => ({ ...picture(), timestampMs })));
    expect(peer.heard).toEqual(['publishRequested']);
    expect(peer.server.heldBytes).toBeGreaterThan(300 * 13);
    peer.accept();
    const heard = peer.events.flatMap((event) => (event.kind === 'video' ? [event.timestampMs] : []));
    expect([heard, peer.dropped, peer.server.heldBytes, peer.endedBy]).toEqual([times, [], 0, undefined]);
  });

  it('is delivered too if it came in one piece with the request', () => {
    const [peer, copy] = [RtmpPeer.connected(), RtmpPeer.connected()];
    const pieces: Uint8Array[] = [];
    copy.raw = (bytes) => void pieces.push(bytes);
    copy.call('publish', { streamId: 1, values: publish });
    copy.send([picture(), picture()]);
    peer.raw(new Uint8Array(Buffer.concat(pieces)));
    expect(peer.heard).toEqual(['publishRequested']);
    peer.accept();
    expect(peer.heard).toEqual(['publishRequested', 'video', 'video']);
  });

  it('costs no allowance until then, and is held to the rate of publishers afterwards', () => {
    const peer = asked();
    for (let at = 0; at < 250; at += 1) peer.raw(new Uint8Array(30_000).fill(0xc3));
    expect(peer.endedBy).toBeUndefined();
    peer.accept();
    expect(peer.endedBy).toBe('TOO_MANY');
  });

  it.each<[string, (peer: RtmpPeer) => void]>([
    ['refused', (peer) => peer.request.refuse('NetStream.Publish.Denied', 'no')],
    ['ended by its owner', (peer) => peer.server.close('over')],
    ['ended by silence', (peer) => void peer.server.tick(IDLE_MS)],
  ])('is freed when the connection is %s', (_, end) => {
    const peer = asked();
    peer.send([picture()]);
    end(peer);
    expect([peer.server.isEnded, peer.server.heldBytes]).toEqual([true, 0]);
    expect(peer.server.resume(IDLE_MS)).toEqual([]);
    peer.send([picture()], IDLE_MS);
    expect(peer.server.heldBytes).toBe(0);
  });

  it('counts with more than its bytes if it comes in small pieces', () => {
    const peer = asked();
    for (let at = 0; at < 100; at += 1) peer.raw(hex('00'));
    expect(peer.server.heldBytes).toBeGreaterThan(50_000);
  });
});
