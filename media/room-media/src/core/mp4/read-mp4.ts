// Parses recorded files: fragmented MP4 with one track (ISO/IEC 14496-12, 8.8). Files rewritten by others (ffmpeg) may
// also use the defaults of `tfhd` and `trex`.
import { ByteReader } from '../bytes.ts';
import { boxesOf, headOf } from '../fmp4/read-boxes.ts';
import { MalformedStream } from '../malformed.ts';

function inside(bytes: Uint8Array, path: readonly string[]): Uint8Array {
  let content = bytes;
  for (const type of path) {
    const found = boxesOf(content).find((box) => box.type === type);
    if (found === undefined) throw new MalformedStream('INVALID', `no ${path.join('/')}`);
    content = found.content;
  }
  return content;
}

export interface TrackInit {
  readonly trackId: number;
  readonly kind: 'audio' | 'video';
  readonly timescale: number;
  /** Only sample entry, including its header. */
  readonly sampleEntry: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Sound channels; the config of AAC may differ. */
  readonly channels: number;
  readonly defaults: SampleDefaults;
}

interface SampleDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** Parses ftyp and moov of a file with one track. Throws MalformedStream otherwise. */
export function readInit(bytes: Uint8Array): TrackInit {
  const moov = inside(bytes, ['moov']);
  const traks = boxesOf(moov).filter(({ type }) => type === 'trak');
  const trak = traks[0]?.content;
  if (trak === undefined || traks.length > 1) throw new MalformedStream('INVALID', `${traks.length} tracks`);
  const handler = new ByteReader(inside(trak, ['mdia', 'hdlr']));
  handler.take(8);
  const kind = String.fromCharCode(...handler.take(4));
  if (kind !== 'vide' && kind !== 'soun') throw new MalformedStream('UNSUPPORTED', `a track of ${kind}`);
  const entries = boxesOf(inside(trak, ['mdia', 'minf', 'stbl', 'stsd']).subarray(8));
  const sampleEntry = entries[0];
  if (sampleEntry === undefined || entries.length > 1) throw new MalformedStream('INVALID', 'not one sample entry');
  const entry = new ByteReader(sampleEntry.content.subarray(kind === 'vide' ? 24 : 16));
  const trex = new ByteReader(inside(moov, ['mvex', 'trex']));
  const [, trackId, , duration, sampleSize, flags] = Array.from({ length: 6 }, () => trex.u32());
  const timescale = timescaleOf(inside(trak, ['mdia', 'mdhd']));
  return {
    trackId: trackId ?? 0,
    kind: kind === 'vide' ? 'video' : 'audio',
    timescale,
    sampleEntry: sampleEntry.bytes,
    width: kind === 'vide' ? entry.u16() : 0,
    height: kind === 'vide' ? entry.u16() : 0,
    channels: kind === 'soun' ? entry.u16() : 0,
    defaults: { duration: duration ?? 0, size: sampleSize ?? 0, flags: flags ?? 0 },
  };
}

function timescaleOf(mdhd: Uint8Array): number {
  const reader = new ByteReader(mdhd);
  const version = reader.u32() >>> 24;
  reader.take(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw new MalformedStream('INVALID', 'a timescale of 0');
  return timescale;
}

/** Times are in ticks of the track. */
export interface FragmentSample {
  readonly dts: number;
  readonly duration: number;
  /** Display time minus decode time; may be negative. */
  readonly composition: number;
  readonly isSync: boolean;
  readonly bytes: number;
  readonly from: number;
}

/** Far above a piece of 2 s; bounds the memory for a broken count. */
const SAMPLES_MAX = 100_000;
const TFHD = { baseOffset: 1, description: 2, duration: 8, size: 16, flags: 32, baseIsMoof: 0x20000 } as const;
const TRUN = { offset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const;
const NON_SYNC = 0x10000;

/**
 * Returns the samples of a piece: a moof and the mdat behind it, of which only the moof must be present. `pieceBytes`
 * is the length of both, and bounds all samples. Throws MalformedStream.
 */
export function readFragment(piece: Uint8Array, pieceBytes: number, init: TrackInit): FragmentSample[] {
  const { size, type } = headOf(piece);
  if (type !== 'moof') throw new MalformedStream('INVALID', `${type} instead of moof`);
  if (size > piece.length) throw new MalformedStream('TRUNCATED', `moof of ${size} bytes`);
  const samples: FragmentSample[] = [];
  for (const traf of boxesOf(inside(piece.subarray(0, size), ['moof']))) {
    if (traf.type === 'traf') readTraf(traf.content, pieceBytes, init, samples);
  }
  return samples;
}

function readTraf(traf: Uint8Array, pieceBytes: number, init: TrackInit, samples: FragmentSample[]): void {
  const tfhd = new ByteReader(inside(traf, ['tfhd']));
  const tfhdFlags = tfhd.u32();
  if (tfhd.u32() !== init.trackId) throw new MalformedStream('INVALID', 'a fragment of another track');
  if (tfhdFlags & TFHD.baseOffset) throw new MalformedStream('UNSUPPORTED', 'offsets that count from the beginning');
  if (tfhdFlags & TFHD.description) tfhd.u32();
  const defaults = {
    duration: tfhdFlags & TFHD.duration ? tfhd.u32() : init.defaults.duration,
    size: tfhdFlags & TFHD.size ? tfhd.u32() : init.defaults.size,
    flags: tfhdFlags & TFHD.flags ? tfhd.u32() : init.defaults.flags,
  };
  const tfdt = new ByteReader(inside(traf, ['tfdt']));
  let next = { dts: tfdt.u32() >>> 24 === 1 ? tfdt.u32() * 2 ** 32 + tfdt.u32() : tfdt.u32(), from: 0 };
  for (const { type, content } of boxesOf(traf)) {
    if (type === 'trun') next = readRun(new ByteReader(content), next, pieceBytes, defaults, samples);
  }
}

function readRun(
  run: ByteReader,
  start: { readonly dts: number; readonly from: number },
  pieceBytes: number,
  defaults: SampleDefaults,
  samples: FragmentSample[],
): { dts: number; from: number } {
  const runFlags = run.u32();
  const count = run.u32();
  if (samples.length + count > SAMPLES_MAX) throw new MalformedStream('TOO_MANY', `${count} samples in a piece`);
  let from = runFlags & TRUN.offset ? run.u32() : start.from;
  let { dts } = start;
  const firstFlags = runFlags & TRUN.firstFlags ? run.u32() : undefined;
  for (let index = 0; index < count; index += 1) {
    const duration = runFlags & TRUN.duration ? run.u32() : defaults.duration;
    const bytes = runFlags & TRUN.size ? run.u32() : defaults.size;
    const sampleFlags = runFlags & TRUN.flags ? run.u32() : defaults.flags;
    const flags = index === 0 ? (firstFlags ?? sampleFlags) : sampleFlags;
    const composition = runFlags & TRUN.composition ? run.u32() | 0 : 0;
    if (from + bytes > pieceBytes) throw new MalformedStream('TRUNCATED', 'a sample reaches beyond its piece');
    samples.push({ dts, duration, composition, isSync: (flags & NON_SYNC) === 0, bytes, from });
    dts += duration;
    from += bytes;
  }
  return { dts, from };
}
