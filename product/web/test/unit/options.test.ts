import { describe, expect, it } from 'vitest';
import type { ExplanationModel, PlacementOptionModel } from '../../src/core/model.ts';
import { messageOfRefusal, nameOfPart, otherReasons, partRows, shownPoints } from '../../src/core/options.ts';
import { explanation, placement } from '../../src/stories/placement.ts';

const option = (geography: number, load: number): PlacementOptionModel => ({
  nodeId: 'sfu-1',
  region: 'eu',
  city: 'Frankfurt',
  points: geography + load,
  refusedBy: '',
  parts: [
    { name: 'access', points: geography, pointsMax: 80, reason: 'about 9 ms from the client' },
    { name: 'load', points: load, pointsMax: 15, reason: 'busy in a way this page has no word for' },
  ],
});

describe('partRows', () => {
  it('compares each part with the chosen node’s; less than half a point counts as no difference', () => {
    const verdicts = (geography: number, load: number): string[] =>
      partRows(option(geography, load), option(70, 10)).map((part) => part.verdict);
    expect(verdicts(70.4, 9.6)).toEqual(['equal', 'equal']);
    expect(verdicts(40, 12)).toEqual(['worse', 'better']);
  });
  it('has the points and the translated reason, or an unknown reason unchanged', () => {
    expect(partRows(option(78.2, 13.4), undefined)).toEqual([
      {
        name: 'access',
        points: 78.2,
        pointsMax: 80,
        message: { key: 'why.distance', values: { ms: '9' } },
        reason: 'about 9 ms from the client',
        verdict: 'equal',
      },
      {
        name: 'load',
        points: 13.4,
        pointsMax: 15,
        message: undefined,
        reason: 'busy in a way this page has no word for',
        verdict: 'equal',
      },
    ]);
  });
});

describe('shownPoints', () => {
  const parts = (...points: number[]): PlacementOptionModel => ({
    ...option(0, 0),
    points: points.reduce((sum, part) => sum + part, 0),
    parts: points.map((part, at) => ({ name: `part-${at}`, points: part, pointsMax: 68, reason: '' })),
  });
  it('of an option’s parts add up to the points of the option', () => {
    for (const points of [
      [65.6, 15.5, 15.5],
      [65.64, 15.54, 15.54],
      [65.66, 15.56, 15.56],
      [68, 16, 16],
      [0.04, 0.04, 0.04],
      [100 * 0.56, 100 * 0.29, 100 * 0.07],
    ]) {
      const rounded = shownPoints(parts(...points));
      const tenths = rounded.parts.map((part) => Math.round(part * 10));
      expect(tenths.reduce((sum, part) => sum + part, 0) / 10, points.join(' + ')).toBe(rounded.points);
      expect(partRows(parts(...points), undefined).map((row) => row.points)).toEqual(rounded.parts);
    }
  });
  it('differ from the exact ones by less than a tenth, and keep their order', () => {
    const points = [15.59, 65.66, 15.51, 0.06, 15.54];
    const rounded = shownPoints(parts(...points));
    for (const [at, part] of rounded.parts.entries()) expect(Math.abs(part - (points[at] ?? 0))).toBeLessThan(0.1);
    expect(rounded.parts).toEqual([15.6, 65.7, 15.5, 0.1, 15.5]);
    expect(rounded.points).toBe(112.4);
  });
  it('of an option that differ from the sum of its parts stay unchanged', () => {
    expect(shownPoints({ ...parts(10, 5), points: 12 })).toEqual({ points: 12, parts: [10, 5] });
  });
});

describe('otherReasons', () => {
  const reasonsOf = (explanation: ExplanationModel | undefined): readonly string[] =>
    otherReasons({ ...placement, reasons: ['in short'] }, explanation);
  it('are the reasons that are not points of the chosen node', () => {
    expect(reasonsOf(explanation)).toEqual(['the address is known to dbip-city']);
  });
  it('are all reasons where no nodes were compared', () => {
    expect(reasonsOf({ ...explanation, options: [], reasons: ['a', 'access: b'] })).toEqual(['a', 'access: b']);
    expect(reasonsOf({ ...explanation, options: [], reasons: [] })).toEqual([]);
  });
  it('are the placement’s reasons while there is no explanation', () => {
    expect(reasonsOf(undefined)).toEqual(['in short']);
    expect(reasonsOf({ decisionId: 'DE_1', state: 'asked' })).toEqual(['in short']);
    expect(reasonsOf({ decisionId: 'DE_1', state: 'failed', code: 'CENTRE_UNREACHABLE' })).toEqual(['in short']);
  });
});

describe('messageOfRefusal and nameOfPart', () => {
  it('know rules and scores of the scheduling centre', () => {
    expect(messageOfRefusal('capacity')).toEqual({ key: 'refused.capacity' });
    expect(messageOfRefusal('not-draining')).toEqual({ key: 'refused.not-draining' });
    expect(nameOfPart('room')).toBe('part.room');
  });
  it('return an unknown rule’s name, and undefined for an unknown score', () => {
    expect(messageOfRefusal('constructor')).toEqual({ key: 'refused.other', values: { rule: 'constructor' } });
    expect(nameOfPart('constructor')).toBeUndefined();
  });
});
