// Tests which parts of an owned room are informed of roster changes: a row per kind of difference, against fakes that
// record their calls.
import { emptyPolicy, type RoomDifference, trackFromWire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { Roster, type RosterResult } from '../../src/core/index.ts';
import type { RoomJournal } from '../../src/owner/journal.ts';
import { type RosterDependents, RosterWriter } from '../../src/owner/roster-writer.ts';
import type { SignalingSink } from '../../src/owner/signaling-sink.ts';
import { person } from './fixtures.ts';

const track = (trackId: string) => trackFromWire({ trackId, nodeId: 'n1', kind: 1, source: 1, mimeType: 'audio/opus' });

/** Makes a room with Ann at d1, who publishes T1 and T2, and Bob at d2. `calls`: calls of the parts, in order. */
function setUp() {
  const calls: string[] = [];
  const roster = new Roster(1);
  roster.admit(person('ann'), { takeover: false });
  roster.publish('PA_ann', track('T1'));
  roster.publish('PA_ann', track('T2'));
  roster.admit(person('bob', { signalingId: 'd2' }), { takeover: false });
  const followers: RosterDependents = {
    renditions: { review: () => void calls.push('renditions') },
    recordings: { review: () => void calls.push('recordings') },
    absences: { forget: (sessionId) => void calls.push(`present ${sessionId}`) },
    trackRouting: { forget: (trackId) => void calls.push(`forget ${trackId}`) },
    heldNodes: { sendCopies: () => void calls.push('keep') },
    speaking: { gone: (sessionId) => void calls.push(`silent ${sessionId}`) },
    lobby: {
      left: (identity, reason) => void calls.push(`left ${identity} ${reason}`),
      review: () => void calls.push('lobby'),
    },
    stage: { review: () => void calls.push('stage') },
    breakOutRemovals: { left: (identity) => void calls.push(`break-outs ${identity}`) },
    follow: () => void calls.push('follow'),
  };
  const record = (differences: readonly RoomDifference[]) =>
    void calls.push(`record ${differences.map(({ type }) => type).join()}`);
  const events = (signalingId: string) => void calls.push(`events ${signalingId}`);
  const writer = new RosterWriter({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
    roster,
    journal: { record } as unknown as RoomJournal,
    signalingNodes: { events } as unknown as SignalingSink,
    dependents: () => followers,
  });
  return { calls, roster, writer };
}

const fresh = { takeover: false };
/** Every change is recorded and sent to the signaling nodes first. */
const said = (types: string): string[] => [`record ${types}`, 'events d1', 'events d2'];

describe('when the roster has changed', () => {
  it.each<[string, (roster: Roster) => RosterResult, string[]]>([
    [
      'a participant joins',
      (roster) => roster.admit(person('cid', { signalingId: 'd3' }), fresh),
      [...said('participantJoined'), 'events d3', 'renditions', 'follow', 'lobby', 'stage', 'recordings'],
    ],
    [
      'the last participant of a signaling node leaves',
      (roster) => roster.leave('PA_bob', 'KICKED'),
      [
        ...said('participantLeft'),
        'renditions',
        'present PA_bob',
        'follow',
        'silent PA_bob',
        'left bob KICKED',
        'break-outs bob',
        'lobby',
        'stage',
        'recordings',
      ],
    ],
    [
      'a participant with tracks is replaced',
      (roster) => roster.admit(person('ann', { sessionId: 'PA_ann2' }), fresh),
      [
        'record participantLeft,participantJoined',
        'events d2',
        'events d1',
        'renditions',
        'present PA_ann',
        'forget T1',
        'forget T2',
        'follow',
        'silent PA_ann',
        'left ann DUPLICATE_IDENTITY',
        'break-outs ann',
        'lobby',
        'stage',
        'recordings',
      ],
    ],
    [
      'a participant changes',
      (roster) => roster.update(person('bob', { signalingId: 'd2', name: 'Bob' })),
      [...said('participantChanged'), 'renditions', 'follow', 'lobby', 'stage'],
    ],
    [
      'a track is published',
      (roster) => roster.publish('PA_bob', track('T3')),
      [...said('trackPublished'), 'renditions', 'follow'],
    ],
    [
      'a track is unpublished',
      (roster) => roster.unpublish('PA_ann', 'T1', ''),
      [...said('trackUnpublished'), 'renditions', 'forget T1', 'follow'],
    ],
    ['a track is muted', (roster) => roster.mute('PA_ann', 'T1', true), [...said('trackMuted'), 'follow']],
    ['a quality changes', (roster) => roster.quality('PA_ann', 'poor'), [...said('qualityChanged'), 'follow']],
    [
      'the speakers change',
      (roster) => roster.setSpeakers([{ sessionId: 'PA_ann', levelDbov: -20 }]),
      [...said('speakersChanged'), 'follow'],
    ],
    [
      'the room changes',
      (roster) => roster.updateRoom({ metadata: 'changed' }),
      [...said('roomChanged'), 'follow', 'keep'],
    ],
    [
      'the policy changes',
      (roster) => ({ ok: true, ...roster.applyPolicy({ ...emptyPolicy, version: 1, needsHost: true }) }),
      [...said('policyChanged'), 'follow', 'keep', 'lobby', 'stage', 'recordings'],
    ],
    ['a change makes no difference', (roster) => roster.mute('PA_ann', 'T1', false), []],
  ])('because %s, all dependent parts are informed', (_what, change, expected) => {
    const { calls, roster, writer } = setUp();
    writer.apply(change(roster));
    expect(calls).toEqual(expected);
  });
});
