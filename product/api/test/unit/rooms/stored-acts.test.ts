import { emptyPolicy, limits, type RoomPolicy, recordingFromWire, type wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type ActedRoom, policyAfter } from '../../../src/rooms/core/stored-acts.ts';

const nowMs = 1_000_000;
const room: ActedRoom = { name: 'math', nowWallMs: nowMs, newBreakOutId: () => 'BO_NNNNNNNNNNNN' };
const policy: RoomPolicy = {
  ...emptyPolicy,
  version: 3,
  members: [{ identity: 'ann', role: 'speaker', canPublish: false }],
  bans: [
    { identity: 'old', untilWallMs: nowMs - 1 },
    { identity: 'eve', untilWallMs: 0 },
  ],
};
const after = (act: wire.RoomAct.$Properties) => policyAfter(policy, act, room);

const recording = (recordingId: string, roomSid = '') =>
  recordingFromWire({ recordingId, roomSid, sinceWallMs: nowMs, identity: 'ann', priority: 7 });

describe('an act on a room without an owner', () => {
  it('begins recordings of its next life, in place of earlier ones, each once and up to the limit', () => {
    const before = { ...policy, recordings: [recording('re_over', 'RM_over')] };
    const start = (last: RoomPolicy, recordingId: string) =>
      policyAfter(last, { startRecording: { recordingId, identity: 'ann', priority: 7 } }, room);
    const begun = start(before, 're_1');
    expect(begun).toEqual({ ...policy, recordings: [recording('re_1')] });
    expect(start(begun, 're_1')).toEqual(begun);
    const ids = Array.from({ length: limits.recordingsPerRoomMax - 1 }, (_, index) => `re_more${index}`);
    const full = ids.reduce(start, begun);
    expect(() => start(full, 're_one_more')).toThrow(expect.objectContaining({ code: 'QUOTA_EXCEEDED' }));
    const stop = (recordingId: string) => policyAfter(full, { stopRecording: { recordingId } }, room).recordings;
    expect(stop('re_1').map(({ recordingId }) => recordingId)).toEqual(ids);
    expect([stop('re_unknown'), stop('')]).toEqual([full.recordings, []]);
  });

  it('begins a composed recording and changes its layout', () => {
    const begun = after({ startRecording: { recordingId: 're_1', mode: 'composed', layout: 'speaker' } });
    expect(begun.recordings).toMatchObject([{ mode: 'composed', layout: 'speaker' }]);
    const changed = policyAfter(begun, { recordingLayout: { recordingId: 're_1', layout: 'screen' } }, room);
    expect(changed.recordings).toMatchObject([{ mode: 'composed', layout: 'screen' }]);
  });

  it.each<[string, wire.RoomAct.$Properties]>([
    ['removes', { remove: { identity: 'ann' } }],
    ['renames', { update: { identity: 'ann', name: 'Ann' } }],
    ['mutes', { mute: { identity: 'ann', allSources: true } }],
    ['asks', { askUnmute: { identity: 'ann' } }],
    ['lowers the hand of', { hand: { identity: 'ann' } }],
  ])('%s no participant, since there is none', (_what, act) => {
    expect(() => after(act)).toThrow(expect.objectContaining({ code: 'PARTICIPANT_UNKNOWN' }));
  });

  it.each<[string, wire.RoomAct.$Properties]>([
    ['muting everybody', { mute: { everybody: true, allSources: true } }],
    ['admitting all', { admit: { all: true } }],
    ['lowering all hands', { hand: { everybody: true } }],
    ['data', { data: { topic: 'x' } }],
  ])('%s changes nothing', (_what, act) => {
    expect(after(act)).toBe(policy);
  });

  it.each<[string, wire.RoomAct.$Properties, Partial<RoomPolicy>]>([
    ['locks', { setRoom: { locked: true } }, { locked: true }],
    ['sets only the named fields', { setRoom: { capacity: 0, lobby: true } }, { capacity: 0, lobby: true }],
    ['sets the spotlight', { setRoom: { setSpotlight: true, spotlight: ['ann'] } }, { spotlight: ['ann'] }],
    ['sets metadata', { metadata: { metadata: 'm' } }, { metadata: 'm' }],
    ['lifts a ban', { unban: { identity: 'eve' } }, { bans: [policy.bans[0] as never] }],
    [
      'bans for a time, and forgets bans that are over',
      { remove: { identity: 'ann', banS: 60 } },
      {
        bans: [
          { identity: 'eve', untilWallMs: 0 },
          { identity: 'ann', untilWallMs: nowMs + 60_000 },
        ],
      },
    ],
    [
      'bans for ever, once',
      { remove: { identity: 'eve', forever: true } },
      { bans: [{ identity: 'eve', untilWallMs: 0 }] },
    ],
    [
      'gives a role, without the rights of the one before',
      { member: { identity: 'ann', role: 'host' } },
      { members: [{ identity: 'ann', role: 'host' }] },
    ],
    [
      'gives a right beside the role',
      { member: { identity: 'ann', canSubscribe: false } },
      { members: [{ identity: 'ann', role: 'speaker', canPublish: false, canSubscribe: false }] },
    ],
    ['takes a role back', { member: { identity: 'ann', reset: true } }, { members: [] }],
    ['keeps no member without a role or rights', { member: { identity: 'bob', reset: true } }, {}],
  ])('%s', (_what, act, changes) => {
    expect(after(act)).toEqual({ ...policy, ...changes });
  });

  const red = { breakOutId: 'BO_RRRRRRRRRRRR', name: 'Red', identities: ['bob'], endsWallMs: 0 };
  const divided = { ...policy, breakOuts: [red] };
  it('divides a room, keeps present break-outs, and closes those that are not named', () => {
    const set = (before: RoomPolicy, breakOuts: wire.BreakOut.$Properties[]) =>
      policyAfter(before, { breakOuts: { set: true, breakOuts } }, room).breakOuts;
    expect(set(policy, [{ name: 'Red', identities: ['bob'], endsWallMs: 0 }])).toEqual([
      { ...red, breakOutId: 'BO_NNNNNNNNNNNN' },
    ]);
    const blue = { name: 'Blue', endsWallMs: nowMs + 1 };
    expect(set(divided, [blue, { name: 'Red', identities: ['ann'] }])).toEqual([
      { breakOutId: 'BO_NNNNNNNNNNNN', name: 'Blue', identities: [], endsWallMs: nowMs + 1 },
      { ...red, identities: ['ann'] },
    ]);
    expect(set(divided, [{ breakOutId: red.breakOutId, name: 'Rot' }])).toMatchObject([
      { ...red, name: 'Rot', identities: [] },
    ]);
    const policyWithEnded = { ...policy, breakOuts: [{ ...red, endsWallMs: nowMs }] };
    expect(set(policyWithEnded, [{ name: 'Red' }])).toMatchObject([{ breakOutId: 'BO_NNNNNNNNNNNN', endsWallMs: 0 }]);
    expect(set(divided, [])).toEqual([]);
    expect(policyAfter(divided, { breakOuts: {} }, room)).toBe(divided);
  });

  it.each<[string, RoomPolicy, string, wire.ActBreakOuts.$Properties, string]>([
    ['a show', { ...policy, kind: 'show' }, 'math', { set: true }, 'REQUEST_INVALID'],
    ['a break-out', policy, `math~${red.breakOutId}`, { set: true }, 'REQUEST_INVALID'],
    ['a room whose name is too long', policy, 'x'.repeat(113), { set: true }, 'REQUEST_INVALID'],
    ['a room to which a message is sent', policy, 'math', { set: true, message: 'hi' }, 'PARTICIPANT_UNKNOWN'],
  ])('cannot divide %s', (_what, before, name, breakOuts, code) => {
    expect(() => policyAfter(before, { breakOuts }, { ...room, name })).toThrow(expect.objectContaining({ code }));
  });

  it('brings a person onto the stage of a show, or takes one off', () => {
    const show: RoomPolicy = { ...policy, kind: 'show', members: [] };
    const stage = (before: RoomPolicy, on: boolean) => policyAfter(before, { stage: { identity: 'bob', on } }, room);
    expect(stage(show, true)).toEqual({ ...show, members: [{ identity: 'bob', role: 'speaker' }] });
    expect(stage(stage(show, true), false)).toEqual({ ...show, members: [{ identity: 'bob', role: 'attendee' }] });
    const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });
    expect(() => stage(policy, true)).toThrow(refused);
    for (const role of ['host', 'cohost'] as const)
      expect(() => stage({ ...show, members: [{ identity: 'bob', role }] }, false)).toThrow(refused);
  });

  it('adds no member beyond the limit, and a ban beyond the limit replaces a temporary one', () => {
    const members = Array.from({ length: limits.policyMembersMax }, (_, at) => ({
      identity: `p${at}`,
      role: 'host' as const,
    }));
    const full = { ...policy, members };
    expect(() => policyAfter(full, { member: { identity: 'one more', role: 'host' } }, room)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    );
    const changed = policyAfter(full, { member: { identity: 'p0', role: 'cohost' } }, room);
    expect(changed.members).toHaveLength(limits.policyMembersMax);

    const bans = Array.from({ length: limits.policyBansMax }, (_, at) => ({
      identity: `b${at}`,
      untilWallMs: at === 7 ? nowMs + 1 : 0,
    }));
    const more = policyAfter({ ...policy, bans }, { remove: { identity: 'one more', forever: true } }, room);
    expect(more.bans).toHaveLength(limits.policyBansMax);
    expect(more.bans.map(({ identity }) => identity)).not.toContain('b7');
  });
});
