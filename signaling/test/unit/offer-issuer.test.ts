import { generateKeyPairSync } from 'node:crypto';
import { limits, wire } from '@meridian/protocol';
import { type Credentials, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { OfferIssuer, type OfferRequest } from '../../src/owner/offer-issuer.ts';
import { fleetFromWire } from '../../src/wire/control-wire.ts';

const node = (nodeId: string, port: number) => ({
  nodeId,
  kind: 'sfu',
  state: 'alive',
  addresses: [{ purpose: 'control', ip: '10.0.0.1', port }],
});
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const clock = new ManualClock();
let certPem = 'certificate';
const issuer = new OfferIssuer({
  clock,
  rng: seededRng('offers'),
  credentials: () => ({ keyPem, certPem }) as Credentials,
  fleet: () => fleetFromWire({ nodes: [node('a', 7), node('b', 8), { nodeId: 'c', kind: 'sfu', state: 'alive' }] }),
});
const offerOf = (pullerNodeId: string, carrierNodeId: string, o: Partial<OfferRequest> = {}) =>
  issuer.offer({
    roomKey: 'tenant/room',
    epoch: 1,
    pullerNodeId,
    track: { trackId: 'TR_1', nodeId: carrierNodeId },
    publisher: { sessionId: 'PA_1' },
    carriers: new Map(),
    roomNodeIds: new Set(['a', 'b', 'c']),
    pullersOf: () => 0,
    avoidedNodeIds: new Set(),
    carrierNodeId,
    fence: '',
    ...o,
  } as unknown as OfferRequest);

it('an offer names where its carrier takes links, which the plan of a media node may leave out', () => {
  expect(offerOf('a', 'b')).toMatchObject({ carrierNodeId: 'b', carrierUrl: 'wss://10.0.0.1:8' });
});

it('an offer names no address of the node itself, nor one that the plan lacks', () => {
  expect(offerOf('a', 'a')).not.toHaveProperty('carrierUrl');
  expect(offerOf('a', 'c')).not.toHaveProperty('carrierUrl');
});

describe('a grant', () => {
  const grantOf = (...args: Parameters<typeof offerOf>) => offerOf(...args)?.grant;

  it('is given again to the same puller for a third of its life', () => {
    const first = grantOf('a', 'b');
    clock.advance(limits.grantLifetimeMs / 3 - 1);
    expect(grantOf('a', 'b')).toBe(first);
    clock.advance(1);
    const next = grantOf('a', 'b');
    expect(next).not.toBe(first);
    expect(wire.GrantClaim.decode(next?.claim ?? new Uint8Array()).issuedWallMs).toBe(clock.wallMs());
  });

  it.each([
    ['another puller', () => grantOf('c', 'b')],
    ['another carrier', () => grantOf('a', 'c')],
    ['another room', () => grantOf('a', 'b', { roomKey: 'tenant/other' })],
    ['another fence', () => grantOf('a', 'b', { fence: 'eu' })],
    ['another epoch', () => grantOf('a', 'b', { epoch: 2 })],
    ['another track', () => grantOf('a', 'b', { track: { trackId: 'TR_2' } as OfferRequest['track'] })],
  ])('is not given for %s', (_, other) => {
    const first = grantOf('a', 'b')?.claim;
    expect(wire.GrantClaim.decode(other()?.claim ?? new Uint8Array())).not.toEqual(
      wire.GrantClaim.decode(first ?? new Uint8Array()),
    );
  });

  it('is forgotten for the oldest of more than the kept ones', () => {
    clock.advance(limits.grantLifetimeMs); // those of other tests are over
    const first = grantOf('a', 'b');
    const others = (count: number) => {
      for (let at = 0; at < count; at += 1) grantOf('a', 'b', { roomKey: `tenant/room-${at}` });
    };
    others(bounds.grantsReusedMax - 1);
    expect(grantOf('a', 'b')).toBe(first);
    others(bounds.grantsReusedMax);
    expect(grantOf('a', 'b')).not.toBe(first);
  });

  it('is signed anew with a renewed certificate', () => {
    const first = grantOf('a', 'b');
    certPem = 'renewed certificate';
    expect(grantOf('a', 'b')).toMatchObject({ certificatePem: 'renewed certificate' });
    expect(grantOf('a', 'b')).not.toBe(first);
  });
});
