// Builds a movie fragment with its data (ISO/IEC 14496-12, 8.8): moof and mdat, a run of samples per track.
import { concatBytes } from '../bytes.ts';
import { be32, be64, box, fullBox } from './boxes.ts';
import { OTHER_SAMPLE, SYNC_SAMPLE, VIDEO_TRACK } from './init.ts';

export interface Mp4Sample {
  /** Duration in ticks of the track, the unit of all times here. */
  readonly duration: number;
  readonly isSync: boolean;
  /** Display time minus decode time; may be negative. */
  readonly composition: number;
  readonly data: Uint8Array;
}

export interface Mp4Run {
  readonly track: number;
  /** Decode time of the first sample; whole, 0 to 2^53. */
  readonly base: number;
  readonly samples: readonly Mp4Sample[];
}

const DEFAULT_BASE_IS_MOOF = 0x20000;
const RUN = { dataOffset: 1, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const;
const VIDEO_RUN = RUN.dataOffset | RUN.duration | RUN.size | RUN.flags | RUN.composition;
const AUDIO_RUN = RUN.dataOffset | RUN.duration | RUN.size;

/** Builds a fragment with one run per track; `sequence` keeps its low 32 bits. */
export function mp4Fragment(sequence: number, runs: readonly Mp4Run[]): Uint8Array {
  // Offsets have a fixed width, so a first pass with offset 0 yields the size.
  const headBytes = moof(sequence, runs, 0).length + 8;
  const data = runs.flatMap(({ samples }) => samples.map((sample) => sample.data));
  return concatBytes([
    moof(sequence, runs, headBytes),
    be32(8 + data.reduce((sum, { length }) => sum + length, 0)),
    MDAT,
    ...data,
  ]);
}

const MDAT = Uint8Array.of(0x6d, 0x64, 0x61, 0x74);

function moof(sequence: number, runs: readonly Mp4Run[], firstOffset: number): Uint8Array {
  let offset = firstOffset;
  const trafs = runs.map((run) => {
    const bytes = traf(run, offset);
    for (const { data } of run.samples) offset += data.length;
    return bytes;
  });
  return box('moof', fullBox('mfhd', 0, 0, be32(sequence)), ...trafs);
}

function traf({ track, base, samples }: Mp4Run, offset: number): Uint8Array {
  const isVideo = track === VIDEO_TRACK;
  const fields = samples.flatMap(({ duration, data, isSync, composition }) =>
    isVideo ? [duration, data.length, isSync ? SYNC_SAMPLE : OTHER_SAMPLE, composition] : [duration, data.length],
  );
  return box(
    'traf',
    fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, be32(track)),
    fullBox('tfdt', 1, 0, be64(base)),
    fullBox('trun', 1, isVideo ? VIDEO_RUN : AUDIO_RUN, be32(samples.length, offset, ...fields)),
  );
}
