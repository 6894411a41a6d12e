import {
  emptyPolicy,
  emptyRoomInfo,
  limits,
  participantToWire,
  type RoomPolicy,
  RoomState,
  type RosterEvent,
  type Track,
  wire,
} from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { Follower, Roster, type RosterResult } from '../../src/core/index.ts';
import { person } from './fixtures.ts';

const track = (trackId: string, o: Partial<Track> = {}): Track => ({
  trackId,
  kind: 'audio',
  source: 'microphone',
  name: '',
  muted: false,
  mimeType: 'audio/opus',
  layerKind: 'simple',
  layers: [],
  nodeId: 'n1',
  width: 0,
  height: 0,
  ...o,
});
const events = (result: RosterResult): string[] =>
  result.ok ? result.events.map((event) => `${event.seq} ${event.change.type}`) : [result.code];
const fresh = { takeover: false };

describe('the owner’s roster', () => {
  it('numbers changes densely from one', () => {
    const roster = new Roster(3);
    expect(events(roster.admit(person('ann'), fresh))).toEqual(['1 participantJoined']);
    expect(events(roster.publish('PA_ann', track('T1')))).toEqual(['2 trackPublished']);
    expect(events(roster.mute('PA_ann', 'T1', true))).toEqual(['3 trackMuted']);
    expect(events(roster.update({ ...person('ann'), name: 'Anne' }))).toEqual(['4 participantChanged']);
    expect(events(roster.quality('PA_ann', 'good'))).toEqual(['5 qualityChanged']);
    expect(
      events(
        roster.setSpeakers([
          { sessionId: 'PA_ann', levelDbov: -10 },
          { sessionId: 'PA_gone', levelDbov: -9 },
        ]),
      ),
    ).toEqual(['6 speakersChanged']);
    expect(roster.speakers).toEqual([{ sessionId: 'PA_ann', levelDbov: -10 }]);
    expect(events(roster.unpublish('PA_ann', 'T1', 'done'))).toEqual(['7 trackUnpublished']);
    expect(events(roster.leave('PA_ann', 'LEFT'))).toEqual(['8 participantLeft']);
    expect(roster.view()).toEqual({ epoch: 3, seq: 8, participants: [], speakers: [], info: emptyRoomInfo });
    roster.validate();
  });

  it.each<[string, (roster: Roster) => RosterResult, string]>([
    ['a track of an absent participant', (roster) => roster.publish('PA_x', track('T9')), 'PARTICIPANT_UNKNOWN'],
    ['a track without the right to publish', (roster) => roster.publish('PA_bob', track('T9')), 'NOT_PERMITTED'],
    ['a track whose id another participant has', (roster) => roster.publish('PA_cid', track('T1')), 'TRACK_EXISTS'],
    ['the end of another participant’s track', (roster) => roster.unpublish('PA_cid', 'T1', ''), 'TRACK_UNKNOWN'],
    ['the mute of another participant’s track', (roster) => roster.mute('PA_cid', 'T1', true), 'TRACK_UNKNOWN'],
    ['the leave of an absent participant', (roster) => roster.leave('PA_x', ''), 'SESSION_UNKNOWN'],
    [
      'the leave of a session at another signaling node',
      (roster) => roster.leave('PA_ann', '', 'd2'),
      'SESSION_UNKNOWN',
    ],
    [
      'too long metadata of the room',
      (roster) => roster.updateRoom({ metadata: 'é'.repeat(limits.roomMetadataBytesMax / 2 + 1) }),
      'REQUEST_INVALID',
    ],
    ['a change of an absent participant', (roster) => roster.update(person('x')), 'PARTICIPANT_UNKNOWN'],
    [
      'the connection quality of an absent participant',
      (roster) => roster.quality('PA_x', 'good'),
      'PARTICIPANT_UNKNOWN',
    ],
    [
      'a session under another identity',
      (roster) => roster.admit(person('ann', { identity: 'eve' }), { takeover: true }),
      'SESSION_UNKNOWN',
    ],
    [
      'a takeover with another participant’s track',
      (roster) => roster.admit(person('cid', { tracks: [track('T1')] }), { takeover: true }),
      'TRACK_EXISTS',
    ],
    [
      'a takeover by a session that a newer one replaced',
      (roster) => roster.admit(person('ann', { sessionId: 'PA_old', joinedWallMs: 50 }), { takeover: true }),
      'RESUME_REFUSED',
    ],
  ])('refuses %s', (_name, act, code) => {
    const roster = new Roster(1);
    for (const someone of [
      person('ann'),
      person('bob', { canPublish: false }),
      person('cid'),
      person('dan', { admin: true }),
    ])
      roster.admit(someone, fresh);
    roster.publish('PA_ann', track('T1'));
    const before = roster.view();
    expect(events(act(roster))).toEqual([code]);
    expect(roster.view()).toEqual(before);
    roster.validate();
  });

  it.each<[string, (roster: Roster) => RosterResult]>([
    ['a track that is published already', (roster) => roster.publish('PA_ann', track('T1'))],
    ['the unmute of an unmuted track', (roster) => roster.mute('PA_ann', 'T1', false)],
    ['an unchanged quality', (roster) => roster.quality('PA_ann', 'unknown')],
    ['a change that changes nothing', (roster) => roster.update(person('ann'))],
    ['an announcement that brings nothing new', (roster) => roster.admit(person('ann'), { takeover: true })],
  ])('reports nothing about %s', (_name, act) => {
    const roster = new Roster(1);
    roster.admit(person('ann'), fresh);
    roster.publish('PA_ann', track('T1'));
    expect(act(roster)).toEqual({ ok: true, events: [], differences: [] });
  });

  it('gives the room a higher version with each change, and continues from an earlier owner’s version', () => {
    const dan = person('dan', { admin: true });
    const info = { ...emptyRoomInfo, metadata: 'open', version: 4 };
    const { roster } = Roster.rebuilt(2, [dan], new Map(), { info, policy: emptyPolicy });
    expect(roster.updateRoom({ metadata: 'open' })).toEqual({ ok: true, events: [], differences: [] });
    const largest = 'é'.repeat(limits.roomMetadataBytesMax / 2);
    expect(events(roster.updateRoom({ metadata: largest }))).toEqual(['1 roomChanged']);
    expect(events(roster.updateRoom({ metadata: '' }))).toEqual(['2 roomChanged']);
    expect(roster.view().info).toEqual({ ...emptyRoomInfo, version: 6 });
  });

  it('changes the room at an expected version only if the room has that version', () => {
    const { roster } = Roster.rebuilt(2, [person('dan', { admin: true })]);
    expect(events(roster.updateRoom({ metadata: 'first' }, 0))).toEqual(['1 roomChanged']);
    for (const expected of [0, 2]) {
      expect(roster.updateRoom({ metadata: 'second' }, expected)).toEqual({ ok: false, code: 'VERSION_CONFLICT' });
      // A change that is repeated because its answer was lost has been made already.
      expect(roster.updateRoom({ metadata: 'first' }, expected)).toEqual({ ok: true, events: [], differences: [] });
    }
    expect(events(roster.updateRoom({ metadata: 'second' }, 1))).toEqual(['2 roomChanged']);
    expect(events(roster.updateRoom({ metadata: 'third' }))).toEqual(['3 roomChanged']);
    expect(roster.view().info).toMatchObject({ metadata: 'third', version: 3 });
  });

  it('lets the newer session of an identity stay: the older leaves first', () => {
    const roster = new Roster(1);
    roster.admit(person('ann', { tracks: [] }), fresh);
    roster.publish('PA_ann', track('T1'));
    roster.setSpeakers([{ sessionId: 'PA_ann', levelDbov: -1 }]);
    const result = roster.admit(person('ann', { sessionId: 'PA_newer', joinedWallMs: 200 }), fresh);
    expect(events(result)).toEqual(['4 participantLeft', '5 participantJoined']);
    expect(result.ok && result.differences.map(({ type }) => type)).toEqual(['participantLeft', 'participantJoined']);
    expect([roster.size, roster.track('T1'), roster.speakers]).toEqual([1, undefined, []]);
    roster.validate();
  });

  it('keeps place, tracks and quality of a session at another signaling node, and adds tracks that it missed', () => {
    const roster = new Roster(1);
    roster.admit(person('ann'), fresh);
    roster.publish('PA_ann', track('T1'));
    roster.quality('PA_ann', 'good');
    const result = roster.admit(person('ann', { signalingId: 'd2', tracks: [track('T1'), track('T2')] }), {
      takeover: true,
    });
    expect(events(result)).toEqual(['4 participantChanged', '5 trackPublished']);
    expect(roster.get('PA_ann')).toMatchObject({
      signalingId: 'd2',
      quality: 'good',
      tracks: [{ trackId: 'T1' }, { trackId: 'T2' }],
    });
    roster.validate();
  });

  it.each([
    ['an earlier adoption than the last', 2, 'SESSION_UNKNOWN'],
    ['an attachment, though the session was adopted since', 0, 'SESSION_UNKNOWN'],
    ['the last adoption, announced again', 3, 'known'],
    ['a later adoption', 4, 'changed'],
    ['no count', undefined, 'changed'],
  ] as const)('judges a takeover by the media node’s count of adoptions: %s', (_name, adoption, expected) => {
    const roster = new Roster(1);
    roster.admit(person('ann'), { takeover: false, adoption: 0 });
    roster.admit(person('ann', { signalingId: 'd2' }), { takeover: true, adoption: 3 });
    const before = roster.view();
    const signalingId = expected === 'known' ? 'd2' : 'd3';
    const result = roster.admit(person('ann', { signalingId }), { takeover: true, adoption });
    expect(events(result)).toEqual(
      { SESSION_UNKNOWN: ['SESSION_UNKNOWN'], known: [], changed: ['3 participantChanged'] }[expected],
    );
    if (expected !== 'changed') expect(roster.view()).toEqual(before);
  });

  it('forgets the count of a session that has left', () => {
    const roster = new Roster(1);
    roster.admit(person('ann'), { takeover: true, adoption: 3 });
    roster.leave('PA_ann', '');
    expect(roster.admit(person('ann'), { takeover: true, adoption: 1 }).ok).toBe(true);
  });

  it('is full at its limit, except for an identity that is in the room already', () => {
    const roster = new Roster(1);
    for (let index = 0; index < limits.participantsPerRoomMax; index += 1) roster.admit(person(`p${index}`), fresh);
    expect(events(roster.admit(person('late'), fresh))).toEqual(['ROOM_FULL']);
    expect(roster.admit(person('p7', { sessionId: 'PA_again', joinedWallMs: 300 }), fresh).ok).toBe(true);
    roster.validate();
  });

  it('is full at its budget of bytes: it then takes no participant, track or longer metadata, but shorter metadata', () => {
    const roster = new Roster(1);
    const metadata = 'm'.repeat(limits.metadataBytesMax);
    const results = Array.from({ length: 200 }, (_, index) => roster.admit(person(`p${index}`, { metadata }), fresh));
    const inside = results.filter((result) => result.ok).length;
    expect(inside).toBeGreaterThan(100);
    expect(inside).toBeLessThan(limits.rosterBytesMax / limits.metadataBytesMax);
    expect(results.slice(inside).flatMap(events)).toEqual(Array.from({ length: 200 - inside }, () => 'ROOM_FULL'));
    expect(roster.bytes).toBeLessThanOrEqual(limits.rosterBytesMax);
    roster.validate();
    for (let index = 0; roster.admit(person(`small${index}`), fresh).ok; index += 1) expect(index).toBeLessThan(100);
    expect(events(roster.publish('PA_p1', track('T1', { name: 'x'.repeat(64) })))).toEqual(['ROOM_FULL']);
    expect(events(roster.update({ ...person('small0'), metadata }))).toEqual(['REQUEST_INVALID']);
    expect(roster.admit(person('p2', { sessionId: 'PA_x2', metadata, joinedWallMs: 300 }), fresh).ok).toBe(true);
    expect(roster.update({ ...person('p1'), metadata: '' }).ok).toBe(true);
    expect(roster.publish('PA_p1', track('T1')).ok).toBe(true);
    roster.validate();
  });

  it('counts its bytes as they are on the wire, whatever it contains', () => {
    const layers = [0, 1, 2, 3].map((spatialLayer) => ({
      spatialLayer,
      width: 4_294_967_295,
      height: 4_294_967_295,
      maxBitrateBps: 4_294_967_295,
    }));
    const tracks = Array.from({ length: limits.tracksPerParticipantMax }, (_, index) =>
      track(`TR_${index}`, {
        kind: 'video',
        source: 'screen_share_audio',
        layerKind: 'svc',
        muted: true,
        name: '漢'.repeat(limits.nameLengthMax),
        mimeType: 'x'.repeat(limits.mimeTypeLengthMax),
        width: 4_294_967_295,
        height: 4_294_967_295,
        layers,
      }),
    );
    for (const participant of [
      person('ann'),
      person('ann', { joinedWallMs: 1.9e12, admin: true, hidden: true, quality: 'excellent', tracks }),
      person('ann', { metadata: 'é'.repeat(limits.metadataBytesMax / 2), name: '漢'.repeat(limits.nameLengthMax) }),
    ]) {
      const roster = new Roster(1);
      roster.admit(participant, fresh);
      const wireBytes = wire.RosterSnapshot.encode({ participants: roster.participants().map(participantToWire) }).len;
      expect(roster.bytes - wireBytes).toBe(participant.quality === 'unknown' ? 2 : 0); // counted as if with a quality
    }
  });

  it('accepts at most sixteen tracks of a participant', () => {
    const roster = new Roster(1);
    roster.admit(person('ann'), fresh);
    for (let index = 0; index < limits.tracksPerParticipantMax; index += 1)
      expect(roster.publish('PA_ann', track(`T${index}`)).ok).toBe(true);
    expect(events(roster.publish('PA_ann', track('T99')))).toEqual(['TRACK_LIMIT']);
  });
});

describe('a roster rebuilt from the media nodes', () => {
  it('has every track once, and the newest session of each identity, under the new epoch', () => {
    const held = [
      person('ann', { tracks: [track('T1'), track('T1')] }),
      person('ann', { sessionId: 'PA_ann2', joinedWallMs: 200, tracks: [track('T2')] }),
      person('bob', { tracks: [track('T2'), track('T3')] }),
      person('bob'),
    ];
    const { roster, evicted } = Roster.rebuilt(7, held);
    roster.validate();
    expect(roster.view()).toMatchObject({ epoch: 7, seq: 0 });
    expect(
      roster.participants().map((participant) => [participant.sessionId, participant.tracks.map((one) => one.trackId)]),
    ).toEqual([
      ['PA_bob', ['T2', 'T3']],
      ['PA_ann2', []],
    ]);
    expect(evicted.map((participant) => participant.sessionId)).toEqual(['PA_ann']);
  });

  it('knows how often each session was adopted', () => {
    const { roster } = Roster.rebuilt(7, [person('ann'), person('bob')], new Map([['PA_ann', 2]]));
    const again = (name: string, adoption: number) => events(roster.admit(person(name), { takeover: true, adoption }));
    expect([again('ann', 1), again('ann', 2), again('bob', 0)]).toEqual([['SESSION_UNKNOWN'], [], []]);
  });
});

describe('a follower', () => {
  it('follows the owner through any changes, and ends equal', () => {
    let seed = 42;
    const random = (max: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % max;
    };
    const owner = new Roster(1);
    const policyOf = (below: (max: number) => number): RoomPolicy => ({
      ...emptyPolicy,
      version: below(9),
      lobby: below(2) === 0,
      members: [{ identity: `p${below(6)}`, role: below(2) === 0 ? 'speaker' : 'attendee' }],
    });
    const replica = new RoomState(1);
    const someone = () => `PA_p${random(6)}`;
    const acts: (() => RosterResult)[] = [
      () => {
        const name = `p${random(6)}`;
        return owner.admit(
          person(name, {
            sessionId: `PA_p${random(6)}`,
            joinedWallMs: random(1000),
            signalingId: `d${random(3)}`,
            admin: random(2) === 0,
          }),
          { takeover: random(2) === 0 },
        );
      },
      () => owner.leave(someone(), 'x'),
      () => owner.publish(someone(), track(`T${random(10)}`)),
      () => owner.unpublish(someone(), `T${random(10)}`, 'x'),
      () => owner.mute(someone(), `T${random(10)}`, random(2) === 0),
      () => owner.updateRoom({ locked: random(2) === 0 }),
      () => ({ ok: true, ...owner.applyPolicy(policyOf(random)) }),
      () => owner.quality(someone(), random(2) === 0 ? 'good' : 'poor'),
      () => owner.setSpeakers([{ sessionId: someone(), levelDbov: -random(50) }]),
    ];
    let applied = 0;
    for (let step = 0; step < 5000; step += 1) {
      const result = acts[random(acts.length)]?.();
      owner.validate();
      for (const event of result?.ok ? result.events : []) {
        expect(event.seq).toBe(replica.seq + 1);
        replica.apply(event);
        applied += 1;
      }
      replica.validate();
    }
    expect(replica.view()).toEqual(owner.view());
    expect(applied).toBeGreaterThan(1000);
  });

  it('knows whether it has the roster, notices a gap, and counts unknown events', () => {
    const follower = new Follower();
    follower.snapshot({ epoch: 1, seq: 5, participants: [person('ann')], speakers: [], info: emptyRoomInfo });
    const left = { type: 'participantLeft', sessionId: 'PA_ann', reason: '' } as const;
    const said = (seq: number, change: RosterEvent['change']) => follower.events(1, [{ seq, change }]);
    expect(said(5, left)).toEqual({ shown: [], differences: [], gap: false, replaced: false });
    expect(said(7, left)).toMatchObject({ shown: [], gap: true });
    expect([follower.replica?.size, follower.isBehind]).toEqual([1, true]);
    expect(said(6, { type: 'unknown' })).toMatchObject({ shown: [{ seq: 6 }], differences: [], gap: false });
    expect(said(7, left)).toMatchObject({
      shown: [{ seq: 7, change: left }],
      differences: [{ type: 'participantLeft' }],
    });
    expect([follower.replica?.seq, follower.replica?.size]).toEqual([7, 0]);
  });

  it('shows clients only the numbers of hidden participants’, renditions’ and ineffective changes', () => {
    const follower = new Follower();
    const gateway = person('gateway', { hidden: true });
    follower.snapshot({ epoch: 1, seq: 0, participants: [person('ann'), gateway], speakers: [], info: emptyRoomInfo });
    const rendition = { ...track('T2'), derivedFrom: 'T1' };
    const subscribers = [{ identity: 'bob', sources: [] }];
    const changes: RosterEvent['change'][] = [
      { type: 'participantChanged', participant: { ...gateway, name: 'x' } },
      { type: 'trackPublished', sessionId: 'PA_gateway', track: track('T9') },
      { type: 'trackPublished', sessionId: 'PA_ann', track: rendition },
      { type: 'trackMuted', sessionId: 'PA_ann', trackId: 'T2', muted: true },
      { type: 'trackUnpublished', sessionId: 'PA_ann', trackId: 'T2', reason: '' },
      { type: 'participantLeft', sessionId: 'PA_gateway', reason: '' },
      { type: 'participantLeft', sessionId: 'PA_nobody', reason: '' },
      { type: 'participantChanged', participant: person('ann', { subscribers }) },
    ];
    const { shown, differences } = follower.events(
      1,
      changes.map((change, index) => ({ seq: index + 1, change })),
    );
    expect(shown.map(({ seq, change }) => `${seq} ${change.type}`)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((seq) => `${seq} unknown`),
      '8 participantChanged',
    ]);
    expect(shown.at(-1)?.change).toMatchObject({ participant: { subscribers: undefined } });
    expect(differences).toHaveLength(7);
  });
});
