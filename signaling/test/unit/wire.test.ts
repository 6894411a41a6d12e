import { type ErrorCode, errorCodes, wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { closeCodeOf } from '../../src/core/index.ts';
import type { TrackOffer } from '../../src/ports.ts';
import {
  controlUrlOf,
  fleetFromWire,
  offerFromWire,
  offerToWire,
  orderFromWire,
  orderToWire,
} from '../../src/wire/control-wire.ts';

describe('a value that crosses the wire comes out unchanged', () => {
  it('an offer, with and without a grant', () => {
    const offer = { trackId: 'T', publisherSessionId: 'PA_1', originNodeId: 'a', carrierNodeId: 'b', grant: undefined };
    const grant = { claim: Uint8Array.of(1), signature: Uint8Array.of(2), certificatePem: 'pem' };
    const through = (given: TrackOffer) =>
      offerFromWire(wire.TrackSubscription.decode(wire.TrackSubscription.encode(offerToWire(given)).finish()));
    expect(through(offer)).toEqual(offer);
    expect(through({ ...offer, carrierUrl: 'wss://10.0.0.1:7' })).toEqual({ ...offer, carrierUrl: 'wss://10.0.0.1:7' });
    expect(through({ ...offer, grant }).grant).toMatchObject({ certificatePem: 'pem' });
  });

  it('an order to a signaling node', () => {
    const through = (order: Parameters<typeof orderToWire>[0]) =>
      orderFromWire(wire.SignalingCommand.decode(wire.SignalingCommand.encode(orderToWire(order)).finish()));
    expect(through({ disconnect: 'KICKED', message: 'noise' })).toEqual({ disconnect: 'KICKED', message: 'noise' });
    expect(through({ muteTrackId: 'T' })).toEqual({ muteTrackId: 'T' });
    const rendition = { trackId: 'T', mimeType: 'video/H264' };
    for (const isWanted of [true, false]) expect(through({ rendition, isWanted })).toEqual({ rendition, isWanted });
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

it('a retryable error is closed without blame', () => {
  const codes = Object.entries(errorCodes).flatMap(([code, [, retryable]]) => (retryable ? [code as ErrorCode] : []));
  expect(codes.filter((code) => closeCodeOf(code) === 4400)).toEqual([]);
});
