import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import type { Job } from '../../src/adapters/ffmpeg/supervisor.ts';
import { COMPOSE_DELAY_MS, ComposedPictures, type ShownTile } from '../../src/composing/composed-pictures.ts';
import { type Canvas, canvasBytes } from '../../src/composing/core/canvas.ts';
import { PictureEncoder } from '../../src/composing/picture-encoder.ts';
import { TrackPictures } from '../../src/composing/track-pictures.ts';
import { NutReader, nutFrame, nutHeader } from '../../src/core/index.ts';

interface Started {
  readonly job: Job;
  /** `sent` is a copy, since a unit's memory may be used again. */
  readonly units: {
    readonly unit: Uint8Array;
    readonly sent: Uint8Array;
    readonly onGone: (() => void) | undefined;
  }[];
  isClosed: boolean;
}

/** Returns a job starter that starts no process and records the units of each job. */
function starter() {
  const started: Started[] = [];
  const start = (job: Job) => {
    const one: Started = { job, units: [], isClosed: false };
    started.push(one);
    job.onStart();
    return {
      pid: started.length,
      write: (unit: Uint8Array, onGone?: () => void) => void one.units.push({ unit, sent: unit.slice(), onGone }),
      taken: async () => undefined,
      close: async () => {
        one.isClosed = true;
      },
    };
  };
  const named = (name: string): Started => {
    const found = started.find(({ job }) => job.name === name);
    if (found === undefined) throw new Error(`no job ${name} was started`);
    return found;
  };
  return { started, named, supervisor: { start } };
}

const log = { warn: () => undefined };
const noop = (): void => undefined;
const size = { width: 32, height: 18 };
const head = nutHeader({
  fourcc: [...'I420'].map((char) => char.charCodeAt(0)),
  timeScale: 1000,
  decodeDelay: 0,
  config: new Uint8Array(0),
  media: { kind: 'video', ...size },
});
/** Returns a raw picture of one value in the form of a decoder's output. */
const raw = (ms: number, value: number): Uint8Array =>
  nutFrame(ms, true, new Uint8Array(canvasBytes(size)).fill(value));
const key = { codec: 'vp8', ptsMs: 0, isKey: true, data: Uint8Array.of(1) } as const;

const tile: ShownTile = {
  key: 'camera:one',
  source: 'camera',
  identity: 'one',
  label: '',
  isMuted: false,
  isSpeaking: false,
  picture: undefined,
  x: 64,
  y: 36,
  trackId: undefined,
  ...size,
};

function openPictures(clock = new ManualClock()) {
  const jobs = starter();
  const outputs = { size: { width: 160, height: 160 }, fps: 30, bitrateKbps: 100, startMs: 0, sandbox: [] };
  const pictures = new ComposedPictures({
    ...outputs,
    background: { y: 16, u: 128, v: 128 },
    supervisor: jobs.supervisor,
    clock,
    log,
    onPicture: noop,
    onKeyNeeded: noop,
    onDegraded: noop,
  });
  /** Returns the brightness in the middle of the tile, for each picture given to the encoder. */
  const shown = (): number[] => {
    const { job, units } = jobs.named('composed to h264');
    const reader = new NutReader();
    const frames = [job.head, ...units.map(({ sent }) => sent)].flatMap((bytes) => reader.push(bytes));
    return frames.map(({ data }) => data[(tile.y + 9) * outputs.size.width + tile.x + 16] ?? -1);
  };
  return { ...jobs, pictures, shown };
}

it("a camera turned on in an existing tile is decoded at the tile's size and shown at its time", () => {
  const { pictures, named, shown } = openPictures();
  pictures.show([tile], [], true);
  pictures.run(1000);
  pictures.show([{ ...tile, trackId: 'camera' }], ['camera'], false);
  pictures.push('camera', key);
  const { job, units } = named('vp8 to raw');
  expect(job.args.find((arg) => arg.includes('scale='))).toContain('scale=32:18:');
  expect(units).toHaveLength(1);
  job.onData(head);
  job.onData(raw(700, 200));
  pictures.run(700 + COMPOSE_DELAY_MS - 40);
  expect(shown().at(-1)).toBe(46); // Brightness of the tile's colour.
  pictures.run(700 + COMPOSE_DELAY_MS);
  expect(shown().at(-1)).toBe(200);
});

it('a track that is no longer named is no longer decoded', () => {
  const { pictures, named } = openPictures();
  pictures.show([{ ...tile, trackId: 'camera' }], ['camera'], true);
  pictures.push('camera', key);
  pictures.show([tile], [], false);
  expect(named('vp8 to raw').isClosed).toBe(true);
});

it('pictures of a track come whole and in order, in the memory of shown pictures', () => {
  const { supervisor, named } = starter();
  const track = { supervisor, log, startMs: 0, picturesPerSecond: 30, padding: '#000000' };
  const pictures = new TrackPictures({ ...track, nowMs: () => 0, onKeyNeeded: noop });
  pictures.setSize(size);
  pictures.push(key);
  const { job } = named('vp8 to raw');
  job.onData(head);
  const memories = new Set<ArrayBufferLike>();
  let [shown, value]: [Uint8Array, number] = [new Uint8Array(0), 0];
  for (let at = 0; at < 100; at += 1) {
    const bytes = raw(at * 33, at);
    job.onData(bytes.subarray(0, 300));
    job.onData(bytes.subarray(300));
    expect(shown.every((one) => one === value)).toBe(true); // A picture keeps its memory until the next is taken.
    if (at % 3 === 0) continue; // Two pictures are due at once.
    const taken = pictures.take(at * 33);
    expect(taken?.ptsMs).toBe(at * 33);
    expect(taken?.picture.data.every((value) => value === at)).toBe(true);
    [shown, value] = [taken?.picture.data ?? shown, at];
    memories.add(shown.buffer);
    expect(pictures.take(at * 33)).toBeUndefined();
  }
  expect(memories.size).toBeLessThan(6);
});

it('an encoder gets each canvas unchanged, and reuses a canvas only after it was sent', () => {
  const { supervisor, named } = starter();
  const output = { size, picturesPerSecond: 30, bitrateKbps: 100, cost: 1 };
  const encoder = new PictureEncoder({ supervisor, ...output, onPicture: noop, onDegraded: noop });
  const write = (number: number): Canvas => {
    const canvas = encoder.canvas();
    canvas.data.fill(number);
    encoder.write(number, canvas);
    return canvas;
  };
  const { job, units } = named('composed to h264');
  const reader = new NutReader();
  reader.push(job.head);
  const valuesOf = (...at: number[]): (number | undefined)[] =>
    at.flatMap((one) => reader.push(units[one]?.unit ?? new Uint8Array(0))).map(({ data }) => data[100]);
  const [first, second] = [write(1), write(2)];
  expect(valuesOf(0, 1)).toEqual([1, 2]);
  units[0]?.onGone?.();
  const third = write(3);
  expect(third).toBe(first);
  expect(third).not.toBe(second);
  expect(valuesOf(1, 2)).toEqual([2, 3]);
});

it('a canvas that was used some pictures ago shows the newest pictures', () => {
  const { pictures, named, shown } = openPictures();
  pictures.show([{ ...tile, trackId: 'camera' }], ['camera'], true);
  pictures.push('camera', key);
  const decoder = named('vp8 to raw').job;
  const { units } = named('composed to h264');
  decoder.onData(head);
  decoder.onData(raw(0, 100));
  pictures.run(COMPOSE_DELAY_MS);
  decoder.onData(raw(100, 200));
  pictures.run(100 + COMPOSE_DELAY_MS);
  const used = units.map(({ unit }) => unit.buffer);
  for (const { onGone } of units) onGone?.();
  pictures.run(300 + COMPOSE_DELAY_MS);
  expect(units.slice(used.length).map(({ unit }) => unit.buffer)).toEqual(expect.arrayContaining(used));
  expect(shown().slice(used.length)).toEqual(Array(6).fill(200));
});

it('a step waits for the pictures that are due, and not again for a decoder that gives nothing', async () => {
  const clock = new ManualClock();
  const { pictures, named, shown } = openPictures(clock);
  pictures.show([{ ...tile, trackId: 'camera' }], ['camera'], true);
  for (const ptsMs of [0, 500]) pictures.push('camera', { ...key, ptsMs });
  const { job } = named('vp8 to raw');
  let isStepped = false;
  const first = pictures.step(COMPOSE_DELAY_MS).then(() => {
    isStepped = true;
  });
  await new Promise(setImmediate);
  expect(isStepped).toBe(false);
  job.onData(head);
  job.onData(raw(0, 200));
  await first;
  expect(shown()).toEqual([200]);
  // The picture at 500 ms never comes: nothing follows it.
  const second = pictures.step(500 + COMPOSE_DELAY_MS);
  await new Promise(setImmediate);
  clock.advance(COMPOSE_DELAY_MS);
  await second;
  await pictures.step(600 + COMPOSE_DELAY_MS);
  expect(shown()).toHaveLength(19);
});
