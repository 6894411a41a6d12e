import { type ErrorCode, errorCodes, wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { closeCodeOf, type Participant, type RosterChange, type RosterEvent } from '../../src/core/index.ts';
import {
  controlUrlOf,
  fleetFromWire,
  offerFromWire,
  offerToWire,
  orderFromWire,
  orderToWire,
} from '../../src/wire/control-wire.ts';
import { eventFromWire, eventToWire, viewFromWire, viewToWire } from '../../src/wire/roster-wire.ts';

const participant: Participant = {
  sessionId: 'PA_1',
  identity: 'ann',
  name: 'Ann',
  metadata: '{}',
  nodeId: 'n',
  signalingId: 'd',
  region: 'fra',
  joinedWallMs: 1_767_225_600_000,
  quality: 'good',
  canPublish: true,
  canSubscribe: false,
  canPublishData: true,
  admin: true,
  hidden: false,
  tracks: [
    {
      trackId: 'T',
      kind: 'video',
      source: 'screen_share',
      name: 'x',
      muted: true,
      mimeType: 'video/VP9',
      layerKind: 'svc',
      layers: [{ spatialLayer: 1, width: 2, height: 3, maxBitrateBps: 4 }],
      nodeId: 'n',
      width: 5,
      height: 6,
    },
  ],
};
const changes: RosterChange[] = [
  { type: 'participantJoined', participant },
  { type: 'participantLeft', sessionId: 'PA_1', reason: 'LEFT' },
  { type: 'participantChanged', participant: { ...participant, tracks: [] } },
  { type: 'trackPublished', sessionId: 'PA_1', track: participant.tracks[0] as Participant['tracks'][0] },
  { type: 'trackUnpublished', sessionId: 'PA_1', trackId: 'T', reason: 'ENDED' },
  { type: 'trackMuted', sessionId: 'PA_1', trackId: 'T', muted: true },
  { type: 'speakersChanged', speakers: [{ sessionId: 'PA_1', levelDbov: -20 }] },
  { type: 'qualityChanged', sessionId: 'PA_1', quality: 'lost' },
  { type: 'unknown' },
];

describe('what crosses the wire comes out as it went in', () => {
  it.each(changes.map((change, index) => [change.type, { seq: index + 1, change }] as [string, RosterEvent]))(
    '%s',
    (_name, event) => {
      const bytes = wire.RoomEvent.encode(eventToWire(event)).finish();
      expect(eventFromWire(wire.RoomEvent.decode(bytes))).toEqual(event);
    },
  );

  it('a roster', () => {
    const view = { epoch: 3, seq: 9, participants: [participant], speakers: [{ sessionId: 'PA_1', levelDbov: -127 }] };
    const bytes = wire.RosterSnapshot.encode(viewToWire(view)).finish();
    expect(viewFromWire(wire.RosterSnapshot.decode(bytes))).toEqual(view);
  });

  it('an offer, with and without a grant', () => {
    const offer = { trackId: 'T', publisherSessionId: 'PA_1', originNodeId: 'a', carrierNodeId: 'b', grant: undefined };
    const grant = { claim: Uint8Array.of(1), signature: Uint8Array.of(2), certificatePem: 'pem' };
    const through = (given: typeof offer | (Omit<typeof offer, 'grant'> & { grant: typeof grant })) =>
      offerFromWire(wire.TrackSubscription.decode(wire.TrackSubscription.encode(offerToWire(given)).finish()));
    expect(through(offer)).toEqual(offer);
    expect(through({ ...offer, grant }).grant).toMatchObject({ certificatePem: 'pem' });
  });

  it('an order to a signaling node', () => {
    const through = (order: Parameters<typeof orderToWire>[0]) =>
      orderFromWire(wire.SignalingCommand.decode(wire.SignalingCommand.encode(orderToWire(order)).finish()));
    expect(through({ disconnect: 'KICKED', message: 'noise' })).toEqual({ disconnect: 'KICKED', message: 'noise' });
    expect(through({ muteTrackId: 'T' })).toEqual({ muteTrackId: 'T' });
    expect(orderFromWire({})).toBeUndefined();
    expect(orderFromWire({ disconnect: { code: 'NEVER_HEARD_OF' } })).toEqual({ disconnect: 'INTERNAL', message: '' });
  });
});

it('a control address is the announced one, IPv6 in brackets, and none when it is incomplete', () => {
  const urlOf = (addresses: wire.Address.$Properties[]) =>
    controlUrlOf(fleetFromWire({ nodes: [{ nodeId: 'n', addresses }] }).get('n'));
  expect(urlOf([])).toBeUndefined();
  expect(urlOf([{ purpose: 'client', ip: '10.0.0.1', port: 7900 }])).toBeUndefined();
  expect(urlOf([{ purpose: 'control', ip: '10.0.0.1' }])).toBeUndefined();
  expect(urlOf([{ purpose: 'control', ip: '10.0.0.1', port: 7901 }])).toBe('wss://10.0.0.1:7901');
  expect(urlOf([{ purpose: 'control', ip: '::', announced: '2001:db8::1', port: 7901 }])).toBe(
    'wss://[2001:db8::1]:7901',
  );
});

it('every error code has a close code of the application’s range', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    expect(closeCodeOf(code), code).toBeGreaterThanOrEqual(4400);
    expect(closeCodeOf(code), code).toBeLessThan(4600);
  }
  expect([closeCodeOf('KICKED'), closeCodeOf('FRAME_MALFORMED'), closeCodeOf('SHUTTING_DOWN')]).toEqual([
    4403, 4400, 4503,
  ]);
});

it('what may be tried again is closed as nobody’s mistake', () => {
  const codes = Object.entries(errorCodes).flatMap(([code, [, retryable]]) => (retryable ? [code as ErrorCode] : []));
  expect(codes.filter((code) => closeCodeOf(code) === 4400)).toEqual([]);
});
