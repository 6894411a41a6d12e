import { Gop, parseRtcp, parseRtp, type RtpPacket, RtpSender, SendClock } from '@meridian/room-media/core';
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { CatchUp, durationMsMin } from '../../src/room/catch-up.ts';

/** Payloads of picture `number`, in this many packets. */
const picture = (number: number, packets = 1, bytes = 10): Uint8Array[] =>
  Array.from({ length: packets }, () => new Uint8Array(bytes).fill(number));

const keptGroup = () => new Gop((payloads: readonly Uint8Array[]) => payloads);

describe('a kept group', () => {
  it('begins with a key frame and ends before the next', () => {
    const gop = keptGroup();
    gop.push(picture(1), { isKey: false, atMs: 0 });
    expect(gop.pictures).toEqual([]);
    for (const number of [2, 3]) gop.push(picture(number), { isKey: number === 2, atMs: 0 });
    expect(gop.pictures).toEqual([picture(2), picture(3)]);
    gop.push(picture(4), { isKey: true, atMs: 0 });
    expect(gop.pictures).toEqual([picture(4)]);
  });

  it.each([
    ['4 MiB', picture(3, 3500, 1188), 80],
    ['12 s', picture(3), 12_041],
    ['12 s, back', picture(3), -11_961],
  ])('is dropped and returned above %s, until the next key frame', (_what, large, atMs) => {
    const gop = keptGroup();
    expect(gop.push(picture(1), { isKey: true, atMs: 40 })).toEqual([]);
    expect(gop.push(picture(2), { isKey: false, atMs: 12_040 })).toEqual([]);
    expect(gop.push(large, { isKey: false, atMs })).toEqual([picture(1), picture(2)]);
    expect(gop.pictures).toEqual([]);
    expect(gop.push(picture(4), { isKey: false, atMs: atMs + 40 })).toEqual([]);
    expect(gop.pictures).toEqual([]);
    gop.push(picture(5), { isKey: true, atMs: atMs + 80 });
    expect(gop.pictures).toEqual([picture(5)]);
  });
});

/** Original at 25 fps with one catch-up stream. */
class Encoder {
  readonly clock = new ManualClock();
  readonly gop = keptGroup();
  readonly sent: { readonly packet: RtpPacket; readonly atMs: number }[] = [];
  readonly #common = { cname: 'x', clock: new SendClock(0), clockRate: 90_000, payloadType: 100, marksLast: true };
  readonly #original = new RtpSender({ ...this.#common, ssrc: 1, firstSequence: 1, timestampOffset: 0 });
  readonly catchUp = new CatchUp({
    ssrc: 2,
    sender: new RtpSender({ ...this.#common, ssrc: 2, firstSequence: 500, timestampOffset: 0 }),
    clock: this.clock,
    send: (datagram) => {
      const packet = parseRtp(datagram);
      if (packet !== undefined) this.sent.push({ packet, atMs: this.clock.nowMs() });
    },
  });
  #pictures = 0;

  get numbers(): (number | undefined)[] {
    return this.sent.map(({ packet }) => packet.payload[0]);
  }

  send(o: { isKey?: boolean; packets?: number; bytes?: number } = {}): void {
    this.#pictures += 1;
    const payloads = picture(this.#pictures, o.packets, o.bytes);
    this.#original.send(payloads, this.#pictures * 40, this.clock.nowMs());
    this.gop.push(payloads, { isKey: o.isKey === true, atMs: this.#pictures * 40 });
    this.catchUp.push(payloads, this.#pictures * 40, o.isKey === true);
    this.clock.advance(40);
  }
  begin(): void {
    this.catchUp.begin(this.gop.pictures, this.#original.last, this.clock.nowMs());
  }
}

describe('a catch-up stream', () => {
  it('is silent until requested, then sends the group and later pictures, with rising times', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true });
    for (let at = 0; at < 4; at += 1) encoder.send();
    expect(encoder.sent).toEqual([]);
    encoder.begin();
    encoder.send();
    expect(encoder.numbers).toEqual([1, 2, 3, 4, 5, 6]);
    const stamps = encoder.sent.map(({ packet }) => packet.timestamp);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBe(6);
    // The group's times follow the last picture of the original; the next picture has the original's time.
    expect([stamps[0] ?? 0, stamps[4] ?? 0, stamps[5]]).toEqual([200 * 90 + 90, 200 * 90 + 450, 240 * 90]);
  });

  it('ends at the first key frame of the original that its viewer is ready for', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true });
    encoder.begin();
    encoder.send({ isKey: true }); // This key frame is too early: the viewer's other consumer may not exist yet.
    while (encoder.clock.nowMs() < durationMsMin) encoder.send();
    encoder.clock.advance(80);
    const before = encoder.numbers.length;
    encoder.send({ isKey: true });
    encoder.send();
    expect(encoder.numbers.length).toBe(before);
    expect(encoder.catchUp.isActive).toBe(false);
    encoder.begin();
    expect(encoder.numbers.length).toBe(before + 2);
  });

  it('continues for its viewer when another viewer requests it', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true });
    encoder.begin();
    encoder.send();
    encoder.begin();
    encoder.send();
    expect(encoder.numbers).toEqual([1, 2, 3]);
  });

  it('paces a long group at 24 Mbit/s, in order with later pictures', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true, packets: 1000, bytes: 1188 });
    const beganMs = encoder.clock.nowMs();
    encoder.begin();
    for (let at = 0; at < 20; at += 1) encoder.send();
    const group = encoder.sent.filter(({ packet }) => packet.payload[0] === 1);
    expect(group.length).toBe(1000);
    const tookMs = (group.at(-1)?.atMs ?? 0) - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(390);
    expect(tookMs).toBeLessThanOrEqual(410);
    expect(group[0]?.atMs).toBe(beganMs);
    expect(encoder.numbers).toEqual([...encoder.numbers].sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  it('stops when more than 8 MiB wait, without further reports', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true });
    encoder.begin();
    encoder.send({ packets: 8000, bytes: 1188 });
    expect(encoder.catchUp.isActive).toBe(false);
    const before = encoder.sent.length;
    encoder.clock.advance(10_000);
    expect(encoder.sent.length).toBe(before);
  });

  it('reports while it sends, on the clock of the original, and resends lost packets', () => {
    const encoder = new Encoder();
    encoder.send({ isKey: true });
    expect(encoder.catchUp.report(encoder.clock.nowMs())).toBeUndefined();
    encoder.begin();
    const [report] = parseRtcp(encoder.catchUp.report(encoder.clock.nowMs()) ?? new Uint8Array()) ?? [];
    expect(report).toMatchObject({ type: 'sr', ssrc: 2, rtpTimestamp: (40 + 40) * 90 });
    expect(encoder.catchUp.resend([500], encoder.clock.nowMs()).length).toBe(1);
  });
});
