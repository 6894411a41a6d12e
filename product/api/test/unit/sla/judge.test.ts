import { describe, expect, it } from 'vitest';
import { daysOf, HOUR_MS, type Hour, judgeHours } from '../../../src/sla/core/judge.ts';
import { monthSpan } from '../../../src/sla/core/month.ts';
import { budgetOf, objectives } from '../../../src/sla/core/objectives.ts';

const month = monthSpan('2026-11');
const at = (hour: number) => month.fromMs + hour * HOUR_MS;
const hour = (hourIndex: number, o: Partial<Hour> = {}): Hour => ({
  fromMs: at(hourIndex),
  window: -1,
  joins: 0,
  failedJoins: 0,
  calls: 0,
  failedCalls: 0,
  ...o,
});
const judge = (hours: Hour[], o: { toMs?: number; lost?: { fromMs: number; toMs: number }[] } = {}) =>
  judgeHours({ hours, toMs: at(hours.length), lost: [], windowAt: () => -1, ...o });
const judgedTexts = (hours: ReturnType<typeof judge>) =>
  hours.map(({ basis, minutes, badMinutes }) => `${basis} ${badMinutes}/${minutes}`);

describe('an hour', () => {
  it.each([
    ['the share of minutes that is the share of failed joins', hour(0, { joins: 100, failedJoins: 25 }), 'alone 15/60'],
    ['only joins if there are many', hour(0, { joins: 20, calls: 180, failedCalls: 180 }), 'alone 0/60'],
    ['calls too if there are few joins', hour(0, { joins: 19, calls: 181, failedCalls: 20 }), 'alone 6/60'],
    ['only calls without joins', hour(0, { calls: 180, failedCalls: 180 }), 'alone 60/60'],
    ['nothing of an hour without events', hour(0), 'unknown 0/0'],
  ])('counts %s', (_, one, expected) => expect(judgedTexts(judge([one]))).toEqual([expected]));

  it('with few events is judged together with the other such hours of its day', () => {
    const few = [hour(0, { joins: 1, failedJoins: 1 }), hour(1, { joins: 9 }), hour(2, { joins: 50 })];
    expect(judgedTexts(judge(few))).toEqual(['together 6/60', 'together 6/60', 'alone 0/60']);
    const days = judge([hour(0, { joins: 1, failedJoins: 1 }), hour(24, { joins: 9 })], { toMs: at(25) });
    expect(daysOf(days).map(({ badMinutes }) => badMinutes)).toEqual([60, 0]);
  });

  it('in progress counts only its elapsed part', () => {
    const toMs = at(0) + HOUR_MS / 4;
    expect(judgedTexts(judge([hour(0, { joins: 40, failedJoins: 20 })], { toMs }))).toEqual(['alone 7.5/15']);
  });

  it('in which the region was lost is bad for so long, even without events', () => {
    const lost = [{ fromMs: at(0) + HOUR_MS / 2, toMs: at(1) + HOUR_MS / 4 }];
    expect(judgedTexts(judge([hour(0, { joins: 40 }), hour(1)], { lost }))).toEqual(['alone 30/60', 'lost 15/15']);
  });

  it('ignores calls of a tester that was silent for most of the hour', () => {
    const calls = [180, 180, 10].map((count, of) => hour(of, { calls: count, failedCalls: count === 10 ? 10 : 0 }));
    const judged = judge(calls);
    expect(judgedTexts(judged)).toEqual(['alone 0/60', 'alone 0/60', 'unknown 0/0']);
    expect(judged.map(({ isSilent }) => isSilent)).toEqual([false, false, true]);
  });

  it('in a maintenance window counts in no day, and does not affect other hours with few events', () => {
    const judged = judge([hour(0, { joins: 1, failedJoins: 1, window: 0 }), hour(1, { joins: 4 })]);
    expect(judgedTexts(judged)).toEqual(['together 60/60', 'together 0/60']);
    expect(daysOf(judged)).toEqual([{ dayMs: at(0), minutes: 60, badMinutes: 0 }]);
  });
});

describe('a budget', () => {
  const tenth = month.fromMs + (month.toMs - month.fromMs) / 10;

  it('covers the whole month, extrapolated from the events so far', () => {
    expect(budgetOf({ total: 1000, bad: 1 }, 0.999, month, tenth).allowed).toBeCloseTo(10);
    expect(budgetOf({ total: 1000, bad: 1 }, 0.999, month, month.toMs + 1).allowed).toBeCloseTo(1);
  });

  it.each([
    ['is never used up at the allowed rate, or a lower one', 0.5, undefined],
    ['is used up in the middle of the month at twice the rate', 2, month.fromMs + (month.toMs - month.fromMs) / 2],
    ['that is used up already has no time of exhaustion', 11, undefined],
  ])('%s', (_, bad, expected) => {
    const { exhaustsMs } = budgetOf({ total: 1000, bad }, 0.999, month, tenth);
    if (expected === undefined) expect(exhaustsMs).toBeUndefined();
    else expect(Math.abs((exhaustsMs ?? 0) - expected)).toBeLessThan(10);
  });

  it('without events is 0', () => {
    expect(budgetOf({ total: 0, bad: 0 }, 0.999, month, month.fromMs)).toEqual({ allowed: 0, left: 0 });
  });

  it('of availability is about 26 minutes in a month of 30 days', () => {
    const target = objectives.find(({ id }) => id === 'availability')?.target ?? 0;
    expect(budgetOf({ total: 43_200, bad: 0 }, target, month, month.toMs).allowed).toBeCloseTo(25.92);
  });
});
