// An hour of a publisher whose clock is not ours, in time that the test makes and through what the gateway runs: an
// encoder's messages, our RTP, a media node's sender reports, the timeline of a programme, its mixer, FLV and MPEG-TS.
import { TsDemuxer, TsMuxer } from '@meridian/client';
import { describe, expect, it } from 'vitest';
import { audioUnitBody, videoUnitBody } from '../../src/core/flv/media.ts';
import { Mixer } from '../../src/core/mix.ts';
import { messageType } from '../../src/core/rtmp/chunks.ts';
import { MediaReader } from '../../src/core/rtmp/media.ts';
import { parseRtp } from '../../src/core/rtp/packet.ts';
import { RtpReceiver } from '../../src/core/rtp/receive.ts';
import { ntpOf } from '../../src/core/rtp/rtcp.ts';
import { RtpSender, SendClock } from '../../src/core/rtp/send.ts';
import { Timeline } from '../../src/core/rtp/timeline.ts';

const HOUR_MS = 3_600_000;
/** Longer than real ones: an hour has fewer of them. */
const FRAME_MS = { audio: 100, video: 200 };
/** The mixer hears the end of the hour. */
const MIX_FROM_MS = HOUR_MS - 10_000;
/** As the mix of a programme waits for voices. */
const MIX_DELAY_MS = 160;
const WALL_MS = 1.8e12;
const frame = new Float32Array(4800).fill(0.1);

/** Latest packets tell a media node how time of a stream goes. */
class NodeReports {
  #lastMs = 0;
  #timestamp = 0;
  #saidMs = 0;
  readonly #everyMs: number;
  readonly #clockRate: number;

  constructor(everyMs: number, clockRate: number) {
    this.#everyMs = everyMs;
    this.#clockRate = clockRate;
  }
  note(timestamp: number, nowMs: number): { ntp: ReturnType<typeof ntpOf>; rtpTimestamp: number } | undefined {
    [this.#lastMs, this.#timestamp] = [nowMs, timestamp];
    if (nowMs - this.#saidMs < this.#everyMs) return undefined;
    this.#saidMs = nowMs;
    const rtpTimestamp = (this.#timestamp + ((nowMs - this.#lastMs) * this.#clockRate) / 1000) >>> 0;
    return { ntp: ntpOf(WALL_MS + nowMs), rtpTimestamp };
  }
}

/** Plays an hour. `ppm`: by how much the encoder's clocks for sound and picture are fast. */
function play(ppm: { audio: number; video: number }) {
  const clock = new SendClock(WALL_MS);
  const common = { cname: 'one', clock, firstSequence: 65_000, timestampOffset: 2 ** 32 - 9000, marksLast: true };
  const timeline = new Timeline();
  const streamOf = (ssrc: number, clockRate: number, reportMs: number) => ({
    sender: new RtpSender({ ...common, ssrc, payloadType: 100, clockRate }),
    receiver: new RtpReceiver({ ssrc, payloadType: 100, clockRate, senderSsrc: 9, wantsKeyFrames: false }),
    times: timeline.stream(clockRate),
    node: new NodeReports(reportMs, clockRate),
    lastMs: 0,
    leapMs: 0,
  });
  const streams = { audio: streamOf(1, 48_000, 5000), video: streamOf(2, 90_000, 1000) };
  const mixer = new Mixer({ startMs: MIX_FROM_MS - MIX_DELAY_MS, delayMs: MIX_DELAY_MS });
  const reader = new MediaReader();
  const [muxer, demuxer] = [new TsMuxer({ video: 'mpeg1', audio: 'mp2' }), new TsDemuxer()];
  demuxer.push(muxer.head());
  /** By how much players are told other times than those at which it was made, of the last picture and sound. */
  const shown = { flv: { audio: 0, video: 0 }, ts: { audio: 0, video: 0 } };
  let worstOffsetMs = 0;
  const one = (kind: 'audio' | 'video', madeMs: number): void => {
    const stream = streams[kind];
    const timestampMs = Math.round(madeMs * (1 + ppm[kind] / 1e6));
    const nowMs = madeMs + ((madeMs / 20) % 7); // the network is not even
    const [media] = reader.read({ typeId: messageType[kind], streamId: 1, timestampMs, payload: Uint8Array.of(1) });
    for (const datagram of stream.sender.send([Uint8Array.of(1)], media?.timestampMs ?? 0, nowMs)) {
      const packet = parseRtp(datagram);
      if (packet === undefined) continue;
      stream.receiver.receive(packet, nowMs);
      const report = stream.node.note(packet.timestamp, nowMs);
      if (report !== undefined) stream.times.noteSenderReport(report, nowMs);
    }
    for (const packet of stream.receiver.drain(nowMs)) {
      const ptsMs = stream.times.toMs(packet.timestamp, packet.arrivalMs);
      stream.leapMs = Math.max(
        stream.leapMs,
        Math.abs(ptsMs - stream.lastMs - (madeMs === 0 ? ptsMs : FRAME_MS[kind])),
      );
      stream.lastMs = ptsMs;
      const unit = { ptsMs, dtsMs: ptsMs, isKey: false, nals: [], data: Uint8Array.of(1) };
      const body =
        kind === 'video' ? videoUnitBody({ kind, ...unit }) : audioUnitBody({ kind, ptsMs, data: unit.data });
      shown.flv[kind] = body.timestampMs - madeMs;
      if (kind === 'audio' && madeMs >= MIX_FROM_MS) mixer.push('voice', ptsMs, frame, frame);
      if (madeMs % 10_000 !== 0) continue;
      for (const back of demuxer.push(muxer.write({ kind, ...unit }))) shown.ts[back.kind] = back.ptsMs - madeMs;
    }
    if (madeMs >= MIX_FROM_MS) mixer.pull(nowMs);
  };
  for (let ms = 0; ms < HOUR_MS; ms += FRAME_MS.audio) {
    one('audio', ms);
    if (ms % FRAME_MS.video === 0) one('video', ms);
    if (ms > 1000) worstOffsetMs = Math.max(worstOffsetMs, Math.abs(shown.flv.video - shown.flv.audio));
  }
  return { worstOffsetMs, streams, mixer, shown };
}

describe('an hour of an encoder', () => {
  it.each([
    ['right', 0, 0],
    ['slow', -100, -100],
    ['fast', 100, 100],
    ['fast for sound and slow for pictures', 100, -100],
    ['slow for sound and fast for pictures', -100, 100],
  ])('whose clock is %s: sound and picture stay together, nothing leaps and no sound is lost', (_, audio, video) => {
    const { worstOffsetMs, streams, mixer, shown } = play({ audio, video });
    expect(worstOffsetMs).toBeLessThan(60);
    expect(Math.abs(shown.ts.video - shown.ts.audio)).toBeLessThan(60);
    expect([streams.audio.times.anchors, streams.video.times.anchors]).toEqual([0, 0]);
    expect([streams.audio.leapMs, streams.video.leapMs].every((ms) => ms < 10)).toBe(true);
    expect(mixer.lostSamples).toBe(0);
    expect(Math.abs(streams.video.lastMs - (HOUR_MS - FRAME_MS.video))).toBeLessThan(30);
  });
});
