import { describe, expect, it } from 'vitest';
import { DerivedClock } from '../../src/core/rtp/derived-clock.ts';
import { parseRtp, type RtpPacket } from '../../src/core/rtp/packet.ts';
import { ntpMsOf, ntpOf, parseRtcp, type SenderReport } from '../../src/core/rtp/rtcp.ts';
import { maxDatagramBytes, RtpSender, SendClock, type SenderOptions } from '../../src/core/rtp/send.ts';

const wallAtZeroMs = 1_800_000_000_000;
function senders(o: Partial<SenderOptions> = {}): { clock: SendClock; video: RtpSender; audio: RtpSender } {
  const clock = new SendClock(wallAtZeroMs);
  const common = { cname: 'someone', clock, firstSequence: 65_534, timestampOffset: 0xfffffff0 };
  return {
    clock,
    video: new RtpSender({ ...common, ssrc: 1, payloadType: 105, clockRate: 90_000, marksLast: true, ...o }),
    audio: new RtpSender({
      ...common,
      ssrc: 2,
      payloadType: 100,
      clockRate: 48_000,
      marksLast: false,
      timestampOffset: 7,
    }),
  };
}
const payload = (bytes = 3): Uint8Array => new Uint8Array(bytes).fill(9);
const read = (datagrams: readonly Uint8Array[]): RtpPacket[] =>
  datagrams.map((datagram) => parseRtp(datagram)).filter((packet) => packet !== undefined);
const reportOf = (datagram: Uint8Array | undefined): SenderReport => {
  const [report] = parseRtcp(datagram ?? new Uint8Array()) ?? [];
  if (report?.type !== 'sr') throw new Error('no sender report');
  return report;
};

describe('the clock of a derived stream', () => {
  const clock = (): DerivedClock => new DerivedClock(wallAtZeroMs);

  it('is unknown before the first report of the original', () => {
    const { video } = senders({ clock: clock() });
    video.send([payload()], 0, 5000);
    expect(video.report(5000)).toBe(undefined);
  });

  it('gives the time of capture, however late a unit is sent', () => {
    const passed = clock();
    const { video } = senders({ clock: passed, timestampOffset: 0 });
    // At 1000 the original was at 920, and its pictures take half a second to be made.
    passed.noteReport(920, 1000);
    const [packet] = read(video.send([payload()], 920, 1500));
    const { ntp, rtpTimestamp } = reportOf(video.report(1600));
    expect([packet?.timestamp, rtpTimestamp]).toEqual([920 * 90, (1600 - 80) * 90]);
    expect(ntpMsOf(ntp)).toBeCloseTo(ntpMsOf(ntpOf(wallAtZeroMs + 1600)), 3);
  });

  it('follows small changes of reports slowly, and another clock at once', () => {
    const passed = clock();
    passed.noteReport(1000, 1000);
    passed.noteReport(1960, 2000);
    expect(passed.mediaAt(2000)).toBe(1990);
    // The media node has learned the capture time, 70 ms before the arrival.
    passed.noteReport(3060, 3000);
    expect(passed.mediaAt(3000)).toBe(3060);
    passed.noteReport(60_000, 4000);
    expect(passed.mediaAt(4000)).toBe(60_000);
  });
});

describe('packets of a unit', () => {
  it('count on over the wrap, share a timestamp, and the last has the marker', () => {
    const { video } = senders();
    const packets = read([...video.send([payload(), payload(), payload()], 0, 0), ...video.send([payload()], 40, 40)]);
    expect(packets.map(({ sequenceNumber }) => sequenceNumber)).toEqual([65_534, 65_535, 0, 1]);
    expect(packets.map(({ timestamp }) => timestamp)).toEqual([0xfffffff0, 0xfffffff0, 0xfffffff0, 3584]);
    expect(packets.map(({ marker }) => marker)).toEqual([false, false, true, true]);
    expect(packets[0]).toMatchObject({ ssrc: 1, payloadType: 105, payload: payload() });
  });

  it('with sound have no marker', () => {
    const { audio } = senders();
    expect(read(audio.send([payload()], 20, 20))).toMatchObject([{ marker: false, timestamp: 7 + 960, ssrc: 2 }]);
  });

  it('fit into a datagram with their mid', () => {
    for (const value of [undefined, 'a', 'abcdefghijklmnop']) {
      const { video } = senders(value === undefined ? {} : { mid: { extensionId: 1, value } });
      const [datagram] = video.send([payload(video.maxPayloadBytes)], 0, 0);
      expect(datagram).toHaveLength(maxDatagramBytes);
    }
  });

  it('never go back in time, and two units may share a time', () => {
    const { video } = senders();
    expect(video.send([payload()], 100, 0)).toHaveLength(1);
    expect(video.send([payload()], 99, 10)).toEqual([]);
    expect(video.send([], 200, 10)).toEqual([]);
    expect(video.send([payload()], 100, 20)).toHaveLength(1);
  });
});

describe('a sender report', () => {
  it('comes once a second after the first packet, with counts and the CNAME', () => {
    const { video } = senders();
    expect(video.report(0)).toBeUndefined();
    expect(video.bye(0)).toBeUndefined();
    video.send([payload(10), payload(20)], 0, 100);
    expect(parseRtcp(video.report(100) ?? new Uint8Array())).toEqual([
      {
        type: 'sr',
        ssrc: 1,
        ntp: ntpOf(wallAtZeroMs + 100),
        rtpTimestamp: 0xfffffff0,
        packetCount: 2,
        octetCount: 30,
        reports: [],
      },
      { type: 'sdes', names: [{ ssrc: 1, cname: 'someone' }] },
    ]);
    // The first reports come at shorter intervals.
    expect(video.report(299)).toBeUndefined();
    for (const ms of [300, 500, 700]) expect(reportOf(video.report(ms)).packetCount).toBe(2);
    expect(video.report(1699)).toBeUndefined();
    expect(reportOf(video.report(1700)).rtpTimestamp).toBe((0xfffffff0 + 144_000) >>> 0);
    expect(parseRtcp(video.bye(1200) ?? new Uint8Array())?.at(-1)).toEqual({ type: 'bye', ssrcs: [1] });
  });

  it('puts sound and picture on one clock, however they are sent', () => {
    const { video, audio } = senders();
    // The sound's units are sent 300 ms behind the picture's.
    for (let ms = 0; ms <= 60_000; ms += 20) {
      video.send([payload()], ms, ms);
      if (ms >= 300) audio.send([payload()], ms - 300, ms);
    }
    const picture = reportOf(video.report(60_000));
    const sound = reportOf(audio.report(60_500));
    const mediaMs = {
      picture: ((picture.rtpTimestamp - 0xfffffff0) >>> 0) / 90,
      sound: ((sound.rtpTimestamp - 7) >>> 0) / 48,
    };
    expect(ntpMsOf(sound.ntp) - ntpMsOf(picture.ntp)).toBeCloseTo(500, 1);
    expect(mediaMs.sound - mediaMs.picture).toBeGreaterThan(499);
    expect(mediaMs.sound - mediaMs.picture).toBeLessThan(501);
  });

  it('follows a publisher whose clock drifts', () => {
    const { video } = senders();
    const hourMs = 3_600_000;
    for (let ms = 0; ms <= hourMs; ms += 1000) video.send([payload()], ms * 1.0002, ms);
    const { rtpTimestamp } = reportOf(video.report(hourMs));
    const expected = 0xfffffff0 + hourMs * 1.0002 * 90;
    expect(Math.abs((rtpTimestamp - expected) | 0)).toBeLessThan(90 * 5);
  });
});

describe('another encoder', () => {
  it.each([
    ['begins at 0', 0],
    ['continues the times of the first', 1040],
    ['is hours ahead', 1e7],
  ])('that %s continues at the present', (_, firstPtsMs) => {
    const { clock, video, audio } = senders();
    for (let ms = 0; ms <= 1000; ms += 20) {
      video.send([payload()], ms, ms);
      audio.send([payload()], ms, ms);
    }
    const before = reportOf(video.report(1000));
    clock.rebase(firstPtsMs, 1500);
    const [picture] = read(video.send([payload()], firstPtsMs + 30, 1530));
    const [sound] = read(audio.send([payload()], firstPtsMs, 1500));
    expect(picture).toMatchObject({
      sequenceNumber: (65_534 + 51) & 0xffff,
      timestamp: (0xfffffff0 + 1530 * 90) >>> 0,
    });
    expect(sound).toMatchObject({ timestamp: 7 + 1500 * 48 });
    const after = reportOf(video.report(2000));
    expect((after.rtpTimestamp - before.rtpTimestamp) >>> 0).toBe(90_000);
  });

  it('that sends at once, while the times of the first were ahead, does not step back', () => {
    const { clock, video, audio } = senders();
    video.send([payload()], 0, 0);
    audio.send([payload()], 400, 0);
    clock.rebase(5000, 10);
    expect(read(audio.send([payload()], 5000, 10))).toMatchObject([{ timestamp: 7 + 401 * 48 }]);
    expect(read(video.send([payload()], 5000, 10))).toMatchObject([{ timestamp: (0xfffffff0 + 401 * 90) >>> 0 }]);
  });

  it('that is announced before any packet changes nothing', () => {
    const { clock, video } = senders();
    clock.rebase(5000, 10);
    expect(read(video.send([payload()], 0, 0))).toMatchObject([{ timestamp: 0xfffffff0 }]);
  });
});

describe('a NACK', () => {
  it('gets the packets of the last second unchanged, and no others', () => {
    const { video } = senders();
    const [first] = video.send([payload()], 0, 0);
    const [second] = video.send([payload()], 900, 900);
    expect(video.resend([65_533, 65_534, 65_535, 0], 1000)).toEqual([first, second]);
    expect(video.resend([65_534, 65_535], 1019)).toEqual([]);
    expect(video.resend([65_534, 65_535], 1021)).toEqual([second]);
    expect(reportOf(video.report(1021))).toMatchObject({ packetCount: 5, octetCount: 15 });
  });

  it('that names a packet often gets it once', () => {
    const { video } = senders();
    video.send([payload()], 0, 0);
    expect(video.resend(new Array(100).fill(65_534), 30)).toHaveLength(1);
  });

  it('finds at most 2 MiB of kept packets, however small they are', () => {
    for (const bytes of [0, 1180]) {
      const { video } = senders();
      for (let index = 0; index < 65_536; index++) video.send([payload(bytes)], 0, 0);
      const all = video.resend(
        Array.from({ length: 65_536 }, (_, index) => index),
        30,
      );
      expect(all.length).toBe(Math.floor((2 * 1024 * 1024) / (12 + bytes + 200)));
      // The newest packets are kept.
      expect(read(all.slice(-1))[0]?.sequenceNumber).toBe(65_533);
    }
  });
});
