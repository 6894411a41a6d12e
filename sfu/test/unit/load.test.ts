import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  type CostEstimate,
  type CostSample,
  calibratedCost,
  capacityDiffers,
  capacityOf,
  cpuShare,
  refineCost,
} from '../../src/core/index.ts';

const oneCore = { cpuCores: 1, bandwidthBps: 1e9 };
const noLoad = { sessions: 0, consumers: 0 };
const sample = (change: Partial<CostSample>): CostSample => ({
  cpuCoresUsed: 0.5,
  txBps: 3e8,
  consumers: 500,
  producers: 20,
  ...change,
});
function costAfter(count: number, one: CostSample): CostEstimate {
  let cost = calibratedCost;
  for (let n = 0; n < count; n += 1) cost = refineCost(cost, one);
  return cost;
}

describe('the cost of a consumer', () => {
  test.each([
    ['no CPU', { cpuCoresUsed: 0 }],
    ['CPU that is not a number', { cpuCoresUsed: Number.NaN }],
    ['too few consumers', { consumers: 19 }],
    ['producers without a receiver', { consumers: 0, producers: 1 }],
    ['no session but a busy CPU', { consumers: 0, producers: 0, cpuCoresUsed: 0.11 }],
  ])('is not changed by a sample with %s', (_name, change) => {
    expect(refineCost(calibratedCost, sample(change))).toBe(calibratedCost);
  });

  test('begins at 10.5 µs a packet and moves towards the measurement by 5 % with each sample', () => {
    expect(calibratedCost.cpuPerConsumer).toBeCloseTo(0.000924, 9); // 10.5 µs × 88 packets/s
    // 100 consumers at twice the calibrated cost, plus the idle cost of 0.01 cores.
    const doubled = refineCost(calibratedCost, sample({ cpuCoresUsed: 0.1848 + 0.01, txBps: 132e6, consumers: 100 }));
    expect(doubled.cpuPerConsumer).toBeCloseTo(0.000924 * 1.05, 9);
    expect(doubled.bpsPerConsumer).toBeCloseTo(660_000 * 1.05, 3);
    expect(doubled.samples).toBe(1);
  });

  test('stays between a sixteenth and four times the calibration', () => {
    const absurd = costAfter(1000, sample({ cpuCoresUsed: 64, txBps: 1e12, consumers: 20 }));
    expect(absurd.cpuPerConsumer).toBeCloseTo(0.000924 * 4, 6);
    expect(absurd.bpsPerConsumer).toBeCloseTo(660_000 * 4, 0);
    const nothing = costAfter(1000, sample({ cpuCoresUsed: 0.001, txBps: 0 }));
    expect(nothing.cpuPerConsumer).toBeCloseTo(0.000924 / 16, 6);
    expect(nothing.bpsPerConsumer).toBeCloseTo(660_000 / 16, 0);
  });

  test('excludes the idle cost of the node once that is known', () => {
    const idle = costAfter(200, sample({ consumers: 0, producers: 0, cpuCoresUsed: 0.05 }));
    expect(idle).toMatchObject({ cpuPerConsumer: calibratedCost.cpuPerConsumer, samples: 0 });
    expect(idle.idleCores).toBeCloseTo(0.05, 4);
    const same = refineCost(idle, sample({ cpuCoresUsed: 0.05 + 0.000924 * 100, consumers: 100 }));
    expect(same.cpuPerConsumer).toBeCloseTo(0.000924, 7);
  });
});

describe('the capacity', () => {
  test('is 80 % of the cores, less the idle cost, over the cost of one consumer', () => {
    // (0.8 − 0.01) / 0.000924 = 854.98; six consumers per session assumed = 142.
    expect(capacityOf(oneCore, calibratedCost, noLoad)).toEqual({ consumers: 854, sessions: 142 });
    expect(capacityOf(oneCore, calibratedCost, { sessions: 10, consumers: 300 })).toEqual({
      consumers: 854,
      sessions: 28,
    });
    expect(capacityOf(oneCore, calibratedCost, { sessions: 9, consumers: 300 }).sessions).toBe(142);
  });

  test('is 80 % of the bandwidth over the bitrate of one consumer when that is less', () => {
    // 0.8 × 33 Mbit/s / 660 kbit/s = 40.
    expect(capacityOf({ cpuCores: 1, bandwidthBps: 33e6 }, calibratedCost, noLoad).consumers).toBe(40);
  });

  test('is at least one consumer and one session, and at most `sessionsPerNodeMax` sessions', () => {
    expect(capacityOf({ cpuCores: 0.0001, bandwidthBps: 1e9 }, calibratedCost, noLoad)).toEqual({
      consumers: 1,
      sessions: 1,
    });
    expect(capacityOf({ cpuCores: 1, bandwidthBps: 1 }, calibratedCost, noLoad)).toEqual({ consumers: 1, sessions: 1 });
    const huge = capacityOf({ cpuCores: 64, bandwidthBps: 1e12 }, calibratedCost, { sessions: 100, consumers: 100 });
    expect(huge.sessions).toBe(limits.sessionsPerNodeMax);
  });

  test('equals the number of consumers when the node is as busy as it may be', () => {
    const cost = costAfter(500, sample({ cpuCoresUsed: 0.8, consumers: 700, txBps: 4e8 }));
    expect(capacityOf(oneCore, cost, { sessions: 200, consumers: 700 }).consumers).toBeGreaterThanOrEqual(699);
    expect(capacityOf(oneCore, cost, { sessions: 200, consumers: 700 }).consumers).toBeLessThanOrEqual(701);
  });

  test('counts paused consumers, so that a room of mostly paused ones does not fill the node', () => {
    const cost = costAfter(500, sample({ cpuCoresUsed: 0.1, consumers: 1000, txBps: 6e7 }));
    expect(capacityOf(oneCore, cost, { sessions: 100, consumers: 1000 }).consumers).toBeGreaterThan(8000);
  });

  test('is reported again when it differs by more than 5 %', () => {
    expect(capacityDiffers({ consumers: 100 }, { consumers: 95 })).toBe(false);
    expect(capacityDiffers({ consumers: 100 }, { consumers: 94 })).toBe(true);
    expect(capacityDiffers({ consumers: 94 }, { consumers: 100 })).toBe(true);
  });
});

test('the CPU share is between 0 and 1', () => {
  expect([cpuShare(500, 1000, 1), cpuShare(5000, 1000, 2), cpuShare(10, 0, 1), cpuShare(-1, 10, 1)]).toEqual([
    0.5, 1, 0, 0,
  ]);
});
