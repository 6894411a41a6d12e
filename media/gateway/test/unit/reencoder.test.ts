import { MeridianError } from '@meridian/protocol';
import { splitAnnexB, type VideoUnit } from '@meridian/room-media/core';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import type { CodedPicture, PictureFormat } from '../../src/room/conversions.ts';
import { Reencoder } from '../../src/room/reencoder.ts';

const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const STEP_MS = 40;

interface Process {
  readonly format: PictureFormat;
  readonly written: CodedPicture[];
  isOpen: boolean;
  made(ptsMs: number, isKey?: boolean): void;
  fail(): void;
  /** Drops a picture as a restarted ffmpeg does. */
  needKey(): void;
}

/** Encoder at 25 fps with one IDR picture, and recovery points every second if `hasEntries`. */
class Rig {
  readonly clock = new ManualClock();
  readonly processes: Process[] = [];
  readonly events: string[] = [];
  refusal: MeridianError | undefined;
  nowMs = 0;
  readonly #hasEntries: boolean;
  readonly reencoder = new Reencoder({
    clock: this.clock,
    log: createLogger({ name: 'gateway', level: 'silent' }),
    converters: (format, onUnit, onFailed, o) => {
      if (this.refusal !== undefined) throw this.refusal;
      const made = (ptsMs: number, isKey = false): void => onUnit(unitAt(ptsMs, { isKey }));
      const needKey = (): void => o?.onKeyNeeded?.();
      const process: Process = { format, written: [], isOpen: true, made, fail: onFailed, needKey };
      this.processes.push(process);
      return {
        write: (picture) => void process.written.push(picture),
        close: () => {
          process.isOpen = false;
        },
      };
    },
    onBegin: ({ width, height }) => void this.events.push(`begin ${width} ${height}`),
    onMade: ({ ptsMs }) => void this.events.push(`${ptsMs}`),
    onFailed: () => void this.events.push('failed'),
  });

  constructor({ hasEntries = true } = {}) {
    this.#hasEntries = hasEntries;
  }

  get last(): Process {
    const last = this.processes.at(-1);
    if (last === undefined) throw new Error('nothing is made');
    return last;
  }

  send(seconds: number): this {
    for (const untilMs = this.nowMs + seconds * 1000; this.nowMs < untilMs; this.nowMs += STEP_MS) {
      const isKey = this.nowMs === 0;
      const isEntry = !isKey && this.#hasEntries && this.nowMs % 1000 === 0;
      this.reencoder.write(unitAt(this.nowMs, { isKey, isEntry }));
      this.clock.advance(STEP_MS);
    }
    return this;
  }
}

function unitAt(ptsMs: number, o: { isKey?: boolean; isEntry?: boolean }): VideoUnit {
  const { isKey = false, isEntry = false } = o;
  const nals = isKey ? [sps, pps, hex('6588')] : [hex('418880')];
  const entry = isEntry ? { entry: { kind: 'intra' as const, parameterSets: [sps, pps] } } : {};
  return { kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals, ...entry };
}

it('an encoder’s pictures are made again from a recovery point, with its parameter sets', () => {
  const { last } = new Rig().send(14);
  expect(last.format).toEqual({ codec: 'h264', width: 1920, height: 1080 });
  expect(last.written[0]).toMatchObject({ ptsMs: 12_000, isKey: true });
  expect(splitAnnexB(last.written[0]?.data ?? sps)).toEqual([sps, pps, hex('418880')]);
  expect(last.written.map(({ isKey }) => isKey).filter(Boolean)).toHaveLength(2);
  expect(last.written).toHaveLength(50);
});

it('without recovery points they are made from the IDR picture, with all later ones', () => {
  const { last } = new Rig({ hasEntries: false }).send(14);
  expect(last.written.map(({ ptsMs }) => ptsMs)).toEqual(Array.from({ length: 350 }, (_, at) => at * STEP_MS));
});

it('made pictures replace the encoder’s from an IDR picture on, once they have caught up', () => {
  const rig = new Rig({ hasEntries: false }).send(13);
  rig.last.made(0, true);
  rig.last.made(11_920, true);
  rig.last.made(12_600);
  expect([rig.events, rig.reencoder.isMade]).toEqual([[], false]);
  rig.last.made(12_640, true);
  rig.last.made(12_680);
  expect([rig.events, rig.reencoder.isMade]).toEqual([['begin 1920 1080', '12640', '12680'], true]);
});

it('made pictures that do not catch up within 30 s are given up, for this encoder', () => {
  const rig = new Rig().send(13);
  const { last } = rig;
  rig.send(29);
  last.made(13_000, true);
  expect(last.isOpen).toBe(true);
  rig.send(2);
  last.made(13_040);
  rig.send(60);
  expect([rig.events, last.isOpen, rig.processes.length]).toEqual([[], false, 1]);
  rig.reencoder.restart();
  rig.nowMs = 0;
  rig.send(13);
  expect(rig.processes).toHaveLength(2);
});

it('without capacity the encoder’s pictures stay, and the next recovery points try again', () => {
  const rig = new Rig();
  rig.refusal = new MeridianError('OVERLOADED');
  rig.send(14);
  expect([rig.processes, rig.reencoder.isMade]).toEqual([[], false]);
  rig.refusal = undefined;
  rig.send(60);
  expect(rig.processes).toHaveLength(1);
});

it('a process that fails is replaced at a recovery point, and one that had caught up is reported', () => {
  const rig = new Rig().send(13);
  const [first] = rig.processes;
  first?.fail();
  expect([rig.events, first?.isOpen]).toEqual([[], false]);
  rig.send(60);
  expect(rig.processes).toHaveLength(2);
  rig.last.made(rig.nowMs, true);
  rig.last.fail();
  expect(rig.events.slice(-1)).toEqual(['failed']);
  expect(rig.reencoder.isMade).toBe(false);
  first?.made(rig.nowMs, true);
  expect(rig.events.slice(-1)).toEqual(['failed']);
});

it('another encoder’s pictures are its own again, and what was in flight is dropped', () => {
  const rig = new Rig().send(13);
  const { last } = rig;
  last.made(rig.nowMs, true);
  rig.reencoder.restart();
  last.made(rig.nowMs + STEP_MS);
  expect([rig.events.length, rig.reencoder.isMade, last.isOpen]).toEqual([2, false, false]);
});

it('a transcoder that needs a key frame again waits for a recovery point, and ends if none came for 12 s', () => {
  const rig = new Rig().send(30);
  rig.last.needKey();
  expect(rig.last.isOpen).toBe(true);
  const without = new Rig({ hasEntries: false }).send(13);
  const { last } = without;
  last.made(without.nowMs, true);
  without.send(11);
  last.needKey();
  expect(last.isOpen).toBe(true);
  without.send(2);
  last.needKey();
  expect([last.isOpen, without.events.at(-1), without.reencoder.isMade]).toEqual([false, 'failed', false]);
});
