import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import { eventually } from '../support/eventually.ts';
import { refusal } from '../support/scripted-room.ts';
import { type Native, nodeKey, packet, report, type Stream, UdpRig, type View } from '../support/udp-rig.ts';

let rig: UdpRig;
beforeEach(async () => {
  rig = await UdpRig.open({
    ip: `127.78.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`,
    portMin: 22_000,
    portMax: 22_009,
  });
});
afterEach(() => rig.close());

describe('a native client whose media node dies', () => {
  const rejoined = async (native: Native, joins: number): Promise<View> => {
    rig.room.answer = rig.keyed(3, 4);
    rig.room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(rig.room.service.joins).toHaveLength(joins));
    await eventually(() => expect(rig.room.service.last.receivedOf('publish')).toHaveLength(2));
    return (await rig.get(native.view.id)).json();
  };
  it('sends on with its key and SSRCs, whatever has wrapped; the next node gets datagrams under another key', async () => {
    const native = await rig.native();
    for (const sequence of [65_534, 65_535, 0, 1]) native.send(native.rtp(sequence));
    await eventually(() => expect(rig.room.packets).toHaveLength(4));
    const payload = { video: { muted: true } };
    await rig.http.inject({ method: 'PATCH', url: `/v1/udp/${native.view.id}`, payload });
    const after = await rejoined(native, 2);
    expect(after.srtp).toMatchObject({
      sendKey: native.view.srtp.sendKey,
      feedbackKey: nodeKey(3),
      recvKey: nodeKey(4),
    });
    expect(after).toMatchObject({ rtcpSsrc: native.view.rtcpSsrc, receive: [] });
    const { ssrc, muted, trackId } = (after.publish as Record<string, Stream>)['video'] as Stream;
    expect([ssrc, muted, trackId === native.video.trackId]).toEqual([native.video.ssrc, true, false]);
    expect(rig.room.service.last.receivedOf('publish')[0]?.track).toMatchObject({ trackId, muted: true });

    const key = rig.room.service.joins[1]?.sendEndpoint?.plain?.srtp?.keyBase64 ?? '';
    expect(key).not.toBe(native.view.srtp.sendKey);
    const node = new SrtpPeer(key);
    const before = rig.room.datagrams.length;
    native.send(native.rtp(2));
    native.send(native.rtp(3));
    native.send(native.report());
    await eventually(() => expect(rig.room.datagrams).toHaveLength(before + 4));
    const [two, three, heard] = rig.room.datagrams.slice(before);
    expect([two, three].map((one) => node.openRtp(one ?? Buffer.alloc(22)))).toEqual(
      [2, 3].map((sequence) => Buffer.from(packet(native.video, sequence))),
    );
    expect(node.openRtcp(heard ?? Buffer.alloc(22))).toEqual(Buffer.from(report(native.view.rtcpSsrc)));
  });
  it('continues at a node of another host, by the address for other hosts', async () => {
    const native = await rig.native();
    const { joined } = rig.keyed(3, 4);
    rig.keyed = () => rig.room.joined({ ...joined, isElsewhere: true });
    await rejoined(native, 2);
    const { plain, elsewhere } = rig.room.service.joins[1]?.sendEndpoint ?? {};
    expect([plain?.ip, elsewhere?.ip?.startsWith('127.78.')]).toEqual(['127.0.0.1', true]);
    expect(elsewhere?.srtp).toEqual(plain?.srtp);
    const before = rig.room.datagrams.length;
    native.send(native.rtp(2));
    await eventually(() => expect(rig.room.datagrams.length).toBeGreaterThan(before));
    expect(rig.room.sentFrom).toEqual({ ip: elsewhere?.ip, port: elsewhere?.port });
    const node = new SrtpPeer(elsewhere?.srtp?.keyBase64 ?? '');
    expect(node.openRtp(rig.room.datagrams.at(-1) ?? Buffer.alloc(22))).toEqual(Buffer.from(packet(native.video, 2)));
    rig.room.answerMedia([Buffer.from('to the client')], true);
    await eventually(() => expect(native.socket.got.map(String)).toEqual(['to the client']));
  });
  it('sends nothing to the next node before that node accepts it', async () => {
    const native = await rig.native();
    native.send(native.rtp(1));
    await eventually(() => expect(rig.room.packets).toHaveLength(1));
    rig.room.service.answerOther = ({ publish }) => (publish == null ? { ack: {} } : undefined);
    await rejoined(native, 2);
    native.send(native.rtp(2));
    await rig.settled(native);
    expect(rig.room.packets).toHaveLength(1);
    rig.room.service.answerOther = () => ({ ack: {} });
    for (const frame of rig.room.service.last.received.filter(({ publish }) => publish != null))
      rig.room.service.last.sendFrame({ replyTo: frame.requestId, ack: {} });
    await eventually(async () => {
      native.send(native.rtp(3 + rig.room.datagrams.length));
      await rig.settled(native);
      expect(rig.room.packets.length).toBeGreaterThan(1);
    });
  });
  it('gets the reason when the next node refuses a track', async () => {
    const native = await rig.native();
    rig.room.service.answerOther = ({ publish }) => (publish == null ? { ack: {} } : refusal('TRACK_LIMIT'));
    rig.room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(async () => expect((await rig.get(native.view.id)).statusCode).toBe(410));
    expect((await rig.get(native.view.id)).json().code).toBe('TRACK_LIMIT');
  });
});

it('a native client whose media node ignores its media is at the next node after 3 s', async () => {
  const native = await rig.native();
  native.send(native.rtp(1));
  await eventually(() => expect(rig.room.packets).toHaveLength(1));
  rig.room.answerMedia([Buffer.from('a word')]);
  await eventually(() => expect(native.socket.got.map(String)).toEqual(['a word']));
  rig.room.service.answerOther = ({ askTrackStats }) => (askTrackStats == null ? { ack: {} } : undefined);
  for (let sequence = 2; sequence < 34; sequence += 1) {
    rig.room.clock.advance(100);
    native.send(native.rtp(sequence));
    await eventually(() => expect(rig.room.packets.at(-1)?.sequenceNumber).toBe(sequence));
  }
  await eventually(() => expect(rig.room.service.joins).toHaveLength(2));
});
