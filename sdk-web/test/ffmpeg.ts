import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

/** Runs ffmpeg to its end and returns what it wrote to its output. What it complains of is an error. */
export async function ffmpeg(args: readonly string[], input?: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args, 'pipe:1']);
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const written = new Promise<void>((resolve) => child.stdin.end(input ?? new Uint8Array(), resolve));
  const [output, complaints, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended, written]);
  if (code !== 0 || complaints.length > 0) throw new Error(`ffmpeg ended with ${code}: ${complaints.toString()}`);
  return new Uint8Array(output);
}
