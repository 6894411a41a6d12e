// Whether the ffmpeg here can make what transcoders ask of it: builds differ, and some hosts have none.
import { execFile } from 'node:child_process';
import type { Logger } from '@meridian/runtime';
import type { Lack } from '../../core/lacks.ts';

/** Of Opus, AAC and MP2, of H.264 and MPEG-1: as `audio.ts` and `video.ts` name them. */
const needed: Readonly<Record<Lack, readonly string[]>> = {
  sound: ['libopus', 'aac', 'mp2'],
  picture: ['libx264', 'mpeg1video'],
};
/** It takes a moment; a machine that stands still has no word for it, and is asked no more. */
const checkTimeoutMs = 10_000;
/** The list has some kB. */
const listBytesMax = 1024 * 1024;

/** The encoders that `ffmpeg` has; none when there is no ffmpeg. `sandbox`: of `findSandbox`. */
export async function findEncoders(sandbox: readonly string[]): Promise<ReadonlySet<string>> {
  const [file = '', ...args] = [...sandbox, 'ffmpeg', '-nostdin', '-hide_banner', '-encoders'];
  const list = await new Promise<string>((resolve) => {
    const limits = { timeout: checkTimeoutMs, maxBuffer: listBytesMax };
    execFile(file, args, limits, (_error, stdout) => resolve(stdout)); // what failed has listed nothing
  });
  return new Set([...list.matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name = '']) => name));
}

/**
 * What cannot be made here; then one line in the log says so, with the cure. Ask once per process. `sandbox`: of
 * `findSandbox`.
 */
export async function findLacks(sandbox: readonly string[], log: Pick<Logger, 'error'>): Promise<readonly Lack[]> {
  const names = await findEncoders(sandbox);
  const isMissing = (name: string): boolean => !names.has(name);
  const lacks = (['sound', 'picture'] as const).filter((media) => needed[media].some(isMissing));
  const missing = lacks.flatMap((media) => needed[media].filter(isMissing));
  if (lacks.length > 0)
    log.error(
      { missing },
      `${names.size === 0 ? 'there is no ffmpeg here' : 'ffmpeg lacks encoders'}: no ${lacks.join(' and no ')} between \
browsers and RTMP, FLV, HLS, MPEG-1; install one with these encoders (Debian: apt-get install ffmpeg) and start again`,
    );
  return lacks;
}
