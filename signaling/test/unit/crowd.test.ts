import type { RosterEvent } from '@meridian/protocol';
import { emptyPolicy } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  type CrowdRules,
  crowdRefusalOf,
  crowdRulesOf,
  eventsForCrowd,
  isOfCrowd,
  rulesAfter,
  wasRemovedFromCrowd,
} from '../../src/core/index.ts';
import { person } from './fixtures.ts';

const life = { isKnown: true, roomSid: 'RM_1' };
const rules = (o: Partial<CrowdRules> = {}): CrowdRules => ({
  ...crowdRulesOf({ ...emptyPolicy, version: 3, kind: 'show' }, life),
  ...o,
});
const now = 1_000_000;

describe('a viewer of the crowd', () => {
  it.each<[string, Partial<CrowdRules>, { isLetIn?: boolean; hosts?: number }, string | undefined]>([
    ['may enter an open show', {}, {}, undefined],
    ['may not enter a locked show', { locked: true }, {}, 'ROOM_LOCKED'],
    ['may not enter before the opening', { opensWallMs: now + 1 }, {}, 'NOT_ADMITTED'],
    ['may enter from the opening on', { opensWallMs: now }, {}, undefined],
    ['may not enter past a lobby', { lobby: true }, {}, 'NOT_ADMITTED'],
    ['may not enter without a needed host', { needsHost: true }, {}, 'NOT_ADMITTED'],
    ['may enter with the needed host', { needsHost: true }, { hosts: 1 }, undefined],
    ['may enter by the owner’s decision', { locked: true, lobby: true, needsHost: true }, { isLetIn: true }, undefined],
    ['may not enter while banned', { bans: [{ identity: 'vera', untilWallMs: now + 1 }] }, { isLetIn: true }, 'KICKED'],
    ['may enter when its ban is over', { bans: [{ identity: 'vera', untilWallMs: now }] }, {}, undefined],
    ['may not enter when it is banned forever', { bans: [{ identity: 'vera', untilWallMs: 0 }] }, {}, 'KICKED'],
  ])('%s', (_what, changed, { isLetIn = false, hosts = 0 }, code) => {
    const refusal = crowdRefusalOf(rules(changed), { identity: 'vera', isLetIn, hosts, nowWallMs: now });
    expect(refusal?.code).toBe(code);
  });

  it('waits for a host after a removal, also as the player beside it, in that life of the show only', () => {
    const removed = [
      { identity: 'vera', roomSid: 'RM_1' },
      { identity: 'rex', roomSid: 'RM_0' },
    ];
    const after = crowdRulesOf({ ...emptyPolicy, kind: 'show', removed }, life);
    const waiting = ['vera', 'vera-viewer', 'rex', 'verab'].filter((identity) => wasRemovedFromCrowd(after, identity));
    expect(waiting).toEqual(['vera', 'vera-viewer']);
  });

  it('gets a retry time with its refusal if the show opens within the hour', () => {
    const opens = (inMs: number) =>
      crowdRefusalOf(rules({ opensWallMs: now + inMs }), { identity: 'v', isLetIn: false, hosts: 0, nowWallMs: now });
    expect([opens(90_000)?.retryAfterMs, opens(3_600_001)?.retryAfterMs]).toEqual([90_000, 0]);
  });
});

describe('rules that a crowd gets from another owner', () => {
  const known = rules({ version: 7, bans: [{ identity: 'eve', untilWallMs: 0 }], removed: ['rex'], locked: true });
  it('replace the earlier rules when the owner knows the policy', () => {
    const said = rules({ version: 2 });
    expect(rulesAfter(known, said)).toBe(said);
  });
  it('only add restrictions when the owner does not know the policy', () => {
    const bans = [{ identity: 'mallory', untilWallMs: 0 }];
    const after = rulesAfter(known, rules({ version: 1, isKnown: false, isShow: false, bans }));
    expect(after).toMatchObject({ isShow: true, locked: true, bans: [...known.bans, ...bans], removed: ['rex'] });
  });
  it('keep a crowd while no policy is known at all', () => {
    const unknown = { ...life, isKnown: false };
    expect([crowdRulesOf(emptyPolicy, unknown).isShow, crowdRulesOf(emptyPolicy, life).isShow]).toEqual([true, false]);
  });
});

it.each<[string, Parameters<typeof isOfCrowd>[1], boolean]>([
  ['a person who may not publish', person('a', { canPublish: false }), true],
  ['a publisher', person('a', { canPublish: true }), false],
  ['a host', person('a', { canPublish: false, role: 'host' }), false],
  ['an administrator by token', person('a', { canPublish: false, admin: true }), false],
  ['a gateway', person('a', { canPublish: false, kind: 'gateway' }), false],
  ['a hidden participant', person('a', { canPublish: false, hidden: true }), false],
])('%s joins the crowd of a show: %o', (_what, newcomer, expected) => {
  const one = { ...newcomer, protocol: 'webrtc' };
  expect([isOfCrowd({ kind: 'show' }, one), isOfCrowd({ kind: '' }, one)]).toEqual([expected, false]);
});

describe('the crowd is sent', () => {
  const speaks = (seq: number): RosterEvent => ({ seq, change: { type: 'speakersChanged', speakers: [] } });
  const muted = (seq: number): RosterEvent => ({
    seq,
    change: { type: 'trackMuted', sessionId: 'a', trackId: 't', muted: true },
  });
  const quality = (seq: number): RosterEvent => ({
    seq,
    change: { type: 'qualityChanged', sessionId: 'a', quality: 'good' },
  });
  const seqs = ({ events, isUrgent }: ReturnType<typeof eventsForCrowd>) => [events.map(({ seq }) => seq), isUrgent];

  it('the visible changes of the room in order, and the latest speakers', () => {
    expect(seqs(eventsForCrowd([], [quality(1), { seq: 2, change: { type: 'unknown' } }]))).toEqual([[], false]);
    expect(seqs(eventsForCrowd([], [speaks(3)]))).toEqual([[3], false]);
    expect(seqs(eventsForCrowd([speaks(3)], [speaks(4)]))).toEqual([[4], false]);
    expect(seqs(eventsForCrowd([speaks(4)], [muted(5), quality(6)]))).toEqual([[4, 5], true]);
  });
});
