// A row of the corpus makes one file and states what the library must find in it.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LibraryKind, UploadRefusal } from '@meridian/protocol';
import type { Media } from '../../../src/core/report.ts';

export interface Taken {
  readonly kind: LibraryKind;
  /** Media type, as links serve it. */
  readonly type: string;
  /** Charset of a text in another encoding than UTF-8. */
  readonly charset?: string;
  /** Expected values; other fields of the media are not compared. `durationMs` may differ by `toleranceMs`. */
  readonly media?: Partial<Media>;
  /** 100 ms when it is absent. */
  readonly toleranceMs?: number;
  readonly hasCover?: boolean;
  /** Absent: the row is not rendered. */
  readonly renditions?: Rendered;
}

export interface Rendered {
  /** Names of the rungs, smallest first; `[]` for a file that is only sound. */
  readonly names: readonly string[];
  /** Size of the largest rung. */
  readonly size?: readonly [width: number, height: number];
  readonly hasSound: boolean;
  /** Duration of the plan, within `toleranceMs`. Absent: that of the media. */
  readonly durationMs?: number;
  /** Further checks of the made files: rejects when one fails. */
  verify?(made: { readonly source: string; readonly folder: string }): Promise<void>;
}

export interface CorpusRow {
  /** Unique name of the file, part of a test's title. */
  readonly name: string;
  /** Makes the file in the folder and returns its path; rejects when a tool fails. */
  make(dir: string): Promise<string>;
  readonly expect: Taken | { readonly refused: UploadRefusal; readonly detail?: RegExp };
}

const run = promisify(execFile);

/** Runs ffmpeg in the folder; one thread, as several rows are made at once. */
export async function ffmpeg(dir: string, ...args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-nostdin', '-hide_banner', '-y', '-v', 'error', ...args], { cwd: dir, timeout: 60_000 });
}

/** Returns a `make` that runs ffmpeg; the output is `name`. */
export const made =
  (name: string, ...args: readonly string[]): CorpusRow['make'] =>
  async (dir) => {
    await ffmpeg(dir, ...args, name);
    return join(dir, name);
  };

/** Returns a `make` that copies the streams of another file. */
export const copied =
  (name: string, make: CorpusRow['make'], ...args: readonly string[]): CorpusRow['make'] =>
  async (dir) => {
    await ffmpeg(dir, '-i', await make(dir), '-c', 'copy', ...args, name);
    return join(dir, name);
  };

/** Returns a `make` that changes the bytes of another file. */
export const edited =
  (name: string, make: CorpusRow['make'], edit: (bytes: Buffer) => Uint8Array): CorpusRow['make'] =>
  async (dir) => {
    const path = join(dir, name);
    await writeFile(path, edit(await readFile(await make(dir))));
    return path;
  };

/** Returns a `make` of these bytes. */
export const bytesOf =
  (name: string, bytes: Uint8Array): CorpusRow['make'] =>
  async (dir) => {
    const path = join(dir, name);
    await writeFile(path, bytes);
    return path;
  };

/** Input of a moving picture; one second by default. */
export const picture = (size = '160x120', rate = '25', seconds = 1): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
];
/** Input of a tone; one second by default. */
export const tone = (seconds = 1, rate = 48_000): string[] => [...['-f', 'lavfi', '-i', `sine=r=${rate}:d=${seconds}`]];
export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
export const aac = ['-c:a', 'aac'];
