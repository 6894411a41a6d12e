import { generateKeyPairSync } from 'node:crypto';
import { type Credentials, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
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
const issuer = new OfferIssuer({
  clock: new ManualClock(),
  rng: seededRng('offers'),
  credentials: () => ({ keyPem, certPem: 'certificate' }) as Credentials,
  fleet: () => fleetFromWire({ nodes: [node('a', 7), node('b', 8), { nodeId: 'c', kind: 'sfu', state: 'alive' }] }),
});
const offerOf = (pullerNodeId: string, carrierNodeId: string) =>
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
  } as unknown as OfferRequest);

it('an offer names where its carrier takes links, which the plan of a media node may leave out', () => {
  expect(offerOf('a', 'b')).toMatchObject({ carrierNodeId: 'b', carrierUrl: 'wss://10.0.0.1:8' });
});

it('an offer names no address of the node itself, nor one that the plan lacks', () => {
  expect(offerOf('a', 'a')).not.toHaveProperty('carrierUrl');
  expect(offerOf('a', 'c')).not.toHaveProperty('carrierUrl');
});
