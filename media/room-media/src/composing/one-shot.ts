// Makes single pictures for a composer with a sandboxed ffmpeg: labels and the background.
import { execFile } from 'node:child_process';
import { MeridianError } from '@meridian/protocol';
import type { Size } from '../core/layouts/layout.ts';
import { type Canvas, canvasBytes, type Mask } from './core/canvas.ts';
import { type Label, labelMasks, labelScript } from './core/labels.ts';

/** A run takes a tenth of a second; a machine that needs this long makes no labels. */
const TIMEOUT_MS = 10_000;
export const BACKGROUND_BYTES_MAX = 8 * 1024 * 1024;
const quietArgs = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1', '-protocol_whitelist', 'pipe'];
const rawArgs = ['-frames:v', '1', '-f', 'rawvideo', 'pipe:1'];

/** Renders labels as masks, in order. Rejects with MeridianError INTERNAL when ffmpeg fails. */
export async function makeLabels(labels: readonly Label[], size: Size, sandbox: readonly string[]): Promise<Mask[]> {
  const { width, height } = size;
  const sheetSize = { width, height: height * labels.length };
  const source = `color=black:size=${sheetSize.width}x${sheetSize.height}:rate=1`;
  const args = ['-f', 'lavfi', '-i', source, '-vf', 'subtitles=filename=pipe\\\\:0', '-pix_fmt', 'gray', ...rawArgs];
  const bytes = sheetSize.width * sheetSize.height;
  const grey = await run([...quietArgs, ...args], Buffer.from(labelScript(labels, size)), { sandbox, bytes });
  return labelMasks(grey, { count: labels.length, width, height });
}

/**
 * Scales and crops a PNG or JPEG to fill a canvas of this size. Rejects with MeridianError REQUEST_INVALID on other
 * formats, more than 8 MB, and unreadable pictures.
 */
export async function makeBackground(image: Uint8Array, size: Size, sandbox: readonly string[]): Promise<Canvas> {
  const format = formatOf(image);
  if (format === undefined || image.byteLength > BACKGROUND_BYTES_MAX)
    throw new MeridianError('REQUEST_INVALID', 'a background is a PNG or JPEG of at most 8 MB');
  const { width, height } = size;
  const colours = 'out_color_matrix=bt601:out_range=limited';
  const cover = `scale=${width}:${height}:force_original_aspect_ratio=increase:${colours},crop=${width}:${height}`;
  const args = [...quietArgs, '-f', format, '-i', 'pipe:0', '-vf', cover, '-pix_fmt', 'yuv420p', ...rawArgs];
  try {
    const data = await run(args, image, { sandbox, bytes: canvasBytes(size) });
    return { width, height, data };
  } catch (cause) {
    throw new MeridianError('REQUEST_INVALID', 'the background cannot be read', { cause });
  }
}

function formatOf(image: Uint8Array): string | undefined {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, at) => image[at] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png_pipe';
  return begins(0xff, 0xd8, 0xff) ? 'jpeg_pipe' : undefined;
}

interface RunOptions {
  readonly sandbox: readonly string[];
  readonly bytes: number;
}

function run(args: readonly string[], input: Uint8Array, { sandbox, bytes }: RunOptions): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const [file = '', ...words] = [...sandbox, 'ffmpeg', ...args];
  const o = { encoding: 'buffer', maxBuffer: bytes + 1, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  const env = { PATH: process.env['PATH'] ?? '' };
  const child = execFile(file, words, { ...o, cwd: '/', env }, (error, stdout, stderr) => {
    if (error === null && stdout.byteLength === bytes) resolve(stdout);
    else {
      const cause = new Error(stderr.toString().slice(0, 300));
      reject(new MeridianError('INTERNAL', 'ffmpeg made no picture', { cause }));
    }
  });
  child.stdin?.on('error', () => undefined); // The exit event reports a broken pipe.
  child.stdin?.end(input);
  return promise;
}
