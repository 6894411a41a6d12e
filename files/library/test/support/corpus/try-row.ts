// Sends a row of the corpus through the real checker and the real tasks of renditions.
import { chmod, mkdir, stat } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Checker } from '../../../src/checking/checker.ts';
import { CONTENT, done, type Rig } from '../renditions.ts';
import type { CorpusRow, Rendered, Taken } from './row.ts';

const never = new AbortController().signal;
const TOLERANCE_MS = 100;

/** Makes the row's file in the new folder `dir`, and expects the row's result of the checker. Returns its path. */
export async function tryCheck(row: CorpusRow, checker: Checker, dir: string): Promise<string> {
  await mkdir(dir);
  const path = await row.make(dir);
  await chmod(path, 0o600);
  const { size } = await stat(path);
  const checked = await checker.check(
    { path, tenant: 'acme', name: 'file', bytes: size, sha256: 'ab'.repeat(32) },
    never,
  );
  if ('refused' in row.expect) {
    const { refused, detail = /./ } = row.expect;
    expect(checked).toMatchObject({ ok: false, code: refused, detail: expect.stringMatching(detail) });
    return path;
  }
  const { kind, type, charset, media = {}, hasCover, toleranceMs = TOLERANCE_MS } = row.expect;
  const { durationMs, ...exact } = media;
  expect(checked).toMatchObject({ ok: true, kind, type, media: exact });
  if (!checked.ok) return path;
  expect(checked.charset).toBe(charset);
  if (durationMs !== undefined) expect(near(checked.media.durationMs, durationMs, toleranceMs)).toBe(durationMs);
  if (hasCover !== undefined) expect(checked.cover !== undefined).toBe(hasCover);
  return path;
}

/** Returns the wanted duration when the real one is near it, so that a failure shows both. */
const near = (real: number, wanted: number, tolerance: number): number =>
  Math.abs(real - wanted) <= tolerance ? wanted : real;

/** Runs all tasks on the file of a row that was checked, and compares the plan and what was joined. */
export async function tryRender(
  taken: Taken & { readonly renditions: Rendered },
  rig: Rig,
  path: string,
): Promise<void> {
  const { renditions: wanted, media = {}, toleranceMs = TOLERANCE_MS } = taken;
  await rig.putFile(path);
  const shop = await rig.shop({ hasAv1: false });
  const plan = await done(shop, 'analyse', {});
  expect(plan.ladder.map(({ name }) => name)).toEqual(wanted.names);
  expect(plan.hasSound).toBe(wanted.hasSound);
  const durationMs = wanted.durationMs ?? media.durationMs ?? plan.durationMs;
  expect(near(plan.durationMs, durationMs, toleranceMs)).toBe(durationMs);
  const chunks = [];
  for (const chunk of plan.chunks.keys()) chunks.push(await done(shop, 'encode', { chunk, plan }));
  const sound = plan.hasSound ? await done(shop, 'sound', { plan }) : undefined;
  const joined = await done(shop, 'join', Object.assign({ plan, chunks }, sound && { sound }));
  expect(joined.renditions.map(({ name }) => name).toSorted()).toEqual([...wanted.names].toSorted());
  if (wanted.size !== undefined) {
    const { width, height } = plan.ladder.at(-1) ?? { width: 0, height: 0 };
    expect([width, height]).toEqual(wanted.size);
  }
  await wanted.verify?.({ source: path, folder: rig.made });
  await rig.store.remove(`t-acme/${CONTENT}/original`);
}
