import type { wire } from '@meridian/protocol';
import { type Link, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { clockOffsetOf, type Reporting, Reports, type ReportsOptions } from '../../../src/adapters/links/reports.ts';

/** Returns the node's clock offset after each report; a report has the node's wall clock less the centre's, if any. */
function offsetsAfter(...offsetsMs: (number | undefined)[]): (number | undefined)[] {
  const clock = new ManualClock();
  const link = { remote: { id: 'n1' } } as Link;
  const session: Reporting = { link, fullAskedAtMs: 0 };
  const reports = new Reports({
    clock,
    terms: { centre: { fleet: { planVersion: 1 }, report: () => false } },
    metrics: { reportsIgnored: { inc: () => undefined }, requestsRefused: { inc: () => undefined } },
    log: { debug: () => undefined },
    sessionOf: () => session,
    planChanged: () => undefined,
    planMissed: () => undefined,
  } as unknown as ReportsOptions);
  return offsetsMs.map((offsetMs) => {
    const wallMs = offsetMs === undefined ? undefined : clock.wallMs() + offsetMs;
    reports.receive(link, {
      roomsGone: [],
      roomsChanged: [],
      confirmedDecisionIds: [],
      state: '',
      wallMs,
    } as unknown as wire.Report);
    return clockOffsetOf(session.clockOffsetsMs);
  });
}

test('a node without a report of its clock has no offset, nor has one with an invalid time', () => {
  expect(offsetsAfter(undefined, Number.NaN, Number.POSITIVE_INFINITY)).toEqual([undefined, undefined, undefined]);
});

test('a late report leaves the offset unchanged', () => {
  expect(offsetsAfter(-2, -4000, -3)).toEqual([-2, -2, -2]);
});

test('a clock that was set back changes the offset after eight reports', () => {
  expect(offsetsAfter(0, ...Array.from({ length: 8 }, () => -120_000)).slice(-2)).toEqual([0, -120_000]);
});

test('a clock that was set forward changes the offset at once', () => {
  expect(offsetsAfter(0, 120_000)).toEqual([0, 120_000]);
});
