import type { CodedFrame, PictureFrame, TimeRun } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { PIECE_BYTES_MAX, PIECE_FRAMES_MAX } from '../../src/core/tracks/open-piece.ts';
import type { TrackOutput } from '../../src/core/tracks/outputs.ts';
import { PIECE_MS } from '../../src/core/tracks/track-timing.ts';
import { FILE_MS_MAX, TrackWriter } from '../../src/core/tracks/track-writer.ts';
import { aac, aacFormat, filesOf, h264, hex, large, opus, piecesOf, samplesOf, vp8 } from '../support/coded-frames.ts';

/** Beginning of the stint on the clock of the frames. */
const startedMs = 5_000_000;
const from = (frame: CodedFrame): CodedFrame =>
  frame.codec === 'h264'
    ? { ...frame, ptsMs: frame.ptsMs + startedMs, dtsMs: frame.dtsMs + startedMs }
    : { ...frame, ptsMs: frame.ptsMs + startedMs };

function writer(kind: 'audio' | 'video') {
  const track = new TrackWriter({ startedMs, kind });
  const outputs: TrackOutput[] = [];
  return {
    outputs,
    get needsKey() {
      return track.needsKey;
    },
    push: (...frames: CodedFrame[]) => {
      for (const frame of frames) outputs.push(...track.push(from(frame)));
    },
    of: (run: TimeRun, ...frames: CodedFrame[]) => {
      for (const frame of frames) outputs.push(...track.push(from(frame), run));
    },
    elapse: (ms: number) => outputs.push(...track.elapse(startedMs + ms)),
    muted: (isMuted: boolean, ms: number) => outputs.push(...track.muted(isMuted, startedMs + ms)),
    end: (ms: number) => outputs.push(...track.end(startedMs + ms)),
  };
}
const types = (outputs: readonly TrackOutput[]): string => outputs.map(({ type }) => type).join(' ');
const times = (outputs: readonly TrackOutput[]) => piecesOf(outputs).map(({ ms, durationMs }) => [ms, durationMs]);
const every = (stepMs: number, fromMs: number, toMs: number): number[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, at) => fromMs + at * stepMs);

it.each<[string, 'audio' | 'video', CodedFrame]>([
  ['no time', 'video', vp8(Number.NaN, true)],
  ['an infinite time', 'audio', opus(Number.POSITIVE_INFINITY)],
  ['a picture without a size', 'video', { ...vp8(0, true), size: undefined }],
  ['a picture of width 0', 'video', vp8(0, true, { width: 0, height: 180 })],
  ['a height beyond 16 bits', 'video', vp8(0, true, { width: 320, height: 65_536 })],
  ['a width of half a pixel', 'video', vp8(0, true, { width: 320.5, height: 180 })],
  ['a key frame of VP8 without its code', 'video', { ...vp8(0, true), data: new Uint8Array(20) }],
  ['a VP8 key frame with the data of a delta frame', 'video', { ...vp8(0, true), data: vp8(0, false).data }],
  ['empty VP8', 'video', { ...vp8(0, true), data: hex('') }],
  ['empty VP9', 'video', { ...vp8(0, true), codec: 'vp9', data: hex('') }],
  ['garbled VP9', 'video', { ...vp8(0, true), codec: 'vp9', data: hex('82 000000 00 27f0 1670') }],
  ['AV1 without a sequence header', 'video', { ...vp8(0, true), codec: 'av1', data: hex('320155') }],
  ['AV1 with an empty sequence header', 'video', { ...vp8(0, true), codec: 'av1', data: hex('0a0100 320155') }],
  ['H.264 without NAL units', 'video', { ...h264(0, true), nals: [] }],
  ['H.264 without parameter sets', 'video', { ...h264(0, false), isKey: true }],
  ['a garbled SPS', 'video', h264(0, true, { sets: { sps: hex('67ff'), pps: large.pps } })],
  ['a picture shown hours later', 'video', h264(0, true, { ptsMs: 20_000_000 })],
  ['empty Opus', 'audio', opus(0, 0)],
  ['121 ms of Opus', 'audio', { ...opus(0), data: hex('fb 07') }],
  ['Opus of 0 frames', 'audio', { ...opus(0), data: hex('fb 00') }],
  ["Opus with AAC's format", 'audio', { ...opus(0), format: aacFormat }],
  ['Opus of six channels', 'audio', { ...opus(0), format: { codec: 'opus', sampleRate: 48_000, channels: 6 } }],
  ['AAC without a config', 'audio', aac(0, { codec: 'aac', sampleRate: 44_100, channels: 2 })],
  ['AAC with a config of a megabyte', 'audio', aac(0, { ...aacFormat, config: new Uint8Array(1_000_000) })],
  ['AAC of rate 0', 'audio', aac(0, { ...aacFormat, sampleRate: 0 })],
  ['sound in a track of pictures', 'video', opus(0)],
  ['a picture in a track of sound', 'audio', vp8(0, true)],
])('a malformed frame is dropped: %s', (_what, kind, frame) => {
  const track = writer(kind);
  track.push(frame);
  track.end(10);
  expect(track.outputs).toEqual([]);
  const good = writer(kind);
  const [first, second] = kind === 'video' ? [vp8(0, true), vp8(40, true)] : [opus(0), opus(20)];
  good.push(first, frame);
  expect(good.needsKey).toBe(kind === 'video');
  good.push(second);
  good.end(80);
  expect(types(good.outputs)).toBe('file piece fileEnd');
  expect(piecesOf(good.outputs)[0]?.frames).toBe(2);
});

it('a file of pictures begins with a key frame, and so does its continuation after a malformed frame', () => {
  const track = writer('video');
  expect(track.needsKey).toBe(true);
  track.push(h264(0, false), h264(40, false));
  expect([track.needsKey, track.outputs.length]).toEqual([true, 0]);
  track.push(h264(80, true), h264(120, false));
  expect(track.needsKey).toBe(false);
  track.push({ ...h264(160, false), nals: [] }, h264(200, false));
  expect(track.needsKey).toBe(true);
  track.push(h264(240, true), h264(280, false));
  track.end(320);
  const [piece] = piecesOf(track.outputs);
  expect(types(track.outputs)).toBe('file piece fileEnd');
  expect(piece && samplesOf(piece).map(({ tick, isSync }) => [tick / 90, isSync])).toEqual([
    [80, true],
    [120, false],
    [240, true],
    [280, false],
  ]);
  expect(track.needsKey).toBe(false);
});

it('pictures of another codec wait for their key frame', () => {
  const track = writer('video');
  track.push(vp8(0, true), { ...vp8(40, false), codec: 'vp9', data: hex('86 00') } as PictureFrame);
  expect(track.needsKey).toBe(true);
  track.push(h264(80, true));
  track.end(100);
  expect(types(track.outputs)).toBe('file piece fileEnd file piece fileEnd');
  expect(filesOf(track.outputs).map(({ codec, codecs, size }) => [codec, codecs, size?.width])).toEqual([
    ['vp8', 'vp08.00.00.08', 320],
    ['h264', 'avc1.42c01e', 640],
  ]);
});

it.each<[string, CodedFrame, CodedFrame]>([
  ['size', vp8(40, true), vp8(40, true, { width: 640, height: 360 })],
  ['SPS', h264(40, true), h264(40, true, { sets: large })],
  ['PPS', h264(40, true), h264(40, true, { sets: { sps: large.sps, pps: hex('682a') } })],
  ['AAC config', aac(23), aac(23, { ...aacFormat, config: hex('1208') })],
  ['number of channels', aac(23), aac(23, { ...aacFormat, channels: 1 })],
  ['sample rate', aac(23), aac(23, { ...aacFormat, sampleRate: 48_000, config: hex('1190') })],
])('another %s begins another file, without a hole', (_what, same, other) => {
  const first = 'isKey' in same ? { ...same, ptsMs: 0, dtsMs: 0 } : { ...same, ptsMs: 0 };
  for (const [second, files] of [[same, 1] as const, [other, 2] as const]) {
    const track = writer('isKey' in same ? 'video' : 'audio');
    track.push(first, second);
    track.end(100);
    expect(filesOf(track.outputs)).toHaveLength(files);
    const [before, after] = piecesOf(track.outputs);
    if (files === 2) expect(Math.abs((before?.durationMs ?? 0) - (after?.ms ?? 0))).toBeLessThan(0.02);
  }
});

it('pieces are cut at frequent key frames, and otherwise after 2 s', () => {
  const often = writer('video');
  for (const ms of every(40, 0, 13_000)) often.push(vp8(ms, ms % 3000 === 0));
  expect(piecesOf(often.outputs).map(({ ms, isKey }) => [ms, isKey])).toEqual([
    [0, true],
    [2000, false], // The key frame interval is not known yet.
    [6000, true],
    [9000, true],
  ]);
  const seldom = writer('video');
  for (const ms of every(40, 0, 12_000)) seldom.push(vp8(ms, ms === 0 || ms === 7000));
  expect(piecesOf(seldom.outputs).map(({ ms, isKey }) => [ms, isKey])).toEqual([
    [0, true],
    [2000, false],
    [4000, false],
    [6000, false],
    [7000, true],
    [9000, false],
  ]);
});

it('an open piece is completed a second after its last frame', () => {
  for (const kind of ['video', 'audio'] as const) {
    const track = writer(kind);
    const frame = (ms: number): CodedFrame => (kind === 'video' ? vp8(ms, ms === 0) : opus(ms));
    for (const ms of every(20, 0, 1000)) {
      track.push(frame(ms));
      if (ms % 500 === 0) track.elapse(ms);
    }
    for (const ms of [1000, 1500]) track.elapse(ms);
    expect(types(track.outputs)).toBe('file');
    for (const ms of [2000, 2500]) track.elapse(ms);
    expect(types(track.outputs)).toBe('file piece');
    expect(times(track.outputs)).toEqual([[0, 1000]]);
    track.push(frame(4000));
    track.end(5000);
    expect(types(track.outputs)).toBe('file piece piece fileEnd');
    expect(piecesOf(track.outputs)[1]?.ms).toBe(4000);
  }
});

it('elapsed time does not cut a running piece, however late the call', () => {
  const track = writer('video');
  for (const ms of every(40, 0, 1960)) {
    track.push(vp8(ms, ms === 0));
    track.elapse(ms + 30_000);
  }
  expect(types(track.outputs)).toBe('file');
});

it('a muted track completes its open piece, and continues in the same file', () => {
  const track = writer('audio');
  track.push(opus(0), opus(20));
  track.muted(true, 40);
  expect(times(track.outputs)).toEqual([[0, 40]]);
  track.muted(true, 50);
  track.muted(false, 3000);
  track.push(opus(3000));
  track.end(3100);
  track.end(3100);
  track.push(opus(3200));
  expect(types(track.outputs)).toBe('file piece piece fileEnd');
  expect(track.outputs.at(-1)).toEqual({ type: 'fileEnd', ms: 3020 });
});

it('a piece is cut early by its bytes and by its frames', () => {
  const wide = writer('video');
  const bytes = 1_000_000;
  for (const ms of every(40, 0, 400)) wide.push(h264(ms, ms === 0, { bytes }));
  expect(piecesOf(wide.outputs).map(({ frames }) => frames)).toEqual([Math.floor(PIECE_BYTES_MAX / bytes)]);
  const fast = writer('video');
  for (const ms of every(1, 0, 1500)) fast.push(vp8(ms, ms === 0));
  expect(piecesOf(fast.outputs).map(({ frames }) => frames)).toEqual([PIECE_FRAMES_MAX]);
  const huge = writer('video');
  huge.push(h264(0, true, { bytes: PIECE_BYTES_MAX + 1 }), h264(40, false));
  expect(piecesOf(huge.outputs).map(({ frames }) => frames)).toEqual([1]);
});

it('a file ends after ten minutes: sound at once, pictures with a requested key frame', () => {
  const sound = writer('audio');
  for (const ms of every(20, 0, FILE_MS_MAX + 100)) sound.push(opus(ms));
  expect(filesOf(sound.outputs).map(({ ms }) => ms)).toEqual([0, FILE_MS_MAX]);
  const video = writer('video');
  for (const ms of every(40, 0, FILE_MS_MAX)) video.push(vp8(ms, ms === 0));
  expect(video.needsKey).toBe(false);
  video.push(vp8(FILE_MS_MAX, false));
  expect(video.needsKey).toBe(true);
  video.push(vp8(FILE_MS_MAX + 40, false), vp8(FILE_MS_MAX + 80, true));
  expect(video.needsKey).toBe(false);
  expect(filesOf(video.outputs).map(({ ms }) => ms)).toEqual([0, FILE_MS_MAX + 80]);
  const pieces = piecesOf(video.outputs);
  expect(pieces.reduce((sum, { frames }) => sum + frames, 0)).toBe(FILE_MS_MAX / 40 + 2);
  expect(pieces.every(({ durationMs }) => durationMs <= PIECE_MS)).toBe(true);
});

it('each piece has the correction of its run that is known when it is written', () => {
  const track = writer('audio');
  const run = { laterMs: 0 };
  track.of(run, ...every(20, 150, 2310).map((ms) => opus(ms)));
  run.laterMs = -158.0004;
  track.of(run, ...every(20, 2310, 5000).map((ms) => opus(ms)));
  track.end(5000);
  expect(piecesOf(track.outputs).map(({ ms, laterMs }) => [ms, laterMs])).toEqual([
    [150, 0],
    [2150, -158],
    [4150, -158],
  ]);
  expect(types(track.outputs)).toBe('file piece piece piece fileEnd');
});

it('another run begins another file, which may begin before the end of the previous one', () => {
  const sound = writer('audio');
  sound.of({ laterMs: -200 }, ...every(20, 300, 1300).map((ms) => opus(ms)));
  sound.of({ laterMs: 0 }, ...every(20, 1100, 2000).map((ms) => opus(ms)));
  sound.end(2000);
  expect(times(sound.outputs)).toEqual([
    [300, 1000],
    [1100, 900],
  ]);
  expect(sound.outputs.flatMap((output) => (output.type === 'file' ? [output.run] : []))).toEqual([1, 2]);
});

it('another run of pictures begins with a requested key frame', () => {
  const picture = writer('video');
  picture.of({ laterMs: 5 }, vp8(0, true), vp8(40, false));
  const other = { laterMs: 0 };
  picture.of(other, vp8(80, false));
  expect([types(picture.outputs), picture.needsKey]).toEqual(['file piece fileEnd', true]);
  picture.of(other, vp8(20, true));
  picture.end(60);
  expect(types(picture.outputs)).toBe('file piece fileEnd file piece fileEnd');
  // The step of the new run's pictures is still unknown.
  expect(piecesOf(picture.outputs).map(({ ms, durationMs, frames }) => [ms, Math.round(durationMs), frames])).toEqual([
    [0, 80, 2],
    [20, 33, 1],
  ]);
});
