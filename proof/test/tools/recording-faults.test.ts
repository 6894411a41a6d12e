import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng } from '@meridian/runtime';
import { afterAll, expect, it } from 'vitest';
import { judge, type RecordedFacts } from '../../lab/recording-faults/judge.ts';
import { hows, plannedRecordings } from '../../lab/recording-faults/plan.ts';
import { burstsOf, complaintsOf, picturesOf } from '../../lab/recording-faults/seen.ts';
import { soundAt } from '../../support/clock/burst.ts';
import { drawTime, timeOf } from '../../support/clock/time-code.ts';

const FROM_MS = Date.UTC(2026, 10, 29);
const folder = mkdtempSync(join(tmpdir(), 'seen-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Lost {
  readonly picture?: readonly number[];
  readonly sound?: readonly number[];
  readonly holes?: readonly (readonly [number, number])[];
  readonly laterMs?: number;
}

/** Recording of 30 s that lacks these seconds of picture and sound; `laterMs` moves all its media. */
function recorded(o: Lost = {}) {
  const { picture = [], sound = [], holes = [], laterMs = 700 } = o;
  const ticks = Array.from({ length: 300 }, (_, at) => FROM_MS + at * 100);
  const has = (lost: readonly number[], ms: number): boolean => !lost.includes(Math.floor((ms - FROM_MS) / 1000));
  return {
    fromMs: FROM_MS,
    toMs: FROM_MS + 30_000,
    holes: holes.map(([from, to]) => ({ fromMs: FROM_MS + from * 1000, toMs: FROM_MS + to * 1000 })),
    stalls: [],
    pictures: ticks.filter((ms) => has(picture, ms)).map((drawnMs) => ({ drawnMs, wallMs: drawnMs + laterMs })),
    bursts: ticks
      .filter((ms) => ms % 1000 === 0 && has(sound, ms))
      .map((ms) => ({ tone: (ms / 1000) % 4, wallMs: ms + laterMs })),
  } satisfies RecordedFacts;
}

it.each([
  ['picture', { picture: [12] }, ['second 13: no picture']],
  ['sound', { sound: [20] }, ['second 21: no sound']],
  ['both, beside a hole', { picture: [5, 9], sound: [5, 9], holes: [[4, 6]] }, ['second 10: no picture, no sound']],
] satisfies [string, Lost, string[]][])('a lost second of %s without a named hole is found', (_, lost, silent) => {
  const verdict = judge(recorded(lost));
  expect(verdict.silent).toEqual(silent);
});

it('lost seconds in a named hole are missing, and a whole recording lacks none', () => {
  expect(judge(recorded({ laterMs: 3200 }))).toMatchObject({ silent: [], missing: 0, latencyMs: 3200, apartMs: 0 });
  const lost = [8, 9, 10];
  const verdict = judge(recorded({ picture: lost, sound: lost, holes: [[8.7, 11.7]] }));
  expect(verdict).toMatchObject({ silent: [], missing: 3, longestHoleMs: 3000 });
  expect(verdict.seconds).toBeGreaterThan(20);
});

it('lost seconds in which the machine stood still are unsure', () => {
  const stalls = [{ fromMs: FROM_MS + 12_700, toMs: FROM_MS + 13_700 }];
  const verdict = judge(Object.assign(recorded({ sound: [12, 20] }), { stalls }));
  expect(verdict).toMatchObject({ silent: ['second 21: no sound'], unsure: 1, missing: 0 });
});

it('a recording without media has no second', () => {
  const empty = Object.assign(recorded(), { pictures: [], bursts: [] });
  expect(judge(empty).silent).toHaveLength(judge(empty).seconds);
});

it('media at a wrong place is far from it', () => {
  const facts = recorded();
  const moved = facts.pictures.map((one, at) =>
    at < 200 ? one : Object.assign({}, one, { wallMs: one.wallMs + 1500 }),
  );
  expect(judge(Object.assign(facts, { pictures: moved })).apartMs).toBe(1500);
  const [{ drawnMs, wallMs } = expect.unreachable()] = recorded().pictures.slice(100);
  const again = [...recorded().pictures.slice(0, 101), { drawnMs, wallMs: wallMs + 2000 }];
  expect(judge(Object.assign(recorded(), { pictures: again })).apartMs).toBe(0);
});

it('a blurred or foreign picture has no time', () => {
  const picture = { data: new Uint8Array(160 * 90).fill(126), width: 160, height: 90 };
  expect(timeOf(picture, FROM_MS)).toBeUndefined();
  drawTime(picture, FROM_MS + 1234);
  expect(timeOf(picture, FROM_MS)).toBe(FROM_MS + 1234);
  picture.data.fill(16, 0, 20);
  picture.data.copyWithin(160 * 9, 0, 160 * 9);
  for (let y = 0; y < 18; y += 1)
    picture.data.fill((picture.data[y * 160] ?? 0) > 126 ? 16 : 235, y * 160, y * 160 + 20);
  expect(timeOf(picture, FROM_MS)).toBeUndefined();
});

it('a file shows the time of its pictures and bursts, and a broken file has complaints', async () => {
  const [width, height, seconds] = [160, 90, 4];
  const frames = Array.from({ length: seconds * 10 }, (_, at) => {
    const data = new Uint8Array((width * height * 3) / 2).fill(128);
    drawTime({ data, width, height }, FROM_MS + at * 100);
    return data;
  });
  const sound = Float32Array.from({ length: seconds * 48_000 }, (_, at) => soundAt(FROM_MS + at / 48));
  writeFileSync(join(folder, 'v.yuv'), Buffer.concat(frames));
  writeFileSync(join(folder, 'a.raw'), Buffer.from(sound.buffer));
  const path = join(folder, 'clock.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', '160x90', '-r', '10'],
    ...['-i', join(folder, 'v.yuv'), '-f', 'f32le', '-ar', '48000', '-ac', '1', '-i', join(folder, 'a.raw'), path],
  ]);
  const file = { path, startMs: FROM_MS + 500 };
  const pictures = await picturesOf(file);
  expect(pictures).toHaveLength(frames.length);
  for (const { wallMs, drawnMs } of pictures) expect(Math.round(wallMs - drawnMs)).toBe(500);
  const bursts = await burstsOf(file);
  expect(bursts.map(({ tone }) => tone)).toEqual([1, 2, 3].map((s) => (FROM_MS / 1000 + s) % 4));
  expect(await complaintsOf(path)).toEqual([]);
  writeFileSync(path, execFileSync('head', ['-c', '3000', path]));
  expect(await complaintsOf(path)).not.toEqual([]);
});

it('each fault comes before one comes again, and both modes have their turns', () => {
  const planned = plannedRecordings(24, 's3', seededRng('plan'));
  const names = planned.map(({ fault: { target, how } }) => `${target} ${how}`);
  expect(new Set(names.slice(0, 12)).size).toBe(3 * hows.length);
  expect(new Set(names.slice(12)).size).toBe(3 * hows.length);
  expect(planned.filter(({ mode }) => mode === 'composed')).toHaveLength(12);
  expect(plannedRecordings(8, 'files', seededRng('plan')).map(({ fault }) => fault.target)).not.toContain('store');
});
