import { describe, expect, it } from 'vitest';
import { encodeClaim, type GrantCheck, limits, refuseGrant, type wire } from '../../src/index.ts';

const claim = {
  roomKey: 'dev/demo',
  trackId: 'TR_0123456789abcdef',
  pullerNodeId: 'sfu-sgp-1',
  servingNodeId: 'sfu-fra-1',
  epoch: 3,
  issuedWallMs: 1_000_000,
  lifetimeMs: 60_000,
  grantId: 'GR_1',
  fence: '',
};
const check: GrantCheck = {
  roomKey: 'dev/demo',
  trackId: 'TR_0123456789abcdef',
  pullerNodeId: 'sfu-sgp-1',
  servingNodeId: 'sfu-fra-1',
  fence: '',
  ownerId: 'sig-fra',
  epochSeen: 3,
  wallMs: 1_000_000,
  identityOf: (pem) =>
    pem === 'owner'
      ? { id: 'sig-fra', kind: 'signaling' }
      : pem === 'other'
        ? { id: 'sig-sgp', kind: 'signaling' }
        : pem === 'node'
          ? { id: 'sig-fra', kind: 'sfu' }
          : undefined,
  verify: (_pem, _bytes, signature) => signature[0] === 1,
};
const grant = (
  changes: Partial<typeof claim> = {},
  certificatePem = 'owner',
  signature = Uint8Array.of(1),
): wire.Grant.$Properties => ({ claim: encodeClaim({ ...claim, ...changes }), signature, certificatePem });

describe('a pull grant', () => {
  const rows: [
    name: string,
    grant: wire.Grant.$Properties | undefined,
    over: Partial<GrantCheck>,
    code: string | undefined,
  ][] = [
    ['absent', undefined, {}, 'GRANT_MISSING'],
    ['empty', {}, {}, 'GRANT_MISSING'],
    [
      'oversize',
      { claim: new Uint8Array(1025), signature: Uint8Array.of(1), certificatePem: 'owner' },
      {},
      'GRANT_MISSING',
    ],
    [
      'torn',
      { claim: Uint8Array.of(0x0a, 0x7f), signature: Uint8Array.of(1), certificatePem: 'owner' },
      {},
      'GRANT_INVALID',
    ],
    ['for another puller', grant({ pullerNodeId: 'sfu-syd-1' }), {}, 'GRANT_FOREIGN'],
    ['replayed by another puller', grant(), { pullerNodeId: 'sfu-syd-1' }, 'GRANT_FOREIGN'],
    ['for another track', grant({ trackId: 'TR_fedcba9876543210' }), {}, 'GRANT_FOREIGN'],
    ['for another room', grant({ roomKey: 'dev/other' }), {}, 'GRANT_FOREIGN'],
    ['for another serving node', grant({ servingNodeId: 'sfu-nyc-1' }), {}, 'GRANT_FOREIGN'],
    ['for a room with a fence, where the room has none', grant({ fence: 'eu' }), {}, 'GRANT_FOREIGN'],
    ['for a room without a fence, where the room has one', grant(), { fence: 'eu' }, 'GRANT_FOREIGN'],
    ['for the fence of the room', grant({ fence: 'eu,us' }), { fence: 'eu,us' }, undefined],
    ['a millisecond over its maximum age', grant(), { wallMs: 1_060_001 }, 'GRANT_EXPIRED'],
    ['at its maximum age', grant(), { wallMs: 1_060_000 }, undefined],
    ['from too far in the future', grant(), { wallMs: 1_000_000 - limits.grantClockSkewMs - 1 }, 'GRANT_EXPIRED'],
    ['with a longer lifetime than allowed', grant({ lifetimeMs: 60_001 }), {}, 'GRANT_INVALID'],
    ['with a lifetime of 0', grant({ lifetimeMs: 0 }), {}, 'GRANT_INVALID'],
    ['with a lower epoch', grant({ epoch: 2 }), {}, 'EPOCH_STALE'],
    ['with a higher epoch than seen, by a new owner', grant({ epoch: 4 }, 'other'), {}, undefined],
    ['of the same epoch by another node than the owner', grant({}, 'other'), {}, 'GRANT_INVALID'],
    ['signed by a media node', grant({}, 'node'), {}, 'GRANT_INVALID'],
    ['signed under a foreign authority', grant({}, 'foreign'), {}, 'GRANT_INVALID'],
    ['with a wrong signature', grant({}, 'owner', Uint8Array.of(2)), {}, 'GRANT_INVALID'],
    ['valid in every field', grant(), {}, undefined],
  ];
  it.each(rows)('%s', (_name, given, over, code) => {
    expect(refuseGrant(given, { ...check, ...over })).toBe(code);
  });
});
