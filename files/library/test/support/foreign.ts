// Files that other programs make, what the library shows of them, and the colours of a picture.
import { execFile } from 'node:child_process';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createLogger } from '@meridian/runtime';
import { Checker } from '../../src/checking/checker.ts';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { done, ffmpeg, type Rig } from './renditions.ts';

const run = promisify(execFile);

export type Rgb = readonly [number, number, number];

const GRID = { width: 64, height: 36 };

/** Returns the mean colours around points, in shares of width and height, of the picture that ffmpeg shows. */
export async function coloursOf(path: string, points: readonly (readonly [number, number])[]): Promise<Rgb[]> {
  const filter = `scale=${GRID.width}:${GRID.height}:flags=area+accurate_rnd+full_chroma_int,format=rgb24`;
  const args = ['-v', 'error', '-allowed_extensions', 'ALL', '-i', path, '-map', '0:v:0', '-frames:v', '1'];
  const input = path.endsWith('.m3u8') ? args : args.filter((word) => !['-allowed_extensions', 'ALL'].includes(word));
  const { stdout } = await run('ffmpeg', ['-nostdin', ...input, '-vf', filter, '-f', 'rawvideo', '-'], {
    encoding: 'buffer',
    maxBuffer: 1_048_576,
  });
  return points.map(([x, y]) => {
    const at = 3 * (Math.floor(y * GRID.height) * GRID.width + Math.floor(x * GRID.width));
    return [stdout[at] ?? -1, stdout[at + 1] ?? -1, stdout[at + 2] ?? -1];
  });
}

/** Returns the largest difference of any channel of any colour. */
export const farthest = (a: readonly Rgb[], b: readonly Rgb[]): number =>
  Math.max(...a.flatMap((rgb, at) => rgb.map((value, channel) => Math.abs(value - (b[at]?.[channel] ?? 999)))));

const log = createLogger({ name: 'library', level: 'silent' });
const kinds = ['video', 'audio', 'image', 'document'] as const;

/** Checks a file of the rig, and keeps its cover as `NAME.cover.jpg` in the rig's folder. */
export async function checked(rig: Rig, name: string) {
  const path = rig.path(name);
  await chmod(path, 0o600);
  const file = { path, tenant: 'acme', name, bytes: (await stat(path)).size, sha256: 'ab'.repeat(32) };
  const { check } = new Checker({ kinds, clock: rig.clock, log });
  const result = await check(file, new AbortController().signal);
  if (!result.ok) throw new Error(`${name}: ${result.code} ${result.detail}`);
  if (result.cover !== undefined) await writeFile(rig.path(`${name}.cover.jpg`), result.cover);
  return result;
}

/** Makes the renditions of a file of the rig; `made` is the folder of the playlists. `more` adds rungs to the plan. */
export async function rendered(
  rig: Rig,
  o: { readonly shop: RenditionContext; readonly name: string; readonly more?: RenditionPlan['ladder'] },
) {
  const contentId = `up_${o.name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .padEnd(10, 'a')
    .slice(0, 40)}`;
  await rig.putFile(rig.path(o.name), contentId);
  const found = await done(o.shop, 'analyse', { contentId });
  const plan = Object.assign({}, found, { ladder: [...found.ladder, ...(o.more ?? [])] });
  const chunks = [];
  for (const chunk of plan.chunks.keys()) chunks.push(await done(o.shop, 'encode', { contentId, chunk, plan }));
  const sound = plan.hasSound ? await done(o.shop, 'sound', { contentId, plan }) : undefined;
  await done(o.shop, 'join', { contentId, plan, chunks, ...(sound && { sound }) });
  return { plan, made: rig.path(`store/objects/t-acme/${contentId}/renditions/`) };
}

export { ffmpeg };
