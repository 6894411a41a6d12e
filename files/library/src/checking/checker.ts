// Checks a completely received file: its type by its content, ffprobe, the malware scanner, a cover.
import { open } from 'node:fs/promises';
import type { LibraryKind } from '@meridian/protocol';
import { findSandbox } from '@meridian/room-media';
import type { Clock, Logger } from '@meridian/runtime';
import { type FileType, fileTypeOf, HEAD_BYTES, TAIL_BYTES } from '../core/file-kinds.ts';
import type { CoverSource } from '../core/probed.ts';
import { type Media, noMedia } from '../core/report.ts';
import { FileRefused } from '../core/retry.ts';
import type { Checked, CheckedFile } from '../uploads/finishing.ts';
import { coverOf, type MediaSource, probe } from './media.ts';
import { type Scanner, scan } from './scan.ts';

export interface CheckerOptions {
  readonly kinds: readonly LibraryKind[];
  readonly scan?: Scanner | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Command line in front of ffmpeg; absent: the sandbox that `findSandbox` finds. */
  readonly sandbox?: readonly string[];
}

export class Checker {
  readonly #o: CheckerOptions;
  #sandbox: Promise<readonly string[]> | undefined;

  constructor(o: CheckerOptions) {
    this.#o = o;
    if (o.sandbox !== undefined) this.#sandbox = Promise.resolve(o.sandbox);
  }

  readonly check = async (file: CheckedFile, signal: AbortSignal): Promise<Checked> => {
    try {
      return await this.#check(file, signal);
    } catch (error) {
      if (error instanceof FileRefused) return { ok: false, code: error.code, detail: error.message };
      throw error;
    }
  };

  /** Returns a picture of a video at `atMs`, or of an image; undefined when there is none. */
  async cover(path: string, atMs: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const fileType = await typeOf(path);
    if (fileType === undefined || fileType.demuxer === '') return undefined;
    const source = await this.#sourceOf(path, fileType, signal);
    const { cover } = await probe(source);
    return cover && (await coverOf(source, cover, atMs));
  }

  async #check(file: CheckedFile, signal: AbortSignal): Promise<Checked> {
    const { kinds, clock } = this.#o;
    const fileType = await typeOf(file.path);
    if (fileType === undefined) throw new FileRefused('TYPE_REFUSED', 'the file is of no known type');
    const source = await this.#sourceOf(file.path, fileType, signal);
    const probed = fileType.demuxer === '' ? undefined : await probe(source);
    const media = probed?.media ?? noMedia;
    const { kind, type } = shownAs(fileType, media);
    if (!kinds.includes(kind)) throw new FileRefused('TYPE_REFUSED', `files of the kind ${kind} are not accepted`);
    if (this.#o.scan !== undefined) {
      const { isClean, detail } = await scan(this.#o.scan, Object.assign({ type }, file), { clock, signal });
      if (!isClean) throw new FileRefused('MALWARE_FOUND', detail);
    }
    const cover = probed?.cover && (await this.#coverOf(source, probed.cover, { kind, media }));
    return { ok: true, type, kind, media: kind === 'image' ? stillOf(media) : media, cover };
  }

  async #coverOf(
    source: MediaSource,
    cover: CoverSource,
    { kind, media }: { readonly kind: LibraryKind; readonly media: Media },
  ): Promise<Uint8Array | undefined> {
    const atMs = kind === 'video' ? media.durationMs / 10 : 0;
    // A broken index may state a length beyond the last picture.
    return (await coverOf(source, cover, atMs)) ?? (atMs > 0 ? await coverOf(source, cover, 0) : undefined);
  }

  async #sourceOf(path: string, fileType: FileType, signal: AbortSignal): Promise<MediaSource> {
    const { clock, log } = this.#o;
    this.#sandbox ??= findSandbox(log);
    return { sandbox: await this.#sandbox, path, fileType, clock, signal };
  }
}

/** Returns the shown kind and type: a video file without a video stream is audio. */
function shownAs({ kind, type, soundType }: FileType, { width }: Media): { kind: LibraryKind; type: string } {
  return kind === 'video' && width === 0 ? { kind: 'audio', type: soundType ?? type } : { kind, type };
}

/** Removes the length that ffprobe gives a still picture. */
const stillOf = (media: Media): Media => Object.assign({}, media, { durationMs: 0, fps: 0 });

/** Returns undefined for a type that is not accepted. */
async function typeOf(path: string): Promise<FileType | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (from: number, bytes: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
      return buffer.subarray(0, bytesRead);
    };
    return fileTypeOf(await read(0, HEAD_BYTES), await read(Math.max(0, size - TAIL_BYTES), TAIL_BYTES));
  } finally {
    await file.close();
  }
}
