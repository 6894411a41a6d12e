import type { VideoUnit } from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';
import { GROUP_BYTES_MAX, IdrWatch } from '../../src/core/idr-watch.ts';

const FPS = 25;
interface Sent {
  /** Seconds between IDR pictures, 0 for the first picture alone, -1 for none; and between recovery points. */
  readonly idrS: number;
  readonly entryS?: number;
  readonly kbps?: number;
  readonly leapAtS?: number;
  readonly leapMs?: number;
}

/** Sends 40 s; returns each begin as its time and the number of its pictures, up to the first. */
function begins(o: Sent): string {
  const { idrS, entryS = 0, kbps = 100, leapAtS = 0, leapMs = 0 } = o;
  const watch = new IdrWatch();
  const isEach = (at: number, everyS: number): boolean =>
    everyS > 0 ? at % (everyS * FPS) === 0 : everyS === 0 && at === 0;
  for (let at = 0; at < 40 * FPS; at += 1) {
    const mediaMs = (at * 1000) / FPS;
    const dtsMs = mediaMs + (leapAtS > 0 && at >= leapAtS * FPS ? leapMs : 0);
    const isKey = isEach(at, idrS);
    const isEntry = !isKey && entryS > 0 && isEach(at, entryS);
    const nals = [new Uint8Array((kbps * 125) / FPS)];
    const entry = isEntry ? { entry: { kind: 'intra' as const, parameterSets: [] } } : {};
    const unit: VideoUnit = { kind: 'video', ptsMs: dtsMs, dtsMs, isKey, nals, ...entry };
    const pictures = watch.push(unit);
    if (pictures.length === 0) continue;
    expect(pictures.at(-1)).toBe(unit);
    return `${mediaMs / 1000} s, ${pictures.length}${pictures[0]?.isKey ? ' from the IDR picture' : ''}`;
  }
  return 'never';
}

describe('an encoder is found to make no IDR pictures', () => {
  it.each<[string, Sent, string]>([
    ['never, with IDR pictures every 2 s', { idrS: 2, entryS: 1 }, 'never'],
    ['never, with 40 Mbit/s and IDR pictures every 3 s', { idrS: 3, entryS: 1, kbps: 40_000 }, 'never'],
    ['never, with IDR pictures every 10 s', { idrS: 10 }, 'never'],
    ['never, with IDR pictures every 10 s at 6 Mbit/s', { idrS: 10, kbps: 6000 }, 'never'],
    ['from a recovery point, when no group is kept for viewers', { idrS: 0, entryS: 1 }, '12.04 s, 2'],
    ['from a recovery point at 6 Mbit/s, as fewer seconds are kept', { idrS: 0, entryS: 1, kbps: 6000 }, '6 s, 1'],
    ['from a recovery point at 40 Mbit/s, but not within 4 s', { idrS: 0, entryS: 1, kbps: 40_000 }, '4 s, 1'],
    ['from a recovery point of a stream without any IDR picture', { idrS: -1, entryS: 1 }, '4 s, 1'],
    ['with the whole group when there is no recovery point', { idrS: 0 }, '12.04 s, 302 from the IDR picture'],
    ['from the last recovery point if these are rare', { idrS: 0, entryS: 10 }, '12.04 s, 52'],
    ['with the whole group of 6 Mbit/s', { idrS: 0, kbps: 6000 }, '12.04 s, 302 from the IDR picture'],
    [
      'with the whole group across a leap of its clock',
      { idrS: 0, leapAtS: 8, leapMs: 3_600_000 },
      '12.08 s, 303 from the IDR picture',
    ],
    [
      'with the whole group across a leap back',
      { idrS: 0, leapAtS: 8, leapMs: -5000 },
      '12.08 s, 303 from the IDR picture',
    ],
    ['never without either', { idrS: -1 }, 'never'],
    ['never with a group above the bound', { idrS: 0, kbps: (GROUP_BYTES_MAX * 8) / 1000 / 3 }, 'never'],
  ])('%s', (_when, sent, found) => {
    expect(begins(sent)).toBe(found);
  });
});
