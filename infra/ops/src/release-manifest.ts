import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ReleaseManifest {
  readonly version: string;
  /** Commit of git; `changed`: the files differed from the commit. */
  readonly commit: string;
  readonly changed: boolean;
  /** Node's name of the platform: `linux-x64`. */
  readonly platform: string;
  readonly node: string;
  readonly mediasoup: string;
  readonly workerSha256: string;
  /** System on which the worker was built: an older one may lack libraries that it needs. */
  readonly builtOn: string;
  readonly system: readonly SystemPackage[];
}

export interface SystemPackage {
  readonly debian: string;
  /** Kinds of services that need the package. */
  readonly for: readonly string[];
  /** Use of the package, in words for operators. */
  readonly why: string;
  /** Encoders that ffmpeg must have. */
  readonly encoders?: readonly string[];
}

/** File beside `MANIFEST.json` with the digest of every other file, in the format of `sha256sum`. */
export const sumsFile = 'SHA256SUMS';

/** Restricts versions to text that is safe in names of folders and files. */
export const isVersion = (text: string): boolean => /^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(text);

/**
 * Returns a line for each missing or changed file of a release, by its digests. Reads every file (400 MB, about 2 s).
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

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function readOr(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
