// Feeds mutated datagrams to all their readers, up to the output for players. Nothing may throw.

import type { VideoUnit } from '@meridian/room-media/core';
import {
  CarriedDepacketiser,
  carriedH264,
  datagramKind,
  H264Depacketiser,
  nalType,
  nalTypeOf,
  packetiseCarriedH264,
  packetiseH264,
  parsePpsIds,
  parseRtcp,
  parseRtp,
  parseSliceStart,
  parseSps,
  RtpReceiver,
  RtpSender,
  readFormat,
  SendClock,
  type StreamTimeline,
  serialiseRtcp,
  serialiseRtp,
  splitAnnexB,
  splitLengths,
  Timeline,
} from '@meridian/room-media/core';
import { Segmenter } from '../../src/core/hls/segmenter.ts';
import { ProgrammeItem } from '../../src/room/programme.ts';

/** Counts of valid output, which expose a run without effect. */
export interface FuzzCounts {
  packets: number;
  units: number;
  keyUnits: number;
  reports: number;
  parameterSets: number;
  carriedUnits: number;
  parts: number;
}

/** Readers are replaced after this many executions; until then they keep the state after garbage. */
const executionsPerStream = 500;
const ssrc = 1;

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const parameterSets = [
  '6742c00dd90141fb0e1000000300100000030320f142a480',
  '67640028acd940780227e5c044000003000400000300c83c60c658',
  '6764001eacb201405ff2e02200000300020000030064c08001e848003d09498600f162e480',
  '67f4001e919b281485fc7cfff85a805a48800000030080000019078b16cb',
].map(hex);
const pps = hex('68ebc3cb20');
const interesting = [0, 1, 2, 3, 0x1c, 0x18, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xff];

function randomOf(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

class Players {
  readonly #segmenter = new Segmenter();

  take(unit: VideoUnit, counts: FuzzCounts): void {
    const format = unit.isKey ? readFormat(unit.nals) : undefined;
    if (unit.isKey && format === undefined) throw new Error('a key frame without parameter sets');
    const items = [...(format === undefined ? [] : [{ videoFormat: format }]), { unit }];
    for (const content of items) {
      const item = new ProgrammeItem(content, unit.dtsMs);
      if (item.flv.length === 0 || item.rtmp.length === 0) throw new Error('an item without bytes');
    }
    if (format !== undefined) this.#segmenter.videoFormat(format);
    counts.parts += this.#segmenter.picture(unit).filter(({ kind }) => kind === 'part').length;
  }
}

class Stream {
  readonly receiver = new RtpReceiver({
    ssrc,
    payloadType: 105,
    clockRate: 90_000,
    senderSsrc: 9,
    wantsKeyFrames: true,
    rtx: { ssrc: 2, payloadType: 106 },
  });
  readonly depacketiser = new H264Depacketiser();
  readonly #players = new Players();
  readonly #carried = new CarriedDepacketiser();
  readonly #carriedPlayers = new Players();
  #carriedSequence = 0;
  readonly times: StreamTimeline = new Timeline().stream(90_000);
  readonly sender: RtpSender;
  readonly #random: (below: number) => number;
  readonly #datagrams: Uint8Array[] = [];
  #unit = 0;
  #lastSequence = -1;

  constructor(random: (below: number) => number) {
    this.#random = random;
    this.sender = new RtpSender({
      ssrc,
      payloadType: 105,
      clockRate: 90_000,
      cname: 'a',
      clock: new SendClock(1e12),
      marksLast: true,
      firstSequence: random(0x10000),
      timestampOffset: random(0xffffffff),
    });
  }

  next(): Uint8Array {
    if (this.#datagrams.length === 0) {
      const isKey = this.#unit % 5 === 0;
      const nals = this.#nals(isKey);
      this.#datagrams.push(...this.sender.send(packetiseH264(nals, 150), this.#unit * 40, this.#unit * 40));
      this.#unit += 1;
    }
    return this.#datagrams.shift() ?? new Uint8Array();
  }

  /** Returns NAL units of a picture; some contain what a publisher should not send. */
  #nals(isKey: boolean): Uint8Array[] {
    const slice = new Uint8Array(20 + this.#random(600)).fill(0x9a);
    slice[0] = isKey ? 0x65 : 0x41;
    const sets = isKey ? [parameterSets[this.#random(parameterSets.length)] ?? pps, pps] : [];
    const nals = [...sets, slice];
    if (this.#random(3) > 0) return nals;
    const at = this.#random(nals.length);
    const changed = mutated(nals[at] ?? pps, this.#random);
    const isLong = this.#random(20) === 0;
    return nals.with(at, isLong ? Uint8Array.of(changed[0] ?? 0, ...new Uint8Array(70_000)) : changed);
  }

  /** Feeds a picture of H.264 with B-frames, one of whose packets may be garbage. */
  carried(counts: FuzzCounts): void {
    const isKey = this.#random(3) === 0;
    const dtsMs = this.#carriedSequence * 4;
    const ptsMs = dtsMs + this.#random(200);
    const payloads = packetiseCarriedH264({ kind: 'video', ptsMs, dtsMs, isKey, nals: this.#nals(isKey) }, 1180);
    for (const [at, valid] of payloads.entries()) {
      const payload = this.#random(8) === 0 ? mutated(valid, this.#random) : valid;
      const place = { extendedSequence: ++this.#carriedSequence, timestamp: dtsMs, marker: at === payloads.length - 1 };
      const picture = this.#carried.push({ ...place, payload }, dtsMs);
      const unit = picture && carriedH264(picture);
      if (unit === undefined) continue;
      counts.carriedUnits += 1;
      this.#carriedPlayers.take(unit, counts);
    }
  }

  rtp(datagram: Uint8Array, nowMs: number, counts: FuzzCounts): void {
    const packet = parseRtp(datagram);
    if (packet === undefined) return;
    counts.packets += 1;
    if (parseRtp(serialiseRtp(packet))?.payload.length !== packet.payload.length) throw new Error('another payload');
    this.receiver.receive(packet, nowMs);
    for (const received of this.receiver.drain(nowMs)) {
      if (received.extendedSequence <= this.#lastSequence) throw new Error('out of order');
      this.#lastSequence = received.extendedSequence;
      const ptsMs = this.times.toMs(received.timestamp, nowMs);
      if (!Number.isFinite(ptsMs)) throw new Error('no time');
      for (const unit of this.depacketiser.push(received, ptsMs)) {
        judge(unit, counts);
        this.#players.take(unit, counts);
      }
    }
    for (const said of this.receiver.feedback(nowMs)) this.sayBack(serialiseRtcp([said]), nowMs, counts);
  }

  sayBack(datagram: Uint8Array, nowMs: number, counts: FuzzCounts): void {
    const packets = parseRtcp(datagram);
    if (packets === undefined) return;
    counts.reports += packets.length;
    for (const packet of packets) {
      if (packet.type === 'nack') this.sender.resend(packet.sequenceNumbers, nowMs);
      if (packet.type !== 'sr') continue;
      this.receiver.noteSenderReport(packet, nowMs);
      this.times.noteSenderReport(packet, nowMs);
    }
    const block = this.receiver.report(nowMs);
    if (block !== undefined && parseRtcp(serialiseRtcp([{ type: 'rr', ssrc: 9, reports: [block] }])) === undefined)
      throw new Error('an unreadable report');
  }
}

function judge(unit: VideoUnit, counts: FuzzCounts): void {
  counts.units += 1;
  if (unit.isKey) counts.keyUnits += 1;
  const types = unit.nals.map(nalTypeOf);
  if (types.some((type) => type === 0 || type > 23)) throw new Error('a NAL unit of no type');
  if (unit.isKey && !(types.includes(nalType.sps) && types.includes(nalType.pps)))
    throw new Error('a key frame without parameter sets');
}

function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const changed = bytes.slice(0, random(4) === 0 ? random(bytes.length + 1) : bytes.length);
  for (let change = random(5); change > 0 && changed.length > 0; change--) {
    // Headers are at the front.
    const at = random(random(2) === 0 ? Math.min(24, changed.length) : changed.length);
    if (random(2) === 0) changed[at] = interesting[random(interesting.length)] ?? 0;
    else changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  }
  return changed;
}

function tryBitstream(random: (below: number) => number, counts: FuzzCounts): void {
  const bytes = mutated(parameterSets[random(parameterSets.length)] ?? pps, random);
  const sps = parseSps(bytes);
  if (sps !== undefined) {
    counts.parameterSets += 1;
    if (!(sps.width > 0 && sps.width <= 16_384 && sps.height > 0 && sps.height <= 32_768))
      throw new Error('a wrong size');
  }
  parsePpsIds(mutated(pps, random));
  parseSliceStart(mutated(hex('6588804000'), random));
  splitAnnexB(bytes);
  splitLengths(bytes, 1);
  splitLengths(bytes, 4);
}

function report(stream: Stream, random: (below: number) => number, nowMs: number): Uint8Array {
  const sequenceNumbers = [random(0x10000), random(0x10000)];
  return stream.sender.bye(nowMs) ?? serialiseRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: ssrc, sequenceNumbers }]);
}

/** Runs this many executions, reproducibly by seed. Throws at the first broken promise. */
export function fuzzRtp(executions: number, seed: number): FuzzCounts {
  const random = randomOf(seed);
  const counts: FuzzCounts = {
    packets: 0,
    units: 0,
    keyUnits: 0,
    reports: 0,
    parameterSets: 0,
    carriedUnits: 0,
    parts: 0,
  };
  let stream = new Stream(random);
  for (let execution = 0; execution < executions; execution++) {
    if (execution % executionsPerStream === 0) stream = new Stream(random);
    const nowMs = execution * 4;
    const kind = random(10);
    if (kind === 0) tryBitstream(random, counts);
    if (kind === 3) stream.carried(counts);
    const valid = kind < 3 ? report(stream, random, nowMs) : stream.next();
    // Most datagrams are unchanged, so that streams continue.
    const datagram = random(4) === 0 ? mutated(valid, random) : valid;
    if (datagramKind(datagram) === 'rtp') stream.rtp(datagram, nowMs, counts);
    stream.sayBack(datagram, nowMs, counts);
  }
  return counts;
}
