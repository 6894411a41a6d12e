// A finished recording, judged by what the stores have: the manifest, every hash, every file decoded.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, ManifestFile } from '../../../recorder/src/core/journal/manifest.ts';
import { contentOf, longestHoleMs, type Pair, pairsOf } from './content.ts';

export interface Judged {
  readonly stints: number;
  readonly files: number;
  readonly pieces: number;
  readonly seconds: number;
  /** By the manifest: of the recording, and of its tracks. */
  readonly holesMs: readonly number[];
  /** Their beginnings. */
  readonly holesAtMs: readonly number[];
  /** By the content: flashes and beeps that are missing beyond their second. */
  readonly contentHoleMs: number;
  readonly pairs: readonly Pair[];
  readonly faults: readonly string[];
}

/** A file that begins where the one before it ends. */
const GOES_ON_MS = 50;

type Bytes = (stintId: string, name: string) => Promise<Uint8Array>;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** `bytes`: of a file of the recording, of which all flashes and beeps. `folder`: for files to decode. */
export async function judge(
  manifest: Manifest,
  { bytes, folder }: { readonly bytes: Bytes; readonly folder: string },
): Promise<Judged> {
  mkdirSync(folder, { recursive: true });
  const faults: string[] = [];
  const offsets = new Map(manifest.stints.map(({ stintId, offsetMs }) => [stintId, offsetMs]));
  const moments = { audio: [] as number[], video: [] as number[] };
  const whole = { audio: [] as number[], video: [] as number[] };
  let [files, pieces] = [0, 0];
  for (const track of manifest.tracks) {
    let endMs = Number.NEGATIVE_INFINITY;
    for (const file of track.files) {
      files += 1;
      pieces += file.pieces.length;
      const found = await bytes(file.stintId, file.name);
      faults.push(...hashFaults(file, found));
      const path = join(folder, `${file.stintId}-${file.name}`);
      writeFileSync(path, found);
      const content = await contentOf(path, track.kind, Math.abs(file.ms - endMs) < GOES_ON_MS);
      endMs = file.ms + file.durationMs;
      for (const complaint of content.complaints) faults.push(`${file.name}: ${complaint}`);
      if (content.frames === 0) faults.push(`${file.name}: nothing is decoded`);
      const offsetMs = (offsets.get(file.stintId) ?? 0) + file.laterMs;
      moments[track.kind].push(...content.moments.map((ms) => ms + offsetMs));
      whole[track.kind].push(...content.whole.map((ms) => ms + offsetMs));
    }
  }
  if (!manifest.isOver) faults.push('no stint says that the recording is over');
  const holes = [...manifest.holes, ...manifest.tracks.flatMap((track) => track.holes)];
  return {
    stints: manifest.stints.length,
    files,
    pieces,
    seconds: Math.round(manifest.durationMs / 1000),
    holesMs: holes.map(({ durationMs }) => Math.round(durationMs)),
    holesAtMs: holes.map(({ ms }) => Math.round(ms)),
    contentHoleMs: Math.round(Math.max(longestHoleMs(moments.video), longestHoleMs(moments.audio))),
    pairs: pairsOf(whole.video, whole.audio),
    faults,
  };
}

function hashFaults(file: ManifestFile, found: Uint8Array): string[] {
  const faults: string[] = [];
  if (file.sha256 === undefined) faults.push(`${file.name}: it is not whole in the store`);
  else if (sha256(found) !== file.sha256) faults.push(`${file.name}: another hash`);
  for (const { offset, bytes, sha256: hash } of file.pieces)
    if (sha256(found.subarray(offset, offset + bytes)) !== hash)
      faults.push(`${file.name}: another piece at ${offset}`);
  const last = file.pieces.at(-1);
  if (last !== undefined && last.offset + last.bytes !== found.length)
    faults.push(`${file.name}: ${found.length} bytes, of which the journal lists ${last.offset + last.bytes}`);
  return faults;
}
