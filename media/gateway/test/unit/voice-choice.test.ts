import { voicesMax } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { type Voice, VoiceChoice } from '../../src/core/voice-choice.ts';

const voice = (name: string, o: Partial<Voice> = {}): Voice => ({
  trackId: name,
  sessionId: `of ${name}`,
  isMuted: false,
  isUnmeasured: false,
  ...o,
});
const crowd = (count: number, o: Partial<Voice> = {}): Voice[] =>
  Array.from({ length: count }, (_, at) => voice(`v${at}`, o));

it('the speakers are chosen, and replace the longest silent voice', () => {
  const choice = new VoiceChoice();
  const all = crowd(voicesMax + 2);
  const last = `v${voicesMax + 1}`;
  for (const [at] of all.entries()) choice.choose(all, [`of v${at}`], at * 100);
  const nowMs = 60_000;
  expect(choice.choose(all, [], nowMs)).not.toContain('v0');
  const chosen = choice.choose(all, ['of v0'], nowMs);
  expect(chosen[0]).toBe('v0');
  expect([chosen.length, chosen.includes('v1'), chosen.includes('v2'), chosen.includes(last)]).toEqual([
    voicesMax,
    false,
    false,
    true,
  ]);
});

it('no voice is changed without a reason', () => {
  const choice = new VoiceChoice();
  const all = crowd(2 * voicesMax);
  const before = new Set(choice.choose(all, [], 0));
  expect(new Set(choice.choose(all.toReversed(), [], 1000))).toEqual(before);
  const after = choice.choose(all, [`of v${2 * voicesMax - 1}`], 2000);
  expect(after.filter((trackId) => !before.has(trackId))).toEqual([`v${2 * voicesMax - 1}`]);
});

it('unmuted voices come before muted ones, and unmeasured voices before those that have not spoken', () => {
  const choice = new VoiceChoice();
  const muted = crowd(voicesMax, { isMuted: true });
  const [open, encoder] = [voice('open'), voice('encoder', { isUnmeasured: true })];
  const silent = Array.from({ length: voicesMax }, (_, at) => voice(`silent${at}`));
  expect(choice.choose([...muted, open], ['of v0'], 0)[0]).toBe('open');
  const chosen = choice.choose([...silent, ...muted, encoder, open], ['of open'], 1000);
  expect([chosen[0], chosen[1], chosen.length]).toEqual(['open', 'encoder', voicesMax]);
});

it('voices that have left are forgotten', () => {
  const choice = new VoiceChoice();
  const all = crowd(voicesMax + 1);
  const last = `v${voicesMax}`;
  choice.choose(all, [`of ${last}`], 0);
  choice.choose(all.slice(0, -1), [], 1000);
  expect(choice.choose(all, [], 2000)).not.toContain(last);
});
