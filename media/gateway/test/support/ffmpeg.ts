import { type ChildProcess, spawn } from 'node:child_process';

/** Run of ffmpeg: `done` resolves with its standard output, or rejects with its errors. */
export interface FfmpegRun {
  readonly child: ChildProcess;
  readonly done: Promise<string>;
}

export function runFfmpeg(args: readonly string[]): FfmpegRun {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const done = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`ffmpeg ended with ${code}: ${errors}`));
    });
  });
  return { child, done };
}

/** Returns checksums of the decoded frames, as ffmpeg prints them with `-f framemd5`, by stream number. */
export function frameSums(output: string): Map<string, string[]> {
  const sums = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const fields = line.split(',').map((field) => field.trim());
    const [stream, sum] = [fields[0], fields[5]];
    if (stream === undefined || sum === undefined || line.startsWith('#')) continue;
    sums.set(stream, [...(sums.get(stream) ?? []), sum]);
  }
  return sums;
}
