import { expect, it } from 'vitest';
import { LoneVoice } from '../../src/core/lone-voice.ts';

/** Feeds the encoder's packets each 20 ms of this time. */
function feedVoice(lone: LoneVoice, fromMs: number, toMs: number, name = 'encoder'): void {
  for (let atMs = fromMs; atMs <= toMs; atMs += 20) lone.notePacket(name, true, atMs);
}

it("an encoder's sound is passed on at once if it was the first voice of the room", () => {
  const lone = new LoneVoice();
  expect(lone.isEmpty).toBe(true);
  lone.notePacket('encoder', true, 0);
  expect([lone.isEmpty, lone.choose(0)]).toEqual([false, 'encoder']);
});

it("a second voice causes a mix at once, and the encoder's sound is passed on again after two seconds alone", () => {
  const lone = new LoneVoice();
  feedVoice(lone, 0, 1000);
  expect(lone.choose(1000)).toBe('encoder');
  lone.notePacket('ann', false, 1010);
  expect(lone.choose(1010)).toBe(undefined);
  lone.remove('ann');
  feedVoice(lone, 1020, 3200);
  expect([lone.choose(1040), lone.choose(3030), lone.choose(3060)]).toEqual([undefined, undefined, 'encoder']);
});

it('a voice that falls silent without leaving counts as a second voice for ten seconds', () => {
  const lone = new LoneVoice();
  lone.notePacket('ann', false, 0);
  feedVoice(lone, 0, 13_000);
  expect(lone.choose(9990)).toBe(undefined);
  expect([lone.choose(10_010), lone.choose(12_030)]).toEqual([undefined, 'encoder']);
});

it('an encoder without sound for half a second is no longer passed on, and must be alone two seconds when it returns', () => {
  const lone = new LoneVoice();
  feedVoice(lone, 0, 1000);
  expect([lone.choose(1500), lone.choose(1501)]).toEqual(['encoder', undefined]);
  feedVoice(lone, 1600, 4000);
  expect([lone.choose(1600), lone.choose(3580), lone.choose(3620)]).toEqual([undefined, undefined, 'encoder']);
});
