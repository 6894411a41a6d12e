import { limits, type Speaker } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { noSpeakers, type SpeakerState, withLevels, withoutSpeaker, withoutStaleLevels } from '../../src/core/index.ts';

const level = (sessionId: string, levelDbov: number): Speaker => ({ sessionId, levelDbov });
const ids = (speakers: readonly Speaker[] | undefined) => speakers?.map((speaker) => speaker.sessionId);

/** Returns the announced lists after each report, or after time alone. */
function announced(reports: [atMs: number, nodeId: string, speakers: Speaker[]][]): (string[] | undefined)[] {
  let state: SpeakerState = noSpeakers;
  return reports.map(([atMs, nodeId, speakers]) => {
    const heard = nodeId === '' ? withoutStaleLevels(state, atMs) : withLevels(state, nodeId, speakers, atMs);
    state = heard.state;
    return ids(heard.changed);
  });
}

describe('active speakers', () => {
  it.each<[string, [number, string, Speaker[]][], (string[] | undefined)[]]>([
    ['do not change by an empty report in a quiet room', [[0, 'n', []]], [undefined]],
    [
      'do not change by a level alone',
      [
        [0, 'n', [level('a', -20)]],
        [800, 'n', [level('a', -30)]],
      ],
      [['a'], undefined],
    ],
    [
      'exclude sound below the level of speech',
      [
        [0, 'n', [level('a', -60)]],
        [1, 'n', [level('a', -59)]],
      ],
      [undefined, ['a']],
    ],
    [
      'are sorted by level over all nodes',
      [
        [0, 'n', [level('a', -20)]],
        [1, 'm', [level('b', -10)]],
      ],
      [['a'], ['b', 'a']],
    ],
    ['are sorted by id at equal levels', [[0, 'n', [level('b', -20), level('a', -20)]]], [['a', 'b']]],
    [
      'end with a report that lacks them',
      [
        [0, 'n', [level('a', -20)]],
        [800, 'n', []],
      ],
      [['a'], []],
    ],
    [
      'end when their node has stopped reporting',
      [
        [0, 'n', [level('a', -20)]],
        [2400, '', []],
        [2401, '', []],
        [2500, '', []],
      ],
      [['a'], undefined, [], undefined],
    ],
    [
      'include a session that two nodes report once, at its loudest level',
      [
        [0, 'n', [level('a', -30), level('b', -20)]],
        [1, 'm', [level('a', -10)]],
      ],
      [
        ['b', 'a'],
        ['a', 'b'],
      ],
    ],
  ])('%s', (_name, reports, expected) => {
    expect(announced(reports)).toEqual(expected);
  });

  it('are at most five, whatever the number of nodes', () => {
    let state: SpeakerState = noSpeakers;
    for (let node = 0; node < 8; node += 1)
      state = withLevels(
        state,
        `n${node}`,
        Array.from({ length: 9 }, (_, index) => level(`s${node}-${index}`, -10 - index)),
        0,
      ).state;
    expect(state.active).toHaveLength(limits.speakersMax);
    expect(new Set(state.active.map((speaker) => speaker.levelDbov))).toEqual(new Set([-10]));
    expect([...state.byNode.values()].every((levels) => levels.speakers.length <= limits.speakersMax)).toBe(true);
  });

  it('end with a participant that leaves', () => {
    const { state } = withLevels(noSpeakers, 'n', [level('a', -10), level('b', -20)], 0);
    expect(ids(withoutSpeaker(state, 'a', 1).changed)).toEqual(['b']);
    expect(withoutSpeaker(state, 'x', 1).changed).toBeUndefined();
  });
});
