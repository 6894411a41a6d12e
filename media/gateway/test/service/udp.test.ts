// Tests native clients over real sockets: hostile datagrams first, then media in both directions.
import { type RtpParameters, rtpParametersToWire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import { SILENCE_MS } from '../../src/udp/session.ts';
import { eventually } from '../support/eventually.ts';
import { aacOf, both, nodeKey, packet, report, type Stream, UdpRig, type View } from '../support/udp-rig.ts';

let rig: UdpRig;
beforeEach(async () => {
  rig = await UdpRig.open();
});
afterEach(() => rig.close());

describe('a datagram changes nothing and gets no answer', () => {
  it('that is not SRTP, of an unknown client, of another key, or a replay, wherever it comes from', async () => {
    const native = await rig.native();
    const foreign = await rig.socket();
    const real = native.rtp(1);
    const report1 = native.report();
    const forger = new SrtpPeer(nodeKey(99));
    const hostile = [
      ...[Buffer.alloc(0), Buffer.alloc(2000, 0x80), Buffer.from('000100002112a442', 'hex'), Buffer.alloc(100, 0x13)],
      forger.sealRtp(packet(native.video, 1)),
      forger.sealRtcp(report(native.view.rtcpSsrc)),
      native.out.sealRtp(packet({ ...native.video, ssrc: 77 }, 1)),
      real.subarray(0, -1),
      Buffer.concat([real, Buffer.alloc(1)]),
    ];
    for (const datagram of hostile) native.send(datagram, foreign);
    await eventually(() => expect(rig.dropped()).toBe(hostile.length));
    expect(rig.room.datagrams).toEqual([]);
    native.send(real);
    native.send(report1);
    await eventually(() => expect(rig.room.datagrams).toHaveLength(3)); // Reports go to both transports.
    for (const datagram of [real, report1]) native.send(datagram, foreign);
    await eventually(() => expect(rig.dropped()).toBe(hostile.length + 2));
    rig.room.send([Uint8Array.of(0x80, 1, 2, 3)]);
    await eventually(() => expect(native.socket.got).toHaveLength(1));
    expect([rig.room.datagrams.length, foreign.got]).toEqual([3, []]);
  });
  it('that is RTP under the SSRC for reports', async () => {
    const native = await rig.native();
    native.send(native.out.sealRtp(packet({ ...native.video, ssrc: native.view.rtcpSsrc }, 1)));
    await rig.settled(native);
    expect(rig.room.packets.filter(({ ssrc }) => ssrc === native.view.rtcpSsrc)).toEqual([]);
  });
  it('after the end of its session', async () => {
    const native = await rig.native();
    expect((await rig.http.inject({ method: 'DELETE', url: `/v1/udp/${native.view.id}` })).statusCode).toBe(204);
    native.send(native.rtp(1));
    await eventually(() => expect(rig.dropped()).toBe(1));
    expect((await rig.get(native.view.id)).statusCode).toBe(404);
    expect(rig.room.service.last.closedWith).toBe(1000);
  });
  it('of a wrong key, beyond a hundred a second, and others of its address are blocked only briefly', async () => {
    const [good, native] = [await rig.native(), await rig.native()];
    good.send(good.rtp(1));
    await eventually(() => expect(rig.room.packets).toHaveLength(1));
    const forger = new SrtpPeer(nodeKey(99));
    for (let at = 0; at < 150; at++) native.send(forger.sealRtp(packet(native.video, at)));
    native.send(native.rtp(1)); // The client's address is not known yet.
    good.send(good.rtp(2));
    await eventually(() => expect(rig.room.packets).toHaveLength(2));
    expect(rig.room.packets.map(({ ssrc }) => ssrc)).toEqual([good.video.ssrc, good.video.ssrc]);
    rig.room.clock.advance(1000);
    native.send(native.rtp(2));
    await eventually(() => expect(rig.room.packets).toHaveLength(3));
  });
});

describe('a native client', () => {
  it('gets its keys and streams, and joins with them', async () => {
    const response = await rig.call({ ...both, decodes: ['h264'] });
    const view: View = response.json();
    expect([response.statusCode, response.headers['location']]).toEqual([201, `/v1/udp/${view.id}`]);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(view).toMatchObject({
      address: { ip: '127.0.0.1', port: rig.listener.port },
      srtp: { suite: 'AES_CM_128_HMAC_SHA1_80', feedbackKey: nodeKey(1), recvKey: nodeKey(2) },
      publish: {
        video: { payloadType: 105, mimeType: 'video/H264', clockRate: 90_000, muted: false },
        audio: { payloadType: 100, mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      },
      receive: [],
      participants: [{ identity: 'ann' }],
    });
    const [join] = rig.room.service.joins;
    expect(join).toMatchObject({ protocol: 'udp', manualSubscribe: false });
    for (const plain of [join?.sendEndpoint?.plain, join?.recvEndpoint?.plain])
      expect(plain?.srtp).toMatchObject({ cryptoSuite: view.srtp.suite, keyBase64: view.srtp.sendKey });
    expect(join?.recvRtpCapabilities?.codecs?.map(({ mimeType }) => mimeType?.toLowerCase())).toEqual([
      ...['video/h264', 'video/h264', 'video/h264', 'audio/opus'],
    ]);
    const published = rig.room.service.last.receivedOf('publish');
    expect(published.map(({ rtpParameters }) => rtpParameters?.encodings?.[0]?.ssrc)).toEqual(
      Object.values(view.publish as Record<string, Stream>).map(({ ssrc }) => ssrc),
    );
    // Media nodes compute capture times by all reports of one CNAME, and browsers synchronise its streams.
    expect(new Set(published.map(({ rtpParameters }) => rtpParameters?.cname)).size).toBe(1);
  });
  it('with AAC has another CNAME for the clock of that sound, by which the gateway reports', async () => {
    await rig.native({ publish: { ...both.publish, ...aacOf(48_000, 2).publish } });
    const names = rig.room.service.last.receivedOf('publish').map(({ rtpParameters }) => rtpParameters?.cname);
    expect(new Set(names).size).toBe(2);
  });
  it('of one direction has one endpoint and one key', async () => {
    const sends = await rig.native({ publish: { audio: { codec: 'opus' } } });
    expect([rig.room.service.joins[0]?.recvEndpoint, rig.room.service.last.receivedOf('publish').length]).toEqual([
      null,
      1,
    ]);
    expect(Object.keys(sends.view.publish)).toEqual(['audio']);
    const receives = await rig.native({ subscribe: true });
    expect([rig.room.service.joins[1]?.sendEndpoint, rig.room.service.last.receivedOf('publish').length]).toEqual([
      null,
      0,
    ]);
    expect(receives.view.publish).toEqual({});
  });
  it('has its media forwarded unchanged in both directions', async () => {
    const native = await rig.native();
    const sent = [native.rtp(1), native.rtp(2)];
    for (const datagram of sent) native.send(datagram);
    await eventually(() => expect(rig.room.datagrams).toHaveLength(2));
    expect(rig.room.datagrams.map((one) => Buffer.from(one))).toEqual(sent);
    const back = Uint8Array.from({ length: 60 }, (_, at) => 0x80 + at);
    rig.room.send([back]);
    await eventually(() => expect(native.socket.got).toEqual([Buffer.from(back)]));
  });
  it('keeps its address while it sends from there, and changes it after a second of silence', async () => {
    const native = await rig.native();
    const other = await rig.socket();
    native.send(native.rtp(1));
    await eventually(() => expect(rig.room.packets).toHaveLength(1));
    native.send(native.rtp(2), other);
    await eventually(() => expect(rig.room.packets).toHaveLength(2));
    rig.room.send([Uint8Array.of(0x80, 1)]);
    await eventually(() => expect(native.socket.got).toHaveLength(1));
    rig.room.clock.advance(1000);
    native.send(native.rtp(3), other);
    await eventually(() => expect(rig.room.packets).toHaveLength(3));
    rig.room.send([Uint8Array.of(0x80, 2)]);
    await eventually(() => expect(other.got).toHaveLength(1));
    expect(native.socket.got).toHaveLength(1);
  });
  it('without an authentic datagram for 30 s is gone, while a client that sends only reports stays', async () => {
    const native = await rig.native();
    for (let turn = 0; turn < 4; turn++) {
      rig.room.clock.advance(SILENCE_MS - 1000);
      await rig.settled(native);
    }
    for (let second = 0; second < SILENCE_MS / 1000; second++) {
      native.send(new SrtpPeer(nodeKey(99)).sealRtp(packet(native.video, second)));
      rig.room.clock.advance(1000);
    }
    const last = await rig.get(native.view.id);
    expect([last.statusCode, last.json().code]).toEqual([410, 'PING_TIMEOUT']);
  });
});

describe('the media that a native client receives', () => {
  const rtp: RtpParameters = {
    mid: 'video',
    codecs: [{ mimeType: 'video/H264', payloadType: 105, clockRate: 90_000, parameters: {} }],
    encodings: [{ ssrc: 4242 }],
  };
  it('are described in the answer to a waiting request, and begin when the client has an address', async () => {
    const native = await rig.native();
    const { version } = (await rig.get(native.view.id)).json();
    const waiting = rig.get(native.view.id, `?after=${version}`);
    rig.room.subscribe({ trackId: 'TR_video', consumerId: 'c1', rtp });
    const answered: View = (await waiting).json();
    expect(answered.version).toBeGreaterThan(version);
    const { receive } = (await rig.get(native.view.id)).json();
    expect(receive).toEqual([
      expect.objectContaining({ trackId: 'TR_video', kind: 'video', ssrc: 4242, identity: 'ann', muted: false }),
    ]);
    expect(rig.room.service.last.receivedOf('subscriptionsReady')).toEqual([]);
    native.send(native.report());
    await eventually(() => expect(rig.room.service.last.receivedOf('subscriptionsReady')).toHaveLength(1));
    expect(rig.room.service.last.receivedOf('subscriptionsReady')[0]?.consumerIds).toEqual(['c1']);
  });
  it('are described again when they move, are muted, or end', async () => {
    const native = await rig.native();
    rig.room.subscribe({ trackId: 'TR_video', consumerId: 'c1', rtp });
    const receives = (row: object | undefined) =>
      eventually(async () => {
        const { receive } = (await rig.get(native.view.id)).json();
        expect(receive).toEqual(row === undefined ? [] : [expect.objectContaining(row)]);
      });
    await receives({ ssrc: 4242, muted: false });
    const muted = { sessionId: 'PA_ann', trackId: 'TR_video', muted: true };
    rig.room.service.last.sendFrame({ roomEvents: { roomEpoch: 1, events: [{ seq: 3, trackMuted: muted }] } });
    await receives({ ssrc: 4242, muted: true });
    rig.room.service.last.sendFrame({
      subscriptionRemoved: { consumerId: 'c1', trackId: 'TR_video', reason: 'UNPUBLISHED' },
    });
    await receives(undefined);
  });
  it('have two streams while they move, until the new stream comes; then the media node may end the old stream', async () => {
    const native = await rig.native();
    native.send(native.report());
    const ssrcs = (...of: number[]) =>
      eventually(async () =>
        expect((await rig.get(native.view.id)).json().receive.map(({ ssrc }: Stream) => ssrc)).toEqual(of),
      );
    const of = (ssrc: number): RtpParameters => Object.assign({}, rtp, { encodings: [{ ssrc }] });
    const { last } = rig.room.service;
    const moveTo = (consumerId: string, ssrc: number, oldConsumerId: string): void => {
      const row = { trackId: 'TR_video', consumerId, publisherSessionId: 'PA_ann', kind: 2 };
      const subscription = Object.assign({ rtpParameters: rtpParametersToWire(of(ssrc)) }, row);
      last.sendFrame({ trackMoved: { trackId: row.trackId, trackEpoch: 5, oldConsumerId, subscription } });
    };
    rig.room.subscribe({ trackId: 'TR_video', consumerId: 'catch-up', rtp: of(1) });
    await ssrcs(1);
    moveTo('original', 2, 'catch-up');
    await ssrcs(1, 2);
    const ready = () => last.receivedOf('subscriptionsReady').flatMap(({ consumerIds }) => consumerIds);
    await eventually(() => expect(ready()).toEqual(['catch-up', 'original']));
    // Neither the old stream nor a report of the new one counts as the new stream's picture.
    const sealed = new SrtpPeer(nodeKey(2));
    const [before, first] = [1, 2].map((ssrc) => sealed.sealRtp(packet({ ...native.video, ssrc }, 1)));
    rig.room.send([before ?? Buffer.alloc(0), sealed.sealRtcp(report(2))]);
    await eventually(() => expect(native.socket.got).toHaveLength(2));
    expect(last.receivedOf('trackMoveDone')).toEqual([]);
    await ssrcs(1, 2);
    rig.room.send([first ?? Buffer.alloc(0)]);
    await ssrcs(2);
    expect(last.receivedOf('trackMoveDone')).toMatchObject([
      { trackId: 'TR_video', oldConsumerId: 'catch-up', trackEpoch: 5 },
    ]);
    // A new stream that ends before its first packet ends the old stream too.
    moveTo('next', 3, 'original');
    await ssrcs(2, 3);
    last.sendFrame({ subscriptionRemoved: { consumerId: 'next', trackId: 'TR_video', reason: 'UNPUBLISHED' } });
    await ssrcs();
  });
  it('are waited for by a single request, no longer than 25 s, and not beyond the end', async () => {
    const native = await rig.native();
    const first = rig.get(native.view.id, '?after=999');
    await eventually(() => expect(rig.room.clock.pendingTimers).toBeGreaterThan(1));
    const second = rig.get(native.view.id, '?after=999');
    expect((await first).statusCode).toBe(200);
    await rig.settled(native);
    rig.room.clock.advance(25_000);
    expect((await second).statusCode).toBe(200);
    const third = rig.get(native.view.id, '?after=999');
    await eventually(() => expect(rig.room.clock.pendingTimers).toBeGreaterThan(1));
    rig.room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: 'removed', reconnect: false } });
    const last = await third;
    expect([last.statusCode, last.json().code]).toEqual([410, 'KICKED']);
    expect((await rig.get(native.view.id)).json().code).toBe('KICKED');
  });
});

describe('the tracks of a native client', () => {
  it('are muted by itself and by others, which its description shows', async () => {
    const native = await rig.native();
    const payload = { audio: { muted: true } };
    const view = (await rig.http.inject({ method: 'PATCH', url: `/v1/udp/${native.view.id}`, payload })).json();
    const { audio, video } = view.publish as Record<string, Stream>;
    expect([audio?.muted, video?.muted]).toEqual([true, false]);
    expect(rig.room.service.last.receivedOf('setTrackMuted')).toMatchObject([{ trackId: audio?.trackId, muted: true }]);
    const own = { sessionId: 'PA_gateway', track: { trackId: native.video.trackId, kind: 2, source: 1 } };
    const muted = { sessionId: 'PA_gateway', trackId: native.video.trackId, muted: true };
    const events = [
      { seq: 2, trackPublished: own },
      { seq: 3, trackMuted: muted },
    ];
    rig.room.service.last.sendFrame({ roomEvents: { roomEpoch: 1, events } });
    await eventually(async () => expect((await rig.get(native.view.id)).json().publish.video.muted).toBe(true));
  });
  it('have no renditions', async () => {
    await rig.native({ publish: { video: { codec: 'vp8' } } });
    const wanted = { trackId: 'TR_x', mimeType: 'video/H264', isWanted: true };
    rig.room.service.last.sendFrame({ renditionRequest: wanted });
    rig.room.service.last.sendFrame({ renditionRequest: { ...wanted, isWanted: false } });
    await eventually(() => expect(rig.room.service.last.receivedOf('renditionRefused')).toHaveLength(1));
    expect(rig.room.service.last.receivedOf('renditionRefused')[0]).toMatchObject({
      trackId: 'TR_x',
      code: 'CODEC_UNSUPPORTED',
    });
  });
});
