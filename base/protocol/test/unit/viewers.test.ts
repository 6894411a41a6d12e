import { describe, expect, it } from 'vitest';
import { noViewers, viewersFromWire, viewersOf, viewersToAttributes, viewersToWire } from '../../src/index.ts';

const gatewayWith = (
  attributes: Record<string, string>,
  o: { kind?: 'gateway' | 'standard'; hidden?: boolean } = {},
) => ({
  kind: 'gateway' as const,
  hidden: true,
  identity: 'gateway',
  signalingId: 'sig-fra',
  attributes,
  ...o,
});

describe('the viewers of a room', () => {
  it('are the sum over its gateways, by protocol', () => {
    const all = [
      gatewayWith({ 'viewers.flv': '3', 'viewers.hls': '800' }),
      gatewayWith({ 'viewers.flv': '4', seat: '9' }),
    ];
    expect(viewersOf(all)).toEqual(
      new Map([
        ['flv', 7],
        ['hls', 800],
      ]),
    );
  });

  it.each([
    ['a person', gatewayWith({ 'viewers.flv': '3' }, { kind: 'standard' })],
    ['a viewer in the roster', gatewayWith({ 'viewers.flv': '3' }, { hidden: false })],
    ['no number', gatewayWith({ 'viewers.flv': '-3', 'viewers.hls': '1e9', 'viewers.h5': '' })],
    ['too large a number', gatewayWith({ 'viewers.flv': '10000000' })],
    ['no protocol', gatewayWith({ 'viewers.': '3', 'viewers.__proto__': '3', viewers: '3' })],
  ])('leave out %s', (_what, one) => {
    expect(viewersOf([one])).toEqual(noViewers);
  });

  it('are at most 9,999,999 in a protocol', () => {
    expect(
      viewersOf([gatewayWith({ 'viewers.constructor': '9999999' }), gatewayWith({ 'viewers.constructor': '2' })]),
    ).toEqual(new Map([['constructor', 9_999_999]]));
  });

  it('are attributes of a gateway, which deletes ended protocols', () => {
    const before = new Map([['flv', 2]]);
    const now = new Map([
      ['hls', 800],
      ['h5', 123_456_789],
    ]);
    const attributes = viewersToAttributes(now, before);
    expect(attributes).toEqual({ 'viewers.flv': '', 'viewers.hls': '800', 'viewers.h5': '9999999' });
    expect(viewersOf([gatewayWith({ ...attributes })])).toEqual(
      new Map([
        ['hls', 800],
        ['h5', 9_999_999],
      ]),
    );
  });

  it('survive the wire; no viewers are an absent message', () => {
    const viewers = new Map([['hls', 800]]);
    expect(viewersFromWire(viewersToWire(viewers))).toEqual(viewers);
    expect(viewersFromWire(undefined)).toEqual(noViewers);
    expect(viewersFromWire({ byProtocol: { flv: 0 } })).toEqual(noViewers);
  });
});
