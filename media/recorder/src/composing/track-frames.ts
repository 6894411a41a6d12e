// Coded frames of one recorded track in order, read piece by piece as time goes on.

import { readInit } from '@meridian/room-media/core';
import { readPiece, withAssembleError } from '../assembling/prepare-mp4.ts';
import { type FileFormat, fileFormatOf, framesOf, type TimedFrame } from '../core/composing/coded-frames.ts';
import type { ManifestFile, ManifestPiece, ManifestTrack } from '../core/journal/manifest.ts';
import type { ReadRange } from '../stints/read-journals.ts';

interface NextPiece {
  readonly file: ManifestFile;
  readonly piece: ManifestPiece;
  /** Begin of the next file, whose frames replace those of this one. */
  readonly endMs: number;
}

export class TrackFrames {
  readonly trackId: string;
  readonly #read: ReadRange;
  readonly #pieces: NextPiece[];
  #next = 0;
  #format: { readonly file: ManifestFile; readonly format: FileFormat } | undefined;
  #frames: TimedFrame[] = [];
  #at = 0;

  /** Times are of the stint: `track` is of the manifest of this stint alone. */
  constructor(track: ManifestTrack, read: ReadRange) {
    this.trackId = track.trackId;
    this.#read = read;
    const files = track.files.filter(({ sha256 }) => sha256 !== undefined).toSorted((a, b) => a.ms - b.ms);
    this.#pieces = files.flatMap((file, at) => {
      const endMs = files[at + 1]?.ms ?? Number.POSITIVE_INFINITY;
      return file.pieces.map((piece) => ({ file, piece, endMs }));
    });
  }

  /** True when `fill` must be called before frames up to this time are known. */
  needs(ms: number): boolean {
    const next = this.#pieces[this.#next];
    return next !== undefined && next.piece.ms <= ms;
  }

  /** Reads the pieces up to a time. Rejects with `AssembleError` `MEDIA_MALFORMED`, and as `read` does. */
  async fill(ms: number): Promise<void> {
    for (let next = this.#pieces[this.#next]; next !== undefined && this.needs(ms); next = this.#pieces[this.#next]) {
      this.#next += 1;
      const { file, piece, endMs } = next;
      const path = `${file.stintId}/${file.name}`;
      const format = await this.#formatOf(file, path);
      const bytes = await readPiece(path, piece, this.#read);
      const frames = await withAssembleError(path, () => framesOf(bytes, format, file.laterMs));
      const isBefore = (frame: TimedFrame): boolean => frame.ms < endMs;
      this.#frames = [...this.#frames.slice(this.#at), ...frames.filter(isBefore)];
      this.#at = 0;
    }
  }

  /** Returns the next frames up to a time, each once. */
  take(ms: number): TimedFrame[] {
    const from = this.#at;
    while ((this.#frames[this.#at]?.ms ?? Number.POSITIVE_INFINITY) <= ms) this.#at += 1;
    return this.#frames.slice(from, this.#at);
  }

  async #formatOf(file: ManifestFile, path: string): Promise<FileFormat> {
    if (this.#format?.file === file) return this.#format.format;
    const bytes = await this.#read(path, 0, file.initBytes);
    const format = await withAssembleError(path, () => fileFormatOf(file.codec, readInit(bytes)));
    this.#format = { file, format };
    return format;
  }
}
