// Checks a completely received file: its type by its content, ffprobe, the malware scanner, a cover.
import { open } from 'node:fs/promises';
import { type LibraryKind, shownReason } from '@meridian/protocol';
import { findSandbox, type SandboxOptions } from '@meridian/room-media';
import type { Clock, Logger } from '@meridian/runtime';
import { type FirstLook, firstLookAt, HEAD_BYTES, TAIL_BYTES } from '../core/file-kinds.ts';
import { type FileType, mediaTypeOf } from '../core/media-formats.ts';
import type { CoverSource } from '../core/probed.ts';
import { type Media, noMedia } from '../core/report.ts';
import { FileRefused } from '../core/retry.ts';
import { animationSizeOf } from '../core/webp.ts';
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
  readonly ffmpegSandbox?: SandboxOptions['mode'] | undefined;
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
      if (error instanceof FileRefused) return { ok: false, code: error.code, detail: shownReason(error.message) };
      throw error;
    }
  };

  /** Returns a picture of a video at `atMs`, or of an image; undefined when there is none. */
  async cover(path: string, atMs: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    if ((await beginningOf(path)).look.is !== 'unknown') return undefined;
    const source = await this.#sourceOf(path, signal);
    const cover = (await probe(source)).probed?.cover;
    return cover && (await coverOf(source, cover, atMs));
  }

  async #check(file: CheckedFile, signal: AbortSignal): Promise<Checked> {
    const { kinds, clock } = this.#o;
    const { look, head } = await beginningOf(file.path);
    if (look.is === 'refused')
      throw new FileRefused('TYPE_REFUSED', `the file is of a type that is refused: ${look.what}`);
    const source = await this.#sourceOf(file.path, signal);
    const found = look.is === 'document' ? documentOf(look) : await mediaOf(source, head);
    const { kind, type, media, charset, picture } = found;
    if (!kinds.includes(kind)) throw new FileRefused('TYPE_REFUSED', `files of the kind ${kind} are not accepted`);
    if (this.#o.scan !== undefined) {
      const { isClean, detail } = await scan(this.#o.scan, Object.assign({ type }, file), { clock, signal });
      if (!isClean) throw new FileRefused('MALWARE_FOUND', detail);
    }
    const cover = picture && (await this.#coverOf(source, picture, { kind, media }));
    return { ok: true, type, kind, media: kind === 'image' ? stillOf(media) : media, charset, cover };
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

  async #sourceOf(path: string, signal: AbortSignal): Promise<MediaSource> {
    const { ffmpegSandbox: mode, clock, log } = this.#o;
    this.#sandbox ??= findSandbox(log, { mode });
    return { sandbox: await this.#sandbox, path, clock, signal };
  }
}

interface Found {
  readonly kind: LibraryKind;
  readonly type: string;
  readonly charset?: string | undefined;
  readonly media: Media;
  /** Picture of which a cover is made. */
  readonly picture?: CoverSource | undefined;
}

const documentOf = ({ type, charset }: Extract<FirstLook, { is: 'document' }>): Found => ({
  kind: 'document',
  type,
  charset,
  media: noMedia,
});

async function mediaOf(source: MediaSource, head: Uint8Array): Promise<Found> {
  const { format, probed } = await probe(source);
  const fileType = mediaTypeOf(format, head);
  if (fileType === undefined)
    throw new FileRefused('TYPE_REFUSED', `files of the format ${format.names} are not accepted`);
  const media = probed?.media ?? animationOf(head);
  if (media === undefined) throw new FileRefused('MEDIA_BROKEN', 'the file has no stream');
  return Object.assign({ media, picture: probed?.cover }, shownAs(fileType, media));
}

/** ffmpeg does not decode animated WebP, whose head has its size. */
function animationOf(head: Uint8Array): Media | undefined {
  const size = animationSizeOf(head);
  return size && Object.assign({}, noMedia, { videoCodec: 'webp' }, size);
}

/** Returns the shown kind and type: a video file without a video stream is audio. */
function shownAs({ kind, type, soundType }: FileType, { width }: Media): { kind: LibraryKind; type: string } {
  return kind === 'video' && width === 0 ? { kind: 'audio', type: soundType ?? type } : { kind, type };
}

/** Removes the length that ffprobe gives a still picture. */
const stillOf = (media: Media): Media => Object.assign({}, media, { durationMs: 0, fps: 0 });

async function beginningOf(path: string): Promise<{ look: FirstLook; head: Uint8Array }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (from: number, bytes: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(0, HEAD_BYTES);
    return { look: firstLookAt(head, await read(Math.max(0, size - TAIL_BYTES), TAIL_BYTES)), head };
  } finally {
    await file.close();
  }
}
