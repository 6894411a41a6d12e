import { parseRtcp, serialiseRtcp, serialiseRtp } from '@meridian/room-media/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import { eventually } from '../support/eventually.ts';
import { aacOf, nodeKey, type Stream, UdpRig } from '../support/udp-rig.ts';

const ssrcBytes = (ssrc: number): number[] => [ssrc >>> 24, (ssrc >>> 16) & 255, (ssrc >>> 8) & 255, ssrc & 255];

let rig: UdpRig;
beforeEach(async () => {
  rig = await UdpRig.open();
});
afterEach(() => rig.close());

describe('AAC', () => {
  const aacPacket = ({ ssrc, payloadType }: Stream, sequenceNumber: number): Uint8Array => {
    const payload = Uint8Array.of(0, 16, 0, 16, 0xaa, sequenceNumber);
    return serialiseRtp({ payloadType, marker: true, sequenceNumber, timestamp: 1024 * sequenceNumber, ssrc, payload });
  };
  const started = async () => {
    const native = await rig.native(aacOf(48_000, 2));
    const stream = (native.view.publish as Record<string, Stream>)['audio'] as Stream;
    const opusSsrc = rig.room.service.last.receivedOf('publish')[0]?.rtpParameters?.encodings?.[0]?.ssrc ?? 0;
    const send = (sequence: number): void => native.send(native.out.sealRtp(aacPacket(stream, sequence)));
    return { native, stream, opusSsrc, send };
  };
  const frames = (key: string): number[] => {
    const peer = new SrtpPeer(key);
    return rig.room.datagrams
      .filter((one) => (one[1] ?? 0) < 192)
      .flatMap((one) => peer.openRtp(one) ?? Buffer.from('forged'))
      .map((plain) => plain.at(-1) ?? -1);
  };
  it('is published as Opus under an SSRC of its own, also at the next media node', async () => {
    const { native, stream, opusSsrc, send } = await started();
    expect(stream).toMatchObject({
      mimeType: 'audio/mpeg4-generic',
      clockRate: 48_000,
      parameters: { mode: 'AAC-hbr' },
    });
    expect(opusSsrc).not.toBe(stream.ssrc);
    expect(rig.room.service.last.receivedOf('publish')[0]?.track?.mimeType).toBe('audio/opus');
    for (const sequence of [1, 2, 3]) send(sequence);
    await eventually(() => expect(rig.room.packets).toHaveLength(3));
    expect(new Set(rig.room.packets.map(({ ssrc }) => ssrc))).toEqual(new Set([opusSsrc]));
    expect(frames(native.view.srtp.sendKey)).toEqual([1, 2, 3]);

    rig.room.answer = rig.keyed(3, 4);
    rig.room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(rig.room.service.joins).toHaveLength(2));
    await eventually(async () => {
      const { publish } = (await rig.get(native.view.id)).json();
      expect(publish.audio.trackId).not.toBe(stream.trackId);
    });
    rig.room.datagrams.length = 0;
    send(4);
    await eventually(() => expect(rig.room.packets).toHaveLength(4));
    expect(frames(rig.room.service.joins[1]?.sendEndpoint?.plain?.srtp?.keyBase64 ?? '')).toEqual([4]);
  });
  it('that is lost is requested; Opus that the media node misses is resent', async () => {
    const { native, stream, opusSsrc, send } = await started();
    send(1);
    send(3);
    await eventually(() => expect(rig.room.packets).toHaveLength(1));
    await eventually(() => {
      rig.room.clock.advance(20);
      expect(native.socket.got.length).toBeGreaterThan(0);
    });
    const feedback = new SrtpPeer(nodeKey(1));
    const asked = native.socket.got.flatMap((one) => parseRtcp(feedback.openRtcp(one) ?? one) ?? []);
    expect(asked).toContainEqual(
      expect.objectContaining({ type: 'nack', mediaSsrc: stream.ssrc, sequenceNumbers: [2] }),
    );
    send(2);
    await eventually(() => expect(rig.room.packets).toHaveLength(3));
    expect(frames(native.view.srtp.sendKey)).toEqual([1, 2, 3]);
    const second = rig.room.datagrams.find((one) => one[3] === ((rig.room.packets[1]?.sequenceNumber ?? 0) & 255));
    const wanted = { senderSsrc: 0, mediaSsrc: opusSsrc, sequenceNumbers: [rig.room.packets[1]?.sequenceNumber ?? 0] };
    rig.room.send([feedback.sealRtcp(serialiseRtcp([{ type: 'nack', ...wanted }]))]);
    await eventually(() => expect(rig.room.packets).toHaveLength(4));
    expect(rig.room.datagrams.filter((one) => one[1] === second?.[1]).at(-1)).toEqual(second);
  });
  it('that is malformed makes no sound', async () => {
    const { native, stream, send } = await started();
    const { ssrc, payloadType } = stream;
    for (const payload of [Uint8Array.of(0), Uint8Array.of(0xff, 0xff, 1), Uint8Array.of(0, 16, 0xff, 0xff, 1)])
      native.send(
        native.out.sealRtp(
          serialiseRtp({ payloadType, marker: true, sequenceNumber: payload.length, timestamp: 1, ssrc, payload }),
        ),
      );
    native.send(
      native.out.sealRtp(Uint8Array.from([0x8f, payloadType, 0, 8, ...new Uint8Array(4), ...ssrcBytes(ssrc)])),
    );
    await rig.settled(native);
    rig.room.clock.advance(1000);
    for (const sequence of [10, 11]) send(sequence);
    rig.room.clock.advance(1000);
    await eventually(() => {
      rig.room.clock.advance(20);
      expect(rig.room.packets).toHaveLength(2);
    });
    expect(frames(native.view.srtp.sendKey)).toEqual([10, 11]);
  });
});
