import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { emptyPolicy, policyFromWire, policyToWire, type RoomPolicy, shownOfPolicy } from '../../src/policy.ts';
import { wire } from '../../src/wire.ts';

const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
const policy: RoomPolicy = {
  version: 7,
  lobby: true,
  locked: true,
  capacity: 9,
  emptyTimeoutMs: 1000,
  members: [
    { identity: 'ann', role: 'host', canPublish: false },
    { identity: 'bob', role: '', publishSources: ['microphone', 'screen_share_audio'] },
    { identity: 'cem', role: '', publishSources: [] },
  ],
  bans: [{ identity: 'bob', untilWallMs: 1_767_225_600_000 }],
  removed: [{ identity: 'cem', roomSid: 'RM_1' }],
  spotlight: ['ann', 'cem'],
  endsWallMs: 1_767_225_600_001,
  hardEnd: true,
  opensWallMs: 1_767_225_600_002,
  needsHost: true,
  title: 'Weekly',
  metadata: '{}',
  autoRecordedSid: 'RM_1',
  autoRecord: true,
  recordings: [
    {
      recordingId: 're_1',
      identity: 'ann',
      state: 'running' as const,
      sinceWallMs: 1_767_225_600_003,
      byIdentity: 'bob',
      roomSid: 'RM_1',
      priority: 3,
      expectedWallMs: 1_767_225_600_004,
      mode: 'composed' as const,
      layout: 'speaker' as const,
      pageUrl: 'https://a.example/page',
      askedId: 're_asked',
      failure: 'PAGE_FAILED',
      later: true,
    },
  ],
  kind: 'show' as const,
  slowModeMs: 5000,
  postsMuted: true,
  postWords: ['bad'],
  breakOuts: [{ breakOutId: 'BO_0123456789ab', name: 'Red', identities: ['bob'], endsWallMs: 1_767_225_600_005 }],
};

describe('a policy', () => {
  it('survives the wire unchanged', () => {
    const bytes = wire.RoomPolicy.encode(policyToWire(policy)).finish();
    expect(policyFromWire(wire.RoomPolicy.decode(bytes))).toEqual(policy);
  });

  it.each(Object.entries(policy))('keeps %s over the wire', (key, value) => {
    const bytes = wire.RoomPolicy.encode(policyToWire({ ...emptyPolicy, [key]: value })).finish();
    expect(policyFromWire(wire.RoomPolicy.decode(bytes))).toEqual({ ...emptyPolicy, [key]: value });
  });

  it.each<[string, wire.RoomPolicy.$Properties, Partial<RoomPolicy>]>([
    [
      'more members',
      { members: many(limits.policyMembersMax + 1).map((identity) => ({ identity })) },
      { members: many(limits.policyMembersMax).map((identity) => ({ identity, role: '' })) },
    ],
    [
      'more bans',
      { bans: many(limits.policyBansMax + 1).map((identity) => ({ identity })) },
      { bans: many(limits.policyBansMax).map((identity) => ({ identity, untilWallMs: 0 })) },
    ],
    [
      'more removals',
      { removed: many(limits.policyRemovedMax + 1).map((identity) => ({ identity })) },
      { removed: many(limits.policyRemovedMax).map((identity) => ({ identity, roomSid: '' })) },
    ],
    ['a larger spotlight', { spotlight: many(limits.spotlightMax + 1) }, { spotlight: many(limits.spotlightMax) }],
    [
      'more break-outs',
      { breakOuts: many(limits.breakOutsMax + 1).map((name) => ({ name })) },
      {
        breakOuts: many(limits.breakOutsMax).map((name) => ({ breakOutId: '', name, identities: [], endsWallMs: 0 })),
      },
    ],
    ['a longer title', { title: '🎉'.repeat(201) }, { title: '🎉'.repeat(200) }],
    ['parts of milliseconds', { opensWallMs: 1.5, endsWallMs: 2.5 }, { opensWallMs: 2, endsWallMs: 3 }],
    ['invalid times', { opensWallMs: Number.NaN, endsWallMs: -5 }, { opensWallMs: 0, endsWallMs: 0 }],
  ])('is read within its bounds: %s', (_name, message, read) => {
    expect(policyFromWire(message)).toEqual({ ...emptyPolicy, ...read });
  });

  it('shows clients the lock, the lobby, the spotlight, the end, the title, the rules of posts, and break-outs', () => {
    const { locked, lobby, spotlight, endsWallMs, title, autoRecord, recordings, kind, slowModeMs, postsMuted } =
      policy;
    const ofRoom = { locked, lobby, spotlight, endsWallMs, title, autoRecord, kind, breakOuts: policy.breakOuts };
    const shown = { ...ofRoom, slowModeMs, postsMuted };
    const withoutPages = recordings.map((one) => ({ ...one, pageUrl: '' }));
    expect(shownOfPolicy(policy)).toEqual({ ...shown, recordings: withoutPages });
  });
});
