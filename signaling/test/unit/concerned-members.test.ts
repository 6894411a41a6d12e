// A change in a room of a thousand is work for the members that it concerns, not for each.
import type { RosterEvent, Track } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { person } from './fixtures.ts';
import { left, setUp } from './support/local-room.ts';

const track = { trackId: 'TR_one', kind: 'audio', source: 'microphone', muted: false, layers: [] } as unknown as Track;
const changed = (seq: number, ...about: Parameters<typeof person>): RosterEvent => ({
  seq,
  change: { type: 'participantChanged', participant: person(...about) },
});

describe('of a room of ann, bob, cid and dan, who are here but for bob', () => {
  const rows: readonly (readonly [what: string, event: RosterEvent, concerned: string])[] = [
    ['a quality', { seq: 2, change: { type: 'qualityChanged', sessionId: 'PA_ann', quality: 'good' } }, 'ann'],
    ['metadata of ann', changed(2, 'ann', { metadata: 'new' }), 'ann'],
    ['metadata of one elsewhere', changed(2, 'bob', { metadata: 'new' }), ''],
    ['the departure of one without tracks', left(2, 'bob'), ''],
    ['the departure of a member', left(2, 'cid'), 'cid'],
    ['a newcomer without tracks', { seq: 2, change: { type: 'participantJoined', participant: person('eve') } }, ''],
    ['speakers', { seq: 2, change: { type: 'speakersChanged', speakers: [] } }, ''],
    [
      'a restriction of receivers',
      changed(2, 'bob', { subscribers: [{ identity: 'ann', sources: [] }] }),
      'ann cid dan',
    ],
    ['a track', { seq: 2, change: { type: 'trackPublished', sessionId: 'PA_bob', track } }, 'ann cid dan'],
  ];
  it.each(rows)('%s concerns the members that it must', async (_what, event, concerned) => {
    const { room, owner, joined, clock } = setUp();
    owner.view = { ...owner.view, participants: ['ann', 'bob', 'cid', 'dan'].map((name) => person(name)) };
    const members = { ann: await joined('ann'), cid: await joined('cid'), dan: await joined('dan') };
    for (const { changes } of Object.values(members)) changes.length = 0;
    room.onEvents('one', 1, [event]);
    clock.advance(bounds.qualitiesShownMs);
    const heard = Object.entries(members).filter(([, { changes }]) => changes.length > 0);
    expect(heard.map(([name]) => name).join(' ')).toBe(concerned);
    expect(Object.values(members).every(({ seqs }) => seqs.includes(2))).toBe(true);
  });
});
