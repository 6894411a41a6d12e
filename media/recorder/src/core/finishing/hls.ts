// HLS (RFC 8216) of a finished recording: one CMAF file per rendition, whose fragments are the segments.
import { boxesOf, headOf, MalformedStream } from '@meridian/room-media/core';

/** Length of segments, which begin with a key frame. */
export const SEGMENT_MS = 4000;
export const PICTURES_PER_SECOND = 30;

export const renditionNames = ['360p', '720p'] as const;
export type RenditionName = (typeof renditionNames)[number];
export const isRenditionName = (text: string): text is RenditionName =>
  (renditionNames as readonly string[]).includes(text);

export interface PlannedRendition {
  readonly name: RenditionName;
  readonly width: number;
  readonly height: number;
  readonly maxKbps: number;
}

/** Lines of the shorter side, and the rate that such a picture needs. */
const rungs: Record<RenditionName, { readonly lines: number; readonly maxKbps: number }> = {
  '360p': { lines: 360, maxKbps: 800 },
  '720p': { lines: 720, maxKbps: 2500 },
};

/** Returns the requested renditions, smallest first: none larger than the source, and no duplicates. */
export function renditionsOf(
  source: { readonly width: number; readonly height: number },
  requested: readonly RenditionName[],
): PlannedRendition[] {
  const sourceLines = Math.min(source.width, source.height);
  const planned: PlannedRendition[] = [];
  let linesBefore = 0;
  for (const name of renditionNames) {
    const lines = Math.min(rungs[name].lines, sourceLines);
    if (!requested.includes(name) || lines <= linesBefore) continue;
    linesBefore = lines;
    const scale = lines / sourceLines;
    const { maxKbps } = rungs[name];
    planned.push({ name, width: even(source.width * scale), height: even(source.height * scale), maxKbps });
  }
  return planned;
}

/** H.264 with 4:2:0 has even sides. */
const even = (side: number): number => Math.max(2, Math.round(side / 2) * 2);

export interface Segment {
  readonly from: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface MadeRendition extends PlannedRendition {
  readonly initBytes: number;
  readonly segments: readonly Segment[];
  /** Value of CODECS (RFC 6381). */
  readonly codecs: string;
}

/** Writes the playlist of a rendition; `uri` is its file, relative to the playlist. */
export function mediaPlaylist({ initBytes, segments }: MadeRendition, uri: string): string {
  const longestMs = Math.max(1, ...segments.map(({ durationMs }) => durationMs));
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longestMs / 1000))}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS'],
    `#EXT-X-MAP:URI="${uri}",BYTERANGE="${initBytes}@0"`,
    ...segments.flatMap(({ from, bytes, durationMs }) => [
      `#EXTINF:${(durationMs / 1000).toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes}@${from}`,
      uri,
    ]),
    '#EXT-X-ENDLIST\n',
  ].join('\n');
}

/** Writes the master playlist; `uriOf` returns a rendition's playlist, relative to it. */
export function masterPlaylist(renditions: readonly MadeRendition[], uriOf: (name: RenditionName) => string): string {
  const lines = renditions.flatMap((rendition) => {
    const { width, height, codecs, segments, name } = rendition;
    const rates = segments.map(({ bytes, durationMs }) => (bytes * 8000) / durationMs);
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const ms = segments.reduce((sum, segment) => sum + segment.durationMs, 0);
    const bandwidth = `BANDWIDTH=${Math.ceil(Math.max(1, ...rates))}`;
    const average = `AVERAGE-BANDWIDTH=${Math.ceil((bytes * 8000) / Math.max(1, ms))}`;
    const shown = `RESOLUTION=${width}x${height},FRAME-RATE=${PICTURES_PER_SECOND.toFixed(3)},VIDEO-RANGE=SDR`;
    return [`#EXT-X-STREAM-INF:${bandwidth},${average},CODECS="${codecs}",${shown}`, uriOf(name)];
  });
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...lines, ''].join('\n');
}

/** A segment of 4 s has at most a few MB. */
const BOX_BYTES_MAX = 64 * 1_048_576;

/**
 * Finds the segments of fragmented MP4 that arrives in pieces: a moof with its mdat is a segment, and the bytes before
 * the first moof are the initialisation.
 */
export class SegmentFinder {
  /** Bytes of the initialisation, or of a moof up to the end of its first `tfdt`. */
  #head: Uint8Array = new Uint8Array();
  #init: Uint8Array | undefined;
  #offset = 0;
  #skip = 0;
  readonly #starts: { readonly from: number; readonly ticks: number }[] = [];

  /** Throws MalformedStream. */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        this.#offset += skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      this.#head = joined(this.#head, rest);
      rest = this.#readBox();
    }
  }

  /** Returns the segments. `durationMs` is the whole's. Throws MalformedStream for cut or missing input. */
  end(durationMs: number): Pick<MadeRendition, 'initBytes' | 'segments' | 'codecs'> {
    if (this.#init === undefined || this.#head.length > 0 || this.#skip > 0 || this.#starts.length === 0)
      throw new MalformedStream('TRUNCATED', `${this.#starts.length} segments, ${this.#skip} bytes are missing`);
    const { timescale, codecs } = readInit(this.#init);
    const [first] = this.#starts;
    const segments = this.#starts.map(({ from, ticks }, at) => {
      const next = this.#starts[at + 1];
      const startMs = ((ticks - (first?.ticks ?? 0)) * 1000) / timescale;
      const endMs = next === undefined ? durationMs : ((next.ticks - (first?.ticks ?? 0)) * 1000) / timescale;
      return { from, bytes: (next?.from ?? this.#offset) - from, durationMs: Math.max(1, endMs - startMs) };
    });
    return { initBytes: first?.from ?? 0, segments, codecs };
  }

  #readBox(): Uint8Array {
    const noBytes = new Uint8Array();
    const isLong = this.#head[3] === 1 && this.#head.subarray(0, 3).every((byte) => byte === 0);
    if (this.#head.length < (isLong ? 16 : 8)) return noBytes;
    const { size, type } = headOf(this.#head);
    if (size > BOX_BYTES_MAX) throw new MalformedStream('TOO_MANY', `${type} of ${size} bytes`);
    if (type === 'mdat') {
      this.#skip = size;
    } else {
      if (this.#head.length < size) return noBytes;
      const whole = this.#head.subarray(0, size);
      if (type === 'moov') this.#init = whole.slice();
      if (type === 'moof') this.#starts.push({ from: this.#offset, ticks: baseTicks(whole) });
      this.#skip = size;
    }
    const head = this.#head;
    this.#head = noBytes;
    return head;
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const result = new Uint8Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
};

function baseTicks(moof: Uint8Array): number {
  const traf = boxesOf(boxesOf(moof)[0]?.content ?? new Uint8Array()).find(({ type }) => type === 'traf');
  const tfdt = boxesOf(traf?.content ?? new Uint8Array()).find(({ type }) => type === 'tfdt')?.content;
  if (tfdt === undefined || tfdt.length < 8) throw new MalformedStream('INVALID', 'a fragment without a time');
  const view = new DataView(tfdt.buffer, tfdt.byteOffset, tfdt.byteLength);
  return view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
}

const bytesOf = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));

function readInit(moov: Uint8Array): { timescale: number; codecs: string } {
  const avcC = indexOf(moov, bytesOf('avcC'));
  const mdhd = indexOf(moov, bytesOf('mdhd'));
  if (avcC < 0 || mdhd < 0) throw new MalformedStream('INVALID', 'no picture of H.264');
  const hex = (at: number): string => (moov[at] ?? 0).toString(16).padStart(2, '0');
  const view = new DataView(moov.buffer, moov.byteOffset, moov.byteLength);
  const timescale = view.getUint32(mdhd + 4 + (view.getUint8(mdhd + 4) === 1 ? 20 : 12));
  const video = `avc1.${hex(avcC + 5)}${hex(avcC + 6)}${hex(avcC + 7)}`;
  return { timescale, codecs: indexOf(moov, bytesOf('mp4a')) < 0 ? video : `${video},mp4a.40.2` };
}

function indexOf(bytes: Uint8Array, what: readonly number[]): number {
  for (let at = 0; at + what.length <= bytes.length; at += 1)
    if (what.every((byte, index) => bytes[at + index] === byte)) return at;
  return -1;
}
