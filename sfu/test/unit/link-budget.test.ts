// Shedding of traffic to a neighbour beyond the budget: stages, their order, and how long each lasts.
import { describe, expect, test } from 'vitest';
import { initialLink, type LinkStage, type LinkState, shedOf, stepLink } from '../../src/core/index.ts';

/** Steps once a second; returns the changes of the stage. */
function run(sentBps: (second: number, stage: number) => number, seconds: number, from: LinkState = initialLink) {
  let state = from;
  const changes: string[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const { stage } = state;
    state = stepLink(state, { nowMs: second * 1000, budgetBps: 1000, sentBps: sentBps(second, stage) });
    if (state.stage !== stage) changes.push(`${second}: ${state.stage}`);
  }
  return { state, changes };
}

describe('the stage of a path between two nodes', () => {
  test.each<[string, (second: number, stage: number) => number, number, string[]]>([
    ['stays while there is room', () => 950, 100, []],
    ['stays for a burst', (second) => (second % 5 === 0 ? 5000 : 500), 100, []],
    [
      'rises by one whenever the last change shows in the traffic, up to audio only',
      () => 2000,
      60,
      ['2: 1', '5: 2', '8: 3'],
    ],
    ['stops rising when the traffic fits', (_s, stage) => (stage >= 2 ? 800 : 2000), 60, ['2: 1', '5: 2']],
    ['falls again one stage at a time', (second) => (second < 3 ? 2000 : 100), 60, ['2: 1', '13: 0']],
  ])('%s', (_name, sent, seconds, want) => expect(run(sent, seconds).changes).toEqual(want));

  test('falls after pauses that double each time it has to rise again soon, up to a limit', () => {
    const { changes } = run((_s, stage) => (stage === 0 ? 2000 : 100), 900);
    const fallSeconds = changes.filter((_, index) => index % 2 === 1).map((row) => Number.parseInt(row, 10));
    const riseSeconds = changes.filter((_, index) => index % 2 === 0).map((row) => Number.parseInt(row, 10));
    expect(fallSeconds.slice(0, 7).map((at, index) => at - (riseSeconds[index] ?? 0))).toEqual([
      11, 21, 41, 81, 161, 161, 161,
    ]);
  });
  test('falls after the shortest pause again when it has not risen for long', () => {
    const relapsed = { ...initialLink, stage: 1 as LinkStage, changedAtMs: 0, relapseCount: 2 };
    expect(run(() => 100, 42, relapsed).state).toMatchObject({ stage: 0, relapseCount: 2 });
    expect(run((second) => (second < 60 ? 700 : 100), 120, relapsed).state).toMatchObject({
      stage: 0,
      relapseCount: 0,
    });
  });
});

describe('the shedding of stage', () => {
  test.each<[LinkStage, string, string, string]>([
    [0, 'nothing', 'nothing', 'nothing'],
    [1, 'top_layer', 'top_layer', 'nothing'],
    [2, 'top_layer', 'paused', 'nothing'],
    [3, 'paused', 'paused', 'nothing'],
  ])('%i: video of a speaker %s, of others %s, audio %s', (stage, speaker, other, audio) => {
    expect([
      shedOf(stage, { kind: 'video', isSpeaking: true }),
      shedOf(stage, { kind: 'video', isSpeaking: false }),
      shedOf(stage, { kind: 'audio', isSpeaking: false }),
    ]).toEqual([speaker, other, audio]);
  });
});
