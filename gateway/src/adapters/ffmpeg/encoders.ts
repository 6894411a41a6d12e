// Whether the ffmpeg here can make what transcoders ask of it: builds differ.
import { execFile } from 'node:child_process';
import type { Logger } from '@meridian/runtime';

/** Of H.264, MPEG-1, Opus, AAC and MP2: as `video.ts` and `audio.ts` name them. */
const needed = ['libx264', 'mpeg1video', 'libopus', 'aac', 'mp2'];
/** It takes a moment; a machine that stands still has no word for it, and is asked no more. */
const checkTimeoutMs = 10_000;
/** The list has some kB. */
const listBytesMax = 1024 * 1024;

/**
 * Whether it has every encoder; else those that are missing are named in one error. Ask once per process. `sandbox`: of
 * `findSandbox`.
 */
export async function hasEncoders(sandbox: readonly string[], log: Pick<Logger, 'error'>): Promise<boolean> {
  const [file = '', ...args] = [...sandbox, 'ffmpeg', '-nostdin', '-hide_banner', '-encoders'];
  const { list, error } = await new Promise<{ list: string; error: Error | null }>((resolve) => {
    const limits = { timeout: checkTimeoutMs, maxBuffer: listBytesMax };
    execFile(file, args, limits, (error, stdout) => resolve({ list: stdout, error }));
  });
  const names = new Set([...list.matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name]) => name));
  const missing = needed.filter((name) => !names.has(name));
  if (missing.length > 0)
    log.error(
      { missing, ...(error !== null && { err: error }) },
      'ffmpeg lacks encoders: no renditions for others here',
    );
  return missing.length === 0;
}
