// Records a participant for hours of a scripted clock: RTP as a media node sends it, the recorder's own track writer,
// journal, spool and store, and the MP4 that is assembled of them.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubscriptionRow } from '@meridian/client';
import type { AssembledRecording } from '@meridian/protocol';
import { ReceivedTrack, type TrackSink } from '@meridian/room-media';
import { CorrectedTimes, NodeClock, ntpOf, packetiseH264 } from '@meridian/room-media/core';
import type { ManualClock } from '@meridian/runtime';
import { expect } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { recordingPrefix } from '../../src/core/names.ts';
import { assemblingOf, outcomeOf, TestLibrary, TestQueue, taskOf } from './assembling.ts';
import { small } from './coded-frames.ts';
import { TestRecorder, TestRoom } from './stinting.ts';

/** Wall time of the media node when the clock of the recorder shows 0. */
const NODE_WALL_MS = 1_800_000_000_000;
const PREFIX = recordingPrefix('Acme', 'rec_1');
const WRAP = 2 ** 32;
const REPORT_MS = 1000;
/** Interval of flashes and beeps, which are known by their sizes. */
const MARK_MS = 60_000;
const MARK_BYTES = 300;
const PICTURE_MS = 250;
const KEY_EVERY = 8;
/** Two frames of 20 ms in each Opus packet. */
const SOUND_MS = 40;
/** The media node sends each packet so much after its capture, and up to `JITTER_MS` later. */
const DELAY_MS: Readonly<Record<'video' | 'audio', number>> = { video: 70, audio: 20 };
const JITTER_MS = 15;
/** Simulated time after which the disk must have everything. */
const WRITTEN_EVERY_MS = 60_000;
/** Journal, and a file of each track that grows or is being stored. */
const SPOOLED_MAX = 5;

export interface LongRecordingOptions {
  readonly durationMs: number;
  /** Drift of the clock that counts the sound's samples. */
  readonly soundPpm: number;
  /** Time after the begin at which the RTP timestamps wrap. */
  readonly wrapAfterMs: number;
}

/** Captured stream of one track, whose timestamps count at its own clock. */
class Stream {
  readonly kind: 'audio' | 'video';
  readonly received: ReceivedTrack;
  /** Capture times of marks. */
  readonly marksMs: number[] = [];
  readonly #sink: TrackSink;
  readonly #ticksPerMs: number;
  readonly #first: number;
  readonly #ssrc: number;
  readonly #stepMs: number;
  #sequence = 65_000;
  #packets = 0;
  #nextMarkMs = MARK_MS;

  constructor(
    kind: 'audio' | 'video',
    o: { sink: TrackSink; node: NodeClock; ppm: number; wrapAfterMs: number; ssrc: number },
  ) {
    const clockRate = kind === 'video' ? 90_000 : 48_000;
    this.kind = kind;
    this.#sink = o.sink;
    this.#ssrc = o.ssrc;
    this.#ticksPerMs = (clockRate / 1000) * (1 + o.ppm / 1e6);
    this.#stepMs = (kind === 'video' ? PICTURE_MS : SOUND_MS) / (1 + o.ppm / 1e6);
    this.#first = WRAP - Math.round(o.wrapAfterMs * this.#ticksPerMs);
    const mimeType = kind === 'video' ? 'video/H264' : 'audio/opus';
    const codec = { mimeType, payloadType: 100, clockRate, parameters: {}, rtcpFeedback: [] };
    const row: SubscriptionRow = {
      consumerId: kind,
      trackId: kind,
      publisherSessionId: 'ann',
      kind,
      rtpParameters: { codecs: [codec], headerExtensions: [], encodings: [{ ssrc: o.ssrc }], rtcp: {} },
      producerPaused: false,
      trackEpoch: 1,
    };
    const timesOf = (rate: number): CorrectedTimes => new CorrectedTimes(o.node, rate);
    this.received = ReceivedTrack.of(row, { timesOf, ownSsrc: 9 }) ?? expect.unreachable();
  }

  /** Capture time of the next packet. */
  get nextMs(): number {
    return this.#packets * this.#stepMs;
  }

  /** Sends the next packet, which arrives at `arrivalMs`. */
  send(arrivalMs: number): void {
    const captureMs = this.nextMs;
    const isMark = captureMs >= this.#nextMarkMs;
    if (isMark) {
      this.#nextMarkMs += MARK_MS;
      this.marksMs.push(captureMs);
    }
    for (const payload of this.#payloads(isMark)) {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      const timestamp = this.#timestampAt(captureMs);
      const packet = { payloadType: 100, marker: true, sequenceNumber: this.#sequence, timestamp, ssrc: this.#ssrc };
      this.received.receive({ ...packet, payload }, arrivalMs);
    }
    for (const { frame, run } of this.received.drain(arrivalMs)) this.#sink.frame(frame, run);
    this.#packets += 1;
  }

  /** Sends the media node's report of a moment. */
  report(ms: number, arrivalMs: number): void {
    const at = { ntp: ntpOf(NODE_WALL_MS + ms), rtpTimestamp: this.#timestampAt(ms) };
    const counts = { packetCount: 0, octetCount: 0, reports: [] };
    this.received.noteSenderReport({ type: 'sr', ssrc: this.#ssrc, ...at, ...counts }, arrivalMs);
  }

  #timestampAt(ms: number): number {
    return (this.#first + Math.round(ms * this.#ticksPerMs)) >>> 0;
  }

  #payloads(isMark: boolean): readonly Uint8Array[] {
    const bytes = isMark ? MARK_BYTES : 12;
    if (this.kind === 'audio') return [Uint8Array.from([0xf9, ...new Uint8Array(bytes)])];
    // A picture at a mark begins nothing: only each eighth picture is a key frame.
    const isKey = this.#packets % KEY_EVERY === 0;
    const slice = new Uint8Array(bytes).fill(isKey ? 0x65 : 0x41);
    return packetiseH264(isKey ? [small.sps, small.pps, slice] : [slice], 1200);
  }
}

export interface LongRecording {
  readonly made: AssembledRecording;
  /** Duration of each stream of the file. */
  readonly streamMs: Readonly<Record<'audio' | 'video', number>>;
  /** Number of marks that were captured in both tracks. */
  readonly marks: number;
  /**
   * Time in the file minus time of capture, of each mark that both tracks have: packets of sound are dropped where its
   * clock is too fast.
   */
  readonly laterMs: readonly Readonly<Record<'audio' | 'video', number>>[];
  readonly journalBytes: number;
  readonly journalLines: number;
  /** Most runs of a track: 1 when no timestamp seemed to jump. */
  readonly runs: number;
}

/** Records, assembles, and reads the file. Rejects when the spool does not keep up. */
export async function longRecording(clock: ManualClock, o: LongRecordingOptions): Promise<LongRecording> {
  const rig = await TestRecorder.start({ clock });
  try {
    const { captured, lines, runs } = await recorded(rig, o);
    const library = await TestLibrary.open();
    const queue = new TestQueue();
    const assembling = assemblingOf(rig.store, { library, queue });
    try {
      const task = await taskOf({ 'rec-1': rig.store });
      queue.add('t1', task);
      const outcome = await outcomeOf(queue, 't1');
      expect(outcome).not.toHaveProperty('code');
      const made = JSON.parse((outcome as { result: string }).result) as AssembledRecording;
      const [{ name } = expect.unreachable()] = made.outputs;
      const path = join(rig.place, 'long.mp4');
      writeFileSync(path, library.file(name));
      const keys = task.stints.flatMap(({ stintId, journals }) => journals.map((one) => `${stintId}/${one}`));
      const infos = await Promise.all(keys.map((key) => rig.store.head(`${PREFIX}${key}`)));
      const journalBytes = infos.reduce((sum, info) => sum + (info?.bytes ?? Number.NaN), 0);
      return { made, ...read(path, captured), journalBytes, journalLines: lines, runs };
    } finally {
      await assembling.close();
      await library.node.close();
    }
  } finally {
    await rig.dispose();
  }
}

async function recorded(
  rig: TestRecorder,
  { durationMs, soundPpm, wrapAfterMs }: LongRecordingOptions,
): Promise<{ captured: readonly Stream[]; lines: number; runs: number }> {
  const room = new TestRoom();
  let [lines, writtenMs, runs] = [0, 0, 0];
  const { stint } = await rig.open(room, {
    onLines: (added) => {
      lines += added.length;
      for (const line of added) {
        if (line.type === 'piece') writtenMs = Math.max(writtenMs, line.ms);
        if (line.type === 'file') runs = Math.max(runs, line.run ?? Number.NaN);
      }
    },
  });
  const node = new NodeClock();
  const streams = (['video', 'audio'] as const).map((kind, at) => {
    const ppm = kind === 'audio' ? soundPpm : 0;
    return new Stream(kind, { sink: room.publish('ann', kind), node, ppm, wrapAfterMs, ssrc: at + 1 });
  });
  const beganMs = rig.clock.nowMs();
  let checkMs = WRITTEN_EVERY_MS;
  for (const { ms, run } of events(streams, durationMs)) {
    const waitMs = beganMs + ms - rig.clock.nowMs();
    if (waitMs > 0) rig.clock.advance(waitMs);
    run(beganMs + ms);
    if (ms < checkMs) continue;
    checkMs += WRITTEN_EVERY_MS;
    await until('the disk has the last minute', () => writtenMs > ms - 10_000);
    await until('the store has all files that are over', () => rig.spooled().length <= SPOOLED_MAX);
  }
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  return { captured: streams, lines, runs };
}

interface Event {
  readonly ms: number;
  run(nowMs: number): void;
}

/** Yields arrivals and reports in their order, with delays that are the same in every run. */
function* events(streams: readonly Stream[], durationMs: number): Generator<Event> {
  const jitters = streams.map((_, at) => jitter(at + 1));
  const dueMs = streams.map(() => 0);
  const arriveMs = streams.map(({ kind }): number => DELAY_MS[kind]);
  for (;;) {
    const packet = arriveMs.indexOf(Math.min(...arriveMs));
    const report = dueMs.indexOf(Math.min(...dueMs));
    const isReport = (dueMs[report] ?? 0) < (arriveMs[packet] ?? 0);
    const at = isReport ? report : packet;
    const [stream, delay] = [streams[at], jitters[at]];
    if (stream === undefined || delay === undefined) return;
    const ms = (isReport ? dueMs : arriveMs)[at] ?? 0;
    if (ms >= durationMs) return;
    if (isReport) {
      const lateMs = delay();
      yield { ms: Math.max(ms, 0), run: (nowMs) => stream.report(ms - lateMs - 1, nowMs) };
      dueMs[at] = ms + REPORT_MS;
    } else {
      yield { ms, run: (nowMs) => stream.send(nowMs) };
      // Packets of a stream arrive in their order.
      arriveMs[at] = Math.max(ms, stream.nextMs + DELAY_MS[stream.kind] + delay());
    }
  }
}

/** Returns delays of 0 to `JITTER_MS`. */
function jitter(seed: number): () => number {
  let state = seed * 12_345;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 31) * JITTER_MS;
  };
}

function read(path: string, captured: readonly Stream[]): Pick<LongRecording, 'streamMs' | 'marks' | 'laterMs'> {
  const shown = ['-show_entries', 'packet=codec_type,pts_time,duration_time,size', '-of', 'csv=p=0'];
  const text = execFileSync('ffprobe', ['-v', 'quiet', ...shown, path], { maxBuffer: 2 ** 28 }).toString();
  const seenMs = { video: [] as number[], audio: [] as number[] };
  const streamMs = { video: 0, audio: 0 };
  for (const [, name, pts, duration, size] of text.matchAll(/^(\w+),([\d.-]+),([\d.]+),(\d+)/gm)) {
    const kind = name === 'video' ? 'video' : 'audio';
    streamMs[kind] = (Number(pts) + Number(duration)) * 1000;
    if (Number(size) >= MARK_BYTES) seenMs[kind].push(Number(pts) * 1000);
  }
  const later = ({ kind, marksMs }: Stream, at: number): number => {
    const captureMs = marksMs[at] ?? Number.NaN;
    return (seenMs[kind].find((ms) => Math.abs(ms - captureMs) < MARK_MS / 2) ?? Number.NaN) - captureMs;
  };
  const [video = expect.unreachable(), audio = expect.unreachable()] = captured;
  const marks = Math.min(video.marksMs.length, audio.marksMs.length);
  const all = Array.from({ length: marks }, (_, at) => ({ video: later(video, at), audio: later(audio, at) }));
  return { streamMs, marks, laterMs: all.filter((one) => !Number.isNaN(one.video + one.audio)) };
}
