// What a release says of itself.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `MANIFEST.json` of a release. */
export interface ReleaseManifest {
  readonly version: string;
  /** Of git; `changed`: the files were not those of the commit. */
  readonly commit: string;
  readonly changed: boolean;
  /** As Node names it: `linux-x64`. */
  readonly platform: string;
  /** Versions of what comes along. */
  readonly node: string;
  readonly mediasoup: string;
  /** SHA-256 of the worker's program. */
  readonly workerSha256: string;
  /** The system that the worker was built on: an older one may lack what it needs. */
  readonly builtOn: string;
  /** Packages of Debian that the host brings. */
  readonly system: readonly SystemPackage[];
}

export interface SystemPackage {
  readonly debian: string;
  /** The services that need it. */
  readonly for: readonly string[];
  readonly why: string;
  /** Of ffmpeg: what it must be able to make. */
  readonly encoders?: readonly string[];
}

/** Beside `MANIFEST.json`: the digest of each file but itself, in the form of the program `sha256sum`. */
export const sumsFile = 'SHA256SUMS';

/** What may be a version: it becomes the name of a folder and a part of a file's name. */
export const isVersion = (text: string): boolean => /^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(text);

/**
 * What is wrong with the release in a folder, compared with its digests: a line for each file that is missing or
 * changed. Reads every file (400 MB, about 2 s).
 */
export function damagesOf(folder: string): string[] {
  const sums = readOr(join(folder, sumsFile));
  if (sums === undefined) return [`${sumsFile} is missing`];
  return sums
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, digest, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      if (digest === undefined || file === undefined) return [`${sumsFile} is changed`];
      const bytes = readOr(join(folder, file));
      if (bytes === undefined) return [`${file} is missing`];
      return sha256Of(bytes) === digest ? [] : [`${file} is changed`];
    });
}

/** SHA-256 in hex. */
export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function readOr(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
