// An hour of a publisher whose clocks are not ours, in time that the test makes and through what the gateway runs: an
// encoder's messages or a browser's packets, our RTP and its sender reports, the timeline of a programme, its mixer,
// and what players get by RTP, FLV (and RTMP, whose times are the same), MPEG-TS and HLS.
import { TsDemuxer, TsMuxer } from '@meridian/client';
import {
  type MediaClock,
  Mixer,
  ntpMsOf,
  ntpOf,
  PassedClock,
  parseRtcp,
  parseRtp,
  type RtpPacket,
  RtpReceiver,
  RtpSender,
  SampleClock,
  SendClock,
  Timeline,
  VIDEO_TRACK,
} from '@meridian/opener/core';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../opener/test/support/bytes.ts';
import { audioUnitBody, videoUnitBody } from '../../src/core/flv/media.ts';
import { TICKS } from '../../src/core/hls/rules.ts';
import { Segmenter } from '../../src/core/hls/segmenter.ts';
import { messageType } from '../../src/core/rtmp/chunks.ts';
import { MediaReader } from '../../src/core/rtmp/media.ts';
import { samplesOf } from '../support/mp4.ts';

type MediaKind = 'audio' | 'video';
type Ppm = Record<MediaKind, number>;

const HOUR_MS = 3_600_000;
/** Of sound: AAC of 8 kHz, whose frames are the longest. Pictures are few too: an hour has fewer of both. */
const FRAME_MS = { audio: 128, video: 200 };
const KEY_INTERVAL_MS = 2000;
const FRAME_SAMPLES = 1024;
const aac = { codec: 'aac', sampleRate: 8000, channels: 1, config: hex('1588') } as const;
const [sps, pps] = [hex('67640028acd940780227e5c044000003000400000300c83c60c658'), hex('68ebe3cb22c0')];
/** Both divide it. */
const STEP_MS = 8;
/** From then on sound and picture have to be together: a media node's first reports have come. */
const SETTLED_MS = 12_000;
const OFFSET_MS_MAX = 60;
/** MPEG-TS takes a time as it is: it is looked at now and then. */
const TS_EVERY_MS = 16_000;
/** The mixer hears the end of the hour. */
const MIX_FROM_MS = HOUR_MS - 10_000;
/** As the mix of a programme waits for voices. */
const MIX_DELAY_MS = 160;
const WALL_MS = 1.8e12;
const NTP_OF_1970_MS = ntpMsOf(ntpOf(0));
/** Of a media node, for sound and picture. */
const REPORT_MS = { audio: 5000, video: 1000 };
const RATE = { audio: 48_000, video: 90_000 };
const SSRC = { audio: 1, video: 2 };
const voice = new Float32Array((48 * FRAME_MS.audio) | 0).fill(0.1);

/** What a sender report says; `wallMs`: since 1970. */
interface Relation {
  readonly wallMs: number;
  readonly rtpTimestamp: number;
}
/** What reaches a media node. */
interface Source {
  datagrams(kind: MediaKind, madeMs: number, nowMs: number): Uint8Array[];
  /** By its last sender report of this kind. */
  relation(kind: MediaKind): Relation | undefined;
}

/** When it was made is its data: what comes out says how late that is. */
function dataOf(madeMs: number): Uint8Array {
  const data = new Uint8Array(5);
  new DataView(data.buffer).setUint32(1, madeMs);
  data[0] = 0x41; // a NAL unit of no key frame
  return data;
}
const madeMsOf = (data: Uint8Array): number =>
  new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0);

/** Streams that the gateway sends, and what their sender reports say. */
class Sending {
  readonly #senders: Record<MediaKind, RtpSender>;
  readonly #said: Partial<Record<MediaKind, Relation>> = {};

  constructor(clock: MediaClock) {
    const common = { cname: 'one', clock, firstSequence: 65_000, timestampOffset: 2 ** 32 - 9000, marksLast: true };
    const of = (kind: MediaKind) =>
      new RtpSender({ ...common, ssrc: SSRC[kind], payloadType: 100, clockRate: RATE[kind] });
    this.#senders = { audio: of('audio'), video: of('video') };
  }

  send(kind: MediaKind, data: Uint8Array, ptsMs: number, nowMs: number): Uint8Array[] {
    const datagrams = this.#senders[kind].send([data], ptsMs, nowMs);
    const report = this.#senders[kind].report(nowMs);
    for (const packet of (report && parseRtcp(report)) ?? [])
      if (packet.type === 'sr')
        this.#said[kind] = { wallMs: ntpMsOf(packet.ntp) - NTP_OF_1970_MS, rtpTimestamp: packet.rtpTimestamp };
    return datagrams;
  }
  relation(kind: MediaKind): Relation | undefined {
    return this.#said[kind];
  }
}

/** An encoder by RTMP, whose sound is transcoded. */
function encoder(ppm: Ppm): Source {
  const reader = new MediaReader();
  const samples = new SampleClock(aac.sampleRate);
  const sending = new Sending(new SendClock(WALL_MS));
  return {
    relation: (kind) => sending.relation(kind),
    datagrams(kind, madeMs, nowMs) {
      const timestampMs = Math.round(madeMs * (1 + ppm[kind] / 1e6));
      const [media] = reader.read({ typeId: messageType[kind], streamId: 1, timestampMs, payload: Uint8Array.of(1) });
      const saidMs = media?.timestampMs ?? 0;
      const ptsMs = kind === 'video' ? saidMs : samples.ptsAt(samples.accept(saidMs, FRAME_SAMPLES));
      return sending.send(kind, dataOf(madeMs), ptsMs ?? 0, nowMs);
    },
  };
}

/** A browser: each stream counts by a crystal of its own, and its reports say how that goes. */
function browser(ppm: Ppm): Source {
  const sequences = { audio: 0, video: 0 };
  const timestampAt = (kind: MediaKind, ms: number): number =>
    Math.round((2 ** 32 + ms * (1 + ppm[kind] / 1e6) * (RATE[kind] / 1000)) % 2 ** 32) >>> 0;
  let lastMs = 0;
  return {
    relation: (kind) => ({ wallMs: WALL_MS + lastMs, rtpTimestamp: timestampAt(kind, lastMs) }),
    datagrams(kind, madeMs, nowMs) {
      lastMs = nowMs;
      sequences[kind] = (sequences[kind] + 1) & 0xffff;
      const packet = Buffer.concat([Buffer.from([0x80, 0xe4]), Buffer.alloc(10), dataOf(madeMs)]);
      packet.writeUInt16BE(sequences[kind], 2);
      packet.writeUInt32BE(timestampAt(kind, madeMs), 4);
      packet.writeUInt32BE(SSRC[kind], 8);
      return [packet];
    },
  };
}

/** The same browser with pictures of which a gateway makes others: these come later than its sound. */
const TRANSCODED_MS = 400;
function transcoded(ppm: Ppm): Source {
  const original = browser(ppm);
  const times = new Timeline().stream(RATE.video);
  const clock = new PassedClock(WALL_MS);
  const sending = new Sending(clock);
  const made: { readonly data: Uint8Array; readonly ptsMs: number; readonly dueMs: number }[] = [];
  let reportedMs = Number.NEGATIVE_INFINITY;
  return {
    relation: (kind) => (kind === 'audio' ? original : sending).relation(kind),
    datagrams(kind, madeMs, nowMs) {
      const datagrams = original.datagrams(kind, madeMs, nowMs);
      if (kind === 'audio') return datagrams;
      for (const { timestamp, payload } of datagrams.flatMap((datagram) => parseRtp(datagram) ?? []))
        made.push({ data: payload, ptsMs: times.toMs(timestamp, nowMs), dueMs: nowMs + TRANSCODED_MS });
      const said = original.relation('video');
      if (said !== undefined && nowMs - reportedMs >= REPORT_MS.video) {
        reportedMs = nowMs;
        clock.noteReport(times.at(said.rtpTimestamp) ?? 0, nowMs);
      }
      const sent: Uint8Array[] = [];
      for (let [one] = made; one !== undefined && one.dueMs <= nowMs; [one] = made) {
        made.shift();
        sent.push(...sending.send('video', one.data, one.ptsMs, nowMs));
      }
      return sent;
    },
  };
}

const unknown = (): Record<MediaKind, number> => ({ audio: Number.NaN, video: Number.NaN });
const outputs = ['rtp', 'flv', 'ts', 'hls'] as const;
type Output = (typeof outputs)[number];

/** By how much each output's times are off those at which things were made, and how far sound and picture are apart. */
class Shown {
  readonly #offMs = { rtp: unknown(), flv: unknown(), ts: unknown(), hls: unknown() };
  readonly worstMs: Record<Output, number> = { rtp: 0, flv: 0, ts: 0, hls: 0 };
  readonly counts: Record<Output, number> = { rtp: 0, flv: 0, ts: 0, hls: 0 };

  note(output: Output, kind: MediaKind, ptsMs: number, madeMs: number): void {
    if (madeMs < SETTLED_MS) return;
    const offMs = this.#offMs[output];
    offMs[kind] = ptsMs - madeMs;
    const apartMs = Math.abs(offMs.audio - offMs.video);
    if (Number.isNaN(apartMs)) return;
    this.counts[output] += 1;
    this.worstMs[output] = Math.max(this.worstMs[output], apartMs);
  }
}

/** A room's receiver and all that is made of what it receives. */
class Playing {
  readonly shown = new Shown();
  readonly mixer = new Mixer({ startMs: MIX_FROM_MS - MIX_DELAY_MS, delayMs: MIX_DELAY_MS });
  readonly #muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
  readonly #demuxer = new TsDemuxer();
  readonly #segmenter = new Segmenter();

  constructor() {
    this.#demuxer.push(this.#muxer.head());
    this.#segmenter.videoFormat({ codec: 'h264', sps, pps });
    this.#segmenter.audioFormat(aac);
  }

  picture(ptsMs: number, data: Uint8Array): void {
    const madeMs = madeMsOf(data);
    const unit = { kind: 'video', ptsMs, dtsMs: ptsMs, isKey: madeMs % KEY_INTERVAL_MS === 0, nals: [data] } as const;
    this.shown.note('flv', 'video', videoUnitBody(unit).timestampMs, madeMs);
    if (madeMs % TS_EVERY_MS === 0) this.#ts({ ...unit, data });
    this.#hls(this.#segmenter.picture(unit));
  }

  sound(ptsMs: number, data: Uint8Array): void {
    const madeMs = madeMsOf(data);
    const unit = { kind: 'audio', ptsMs, data } as const;
    this.shown.note('flv', 'audio', audioUnitBody(unit).timestampMs, madeMs);
    if (madeMs % TS_EVERY_MS === 0) this.#ts({ ...unit, isKey: false });
    this.#hls(this.#segmenter.sound(unit));
    if (madeMs >= MIX_FROM_MS) this.mixer.push('voice', ptsMs, voice, voice);
  }

  #ts(unit: Parameters<TsMuxer['write']>[0]): void {
    for (const { kind, ptsMs, data } of this.#demuxer.push(this.#muxer.write(unit)))
      this.shown.note('ts', kind, ptsMs, madeMsOf(data));
  }

  #hls(cuts: ReturnType<Segmenter['picture']>): void {
    for (const cut of cuts)
      for (const { track, pts, data } of cut.kind === 'part' ? samplesOf(cut.bytes) : []) {
        const kind = track === VIDEO_TRACK ? 'video' : 'audio';
        this.shown.note('hls', kind, (pts * 1000) / (kind === 'video' ? TICKS : aac.sampleRate), madeMsOf(data));
      }
  }
}

/** Plays an hour. */
function play(source: Source) {
  const playing = new Playing();
  const timeline = new Timeline();
  const streamOf = (kind: MediaKind, isMade: boolean) => ({
    receiver: new RtpReceiver({
      ssrc: SSRC[kind],
      payloadType: 100,
      clockRate: RATE[kind],
      senderSsrc: 9,
      wantsKeyFrames: false,
    }),
    times: timeline.stream(RATE[kind], isMade),
    reportedMs: 0,
    lastMs: Number.NaN,
    leapMs: 0,
  });
  const streams = { audio: streamOf('audio', false), video: streamOf('video', true) };
  /** What a receiver of the RTP itself makes of it, by the sender reports. */
  const received = (kind: MediaKind, { timestamp, payload }: RtpPacket): void => {
    const said = source.relation(kind);
    if (said === undefined) return;
    const sinceMs = (((timestamp - said.rtpTimestamp) | 0) / RATE[kind]) * 1000;
    playing.shown.note('rtp', kind, said.wallMs - WALL_MS + sinceMs, madeMsOf(payload));
  };
  const one = (kind: MediaKind, madeMs: number): void => {
    const stream = streams[kind];
    const nowMs = madeMs + ((madeMs / STEP_MS) % 7); // the network is not even
    for (const packet of source.datagrams(kind, madeMs, nowMs).flatMap((datagram) => parseRtp(datagram) ?? [])) {
      received(kind, packet);
      stream.receiver.receive(packet, nowMs);
    }
    for (const { timestamp, arrivalMs, payload } of stream.receiver.drain(nowMs)) {
      const ptsMs = stream.times.toMs(timestamp, arrivalMs);
      if (madeMs >= SETTLED_MS)
        stream.leapMs = Math.max(stream.leapMs, Math.abs(ptsMs - stream.lastMs - FRAME_MS[kind]));
      stream.lastMs = ptsMs;
      if (kind === 'video') playing.picture(ptsMs, payload);
      else playing.sound(ptsMs, payload);
    }
    const said = source.relation(kind);
    if (said !== undefined && nowMs - stream.reportedMs >= REPORT_MS[kind]) {
      stream.reportedMs = nowMs;
      // The media node says by its own clock what the sender's last report said.
      const sinceMs = WALL_MS + nowMs - said.wallMs;
      const rtpTimestamp = Math.round(said.rtpTimestamp + (sinceMs * RATE[kind]) / 1000) >>> 0;
      stream.times.noteSenderReport({ ntp: ntpOf(WALL_MS + nowMs), rtpTimestamp }, nowMs);
    }
    if (madeMs >= MIX_FROM_MS) playing.mixer.pull(nowMs);
  };
  for (let ms = 0; ms < HOUR_MS; ms += STEP_MS) {
    if (ms % FRAME_MS.audio === 0) one('audio', ms);
    if (ms % FRAME_MS.video === 0) one('video', ms);
  }
  return { ...playing, streams };
}

const slow: Ppm = { audio: -100, video: -100 };
const fast: Ppm = { audio: 100, video: 100 };
const fastSound: Ppm = { audio: 100, video: -100 };
const fastPictures: Ppm = { audio: -100, video: 100 };

describe('an hour', () => {
  it.each<[string, Source]>([
    ['an encoder whose clock is slow', encoder(slow)],
    ['an encoder whose clock is fast', encoder(fast)],
    ['a browser whose clock is fast for sound, and slow for pictures', browser(fastSound)],
    ['a browser whose clock is slow for sound, and fast for pictures, which are transcoded', transcoded(fastPictures)],
  ])('of %s: sound and picture stay together, nothing leaps, no sound is lost', (_, source) => {
    const { shown, mixer, streams } = play(source);
    for (const output of outputs) expect(shown.worstMs[output], output).toBeLessThan(OFFSET_MS_MAX);
    expect(Math.min(...Object.values(shown.counts))).toBeGreaterThan(300);
    expect([streams.audio.leapMs, streams.video.leapMs].every((ms) => ms < 25)).toBe(true);
    expect(mixer.lostSamples).toBe(0);
    expect(Math.abs(streams.video.lastMs - HOUR_MS)).toBeLessThan(1000);
  });
});
