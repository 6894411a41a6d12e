// Builds the head of an MP4 before its data (ISO/IEC 14496-12), so players start before the whole file is there.
import { concatBytes } from '../bytes.ts';
import { be16, be32, be64, box, fullBox, latin } from '../fmp4/boxes.ts';
import type { Chunk, TrackTable } from './track-table.ts';

export interface MovieTrack {
  readonly kind: 'audio' | 'video';
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  readonly startTicks: number;
  readonly table: TrackTable;
}

export interface Movie {
  readonly head: Uint8Array;
  readonly data: readonly { readonly track: number; readonly chunk: Chunk }[];
  readonly dataBytes: number;
  readonly durationMs: number;
}

const MOVIE_RATE = 1000;
const IDENTITY_MATRIX = be32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const UNDETERMINED = 0x55c4; // Language "und".
const ENABLED_IN_MOVIE = 3;
const OFFSET_32_MAX = 0xffff_ffff;
/** Above the tables of a day; beyond this bound offsets have 64 bits. */
const HEAD_BYTES_MAX = 256 * 1_048_576;

/** Orders the chunks of all tracks by time. It consumes the tables, so call it once per table. */
export function movieOf(tracks: readonly MovieTrack[]): Movie {
  const data = tracks
    .flatMap(({ table, timescale }, track) =>
      table.chunks.map((chunk) => ({ track, chunk, seconds: chunk.ticks / timescale })),
    )
    .sort((a, b) => a.seconds - b.seconds || a.track - b.track)
    .map(({ track, chunk }) => ({ track, chunk }));
  const offsets: number[][] = tracks.map(() => []);
  let dataBytes = 0;
  for (const { track, chunk } of data) {
    offsets[track]?.push(dataBytes);
    dataBytes += chunk.bytes;
  }
  const isLarge = dataBytes + HEAD_BYTES_MAX > OFFSET_32_MAX;
  const ftyp = box('ftyp', latin('isom'), be32(0x200), latin('isomiso6mp41'));
  const mdat = concatBytes(
    isLarge ? [be32(1), latin('mdat'), be64(dataBytes + 16)] : [be32(dataBytes + 8), latin('mdat')],
  );
  const durationsMs = tracks.map(durationMsOf);
  const tables = tracks.map(({ table }) => table.boxes());
  const moovAt = (shift: number): Uint8Array =>
    box(
      'moov',
      movieHeader(Math.max(0, ...durationsMs)),
      ...tracks.map((track, index) => {
        const shifted = (offsets[index] ?? []).map((offset) => offset + shift);
        return trak(track, index + 1, durationsMs[index] ?? 0, tables[index]?.(shifted, isLarge) ?? []);
      }),
    );
  // Offsets have a fixed width, so a first pass with offset 0 yields the size.
  const headBytes = ftyp.length + moovAt(0).length + mdat.length;
  const head = concatBytes([ftyp, moovAt(headBytes), mdat]);
  return { head, data, dataBytes, durationMs: Math.max(0, ...durationsMs) };
}

const startMsOf = ({ startTicks, timescale }: MovieTrack): number => Math.round((startTicks * MOVIE_RATE) / timescale);
const mediaMsOf = ({ table, timescale }: MovieTrack): number =>
  Math.round((table.durationTicks * MOVIE_RATE) / timescale);
const durationMsOf = (track: MovieTrack): number => startMsOf(track) + mediaMsOf(track);

function movieHeader(durationMs: number): Uint8Array {
  const times = concatBytes([be64(0), be64(0), be32(MOVIE_RATE), be64(durationMs)]);
  const nextTrack = 3;
  return fullBox(
    'mvhd',
    1,
    0,
    times,
    be32(0x10000, 0x01000000, 0, 0),
    IDENTITY_MATRIX,
    new Uint8Array(24),
    be32(nextTrack),
  );
}

function trak(track: MovieTrack, id: number, durationMs: number, tables: readonly Uint8Array[]): Uint8Array {
  const isVideo = track.kind === 'video';
  const header = fullBox(
    'tkhd',
    1,
    ENABLED_IN_MOVIE,
    concatBytes([be64(0), be64(0), be32(id, 0), be64(durationMs), be32(0, 0)]),
    be16(0, 0, isVideo ? 0 : 0x100, 0),
    IDENTITY_MATRIX,
    be32(track.width * 0x10000, track.height * 0x10000),
  );
  const times = concatBytes([be64(0), be64(0), be32(track.timescale), be64(track.table.durationTicks)]);
  const media = box(
    'mdia',
    fullBox('mdhd', 1, 0, times, be16(UNDETERMINED, 0)),
    fullBox('hdlr', 0, 0, be32(0), latin(isVideo ? 'vide' : 'soun'), be32(0, 0, 0), Uint8Array.of(0)),
    box(
      'minf',
      isVideo ? fullBox('vmhd', 0, 1, be16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, be16(0, 0)),
      box('dinf', fullBox('dref', 0, 0, be32(1), fullBox('url ', 0, 1))),
      box('stbl', ...tables),
    ),
  );
  return box('trak', header, ...edits(track), media);
}

/** Returns no edits if the track begins with the movie. */
function edits(track: MovieTrack): Uint8Array[] {
  const startMs = startMsOf(track);
  if (startMs === 0) return [];
  const rate = be32(0x10000);
  const empty = concatBytes([be64(startMs), be32(0xffff_ffff, 0xffff_ffff), rate]);
  const media = concatBytes([be64(mediaMsOf(track)), be64(0), rate]);
  return [box('edts', fullBox('elst', 1, 0, be32(2), empty, media))];
}
