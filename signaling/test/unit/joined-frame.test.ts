// Participants in the answer to a Join, which are encoded once for all who join.
import { type Participant, type Track, wire } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { encodedOthers } from '../../src/clients/joined-frame.ts';
import { person } from './fixtures.ts';

const shown = (participants: readonly Participant[], sessionId: string): wire.ParticipantInfo.$Properties[] =>
  wire.Joined.decode(Buffer.concat(encodedOthers(participants, sessionId))).participants;
const track = (trackId: string, about: Partial<Track> = {}): Track =>
  ({ trackId, kind: 'audio', source: 'microphone', muted: false, layers: [], ...about }) as unknown as Track;

it('are all but the own and the hidden ones', () => {
  const room = [person('ann'), person('bob'), person('recorder', { hidden: true }), person('cid')];
  expect(shown(room, 'PA_bob').map(({ identity }) => identity)).toEqual(['ann', 'cid']);
  expect(shown(room, 'PA_ann').map(({ identity }) => identity)).toEqual(['bob', 'cid']);
});

it('are as clients may see them: without renditions and receivers', () => {
  const tracks = [track('TR_one'), track('TR_two', { derivedFrom: 'TR_one' })];
  const [ann] = shown([person('ann', { tracks, subscribers: [{ identity: 'bob', sources: [] }] })], '');
  expect(ann?.tracks?.map(({ trackId }) => trackId)).toEqual(['TR_one']);
  expect(ann?.subscribers).toBeNull();
});

it('are as they are now, for whoever joins after a change', () => {
  const ann = person('ann');
  expect(shown([ann], '')[0]?.name).toBe(ann.name);
  expect(shown([{ ...ann, name: 'Ann B.' }], '')[0]?.name).toBe('Ann B.');
});
