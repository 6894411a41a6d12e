import { describe, expect, it } from 'vitest';
import {
  type ErrorCode,
  endpointElsewhere,
  endpointFromWire,
  endpointToWire,
  isLoopback,
  limits,
  MeridianError,
  type wire,
} from '../../src/index.ts';

const value = Array.from({ length: 32 }, () => 'aB').join(':');
const keyOf = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const webrtc = (fingerprint: wire.DtlsFingerprint.$Properties) => ({ webrtc: { fingerprint } });
const channels = (...dataChannels: wire.DataChannel.$Properties[]) => ({ webrtc: { dataChannels } });
const plain = (change: wire.PlainEndpoint.$Properties) => ({ plain: { ip: '127.0.0.1', port: 4000, ...change } });
const elsewhere = { ip: '192.0.2.7', port: 4001, srtp: { cryptoSuite: 'AEAD_AES_128_GCM', keyBase64: keyOf(28) } };
const srtp = (cryptoSuite: string, keyBase64: string) => plain({ ip: '192.0.2.7', srtp: { cryptoSuite, keyBase64 } });

function codeOf(read: () => unknown): ErrorCode | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof MeridianError ? error.code : undefined;
  }
}

describe('a refused endpoint', () => {
  it.each<[string, wire.Endpoint.$Properties]>([
    ['of no kind', {}],
    ['of both kinds', { ...webrtc({ algorithm: 'sha-256', value }), ...plain({}) }],
    ['an empty fingerprint', webrtc({})],
    ['a weak fingerprint', webrtc({ algorithm: 'sha-1', value: value.slice(0, 59) })],
    ['an algorithm of the prototype', webrtc({ algorithm: 'constructor', value })],
    ['a short fingerprint', webrtc({ algorithm: 'sha-256', value: value.slice(3) })],
    ['a long fingerprint', webrtc({ algorithm: 'sha-256', value: `${value}:00` })],
    ['a fingerprint that is not hex', webrtc({ algorithm: 'sha-256', value: value.replace('aB', 'zz') })],
    ['no address', plain({ ip: '' })],
    ['a name', plain({ ip: 'localhost' })],
    ['an address and a port', plain({ ip: '127.0.0.1:80' })],
    ['a number above 255', plain({ ip: '127.0.0.256' })],
    ['an octal number', plain({ ip: '127.0.0.010' })],
    ['a short address', plain({ ip: '127.1' })],
    ['an IPv6 address in brackets', plain({ ip: '[::1]' })],
    ['an IPv6 address with a zone', plain({ ip: 'fe80::1%eth0' })],
    ['two times two colons', plain({ ip: '::1::' })],
    ['port 0', plain({ port: 0 })],
    ['port 65536', plain({ port: 65_536 })],
    ['in the clear to elsewhere', plain({ ip: '192.0.2.7' })],
    ['in the clear to every address', plain({ ip: '0.0.0.0' })],
    ['in the clear to IPv6 elsewhere', plain({ ip: '2001:db8::1' })],
    ['in the clear to a mapped address', plain({ ip: '::ffff:192.0.2.7' })],
    ['SRTP without anything', plain({ srtp: {} })],
    ['an unknown suite', srtp('AES_CM_256', keyOf(30))],
    ['a suite of the prototype', srtp('toString', keyOf(30))],
    ['a short key', srtp('AEAD_AES_128_GCM', keyOf(27))],
    ['a long key', srtp('AEAD_AES_128_GCM', keyOf(30))],
    ['the key of another suite', srtp('AEAD_AES_256_GCM', keyOf(30))],
    ['a key that is not base64', srtp('AES_CM_128_HMAC_SHA1_80', `${keyOf(30).slice(1)}-`)],
    ['webrtc with elsewhere', { ...webrtc({ algorithm: 'sha-256', value }), elsewhere }],
    ['elsewhere beside an address of the network', { ...srtp('AEAD_AES_128_GCM', keyOf(28)), elsewhere }],
    ['elsewhere in the clear', { ...plain({}), elsewhere: { ip: '192.0.2.7', port: 4001 } }],
    ['elsewhere in the clear on loopback', { ...plain({}), elsewhere: { ip: '127.0.0.2', port: 4001 } }],
    ['elsewhere without a port', { ...plain({}), elsewhere: { ...elsewhere, port: 0 } }],
    [
      'elsewhere with a short key',
      { ...plain({}), elsewhere: { ...elsewhere, srtp: { ...elsewhere.srtp, keyBase64: keyOf(27) } } },
    ],
    ['a key with padding in the middle', srtp('AES_CM_128_HMAC_SHA1_80', `=${keyOf(30).slice(1)}`)],
    ['a data channel without a label', channels({})],
    ['a data channel with a long label', channels({ label: 'a'.repeat(limits.dataChannelLabelMax + 1) })],
    ['a data channel with a space in its label', channels({ label: 'a b' })],
    ['a data channel with a label that is not ASCII', channels({ label: 'ä' })],
    ['a data channel with a control character', channels({ label: 'a\u0000' })],
    ['a data channel with too many retransmissions', channels({ label: 'a', maxRetransmits: 65_536 })],
    ['two data channels of one label', channels({ label: 'a' }, { label: 'a', ordered: true })],
    [
      'too many data channels',
      channels(...Array.from({ length: limits.dataChannelsMax + 1 }, (_, index) => ({ label: `c${index}` }))),
    ],
  ])('%s', (_name, endpoint) => {
    expect(codeOf(() => endpointFromWire(endpoint, 'send'))).toBe('REQUEST_INVALID');
  });
});

describe('an endpoint', () => {
  it('is absent when nothing is sent there', () => {
    expect([endpointFromWire(null, 'send'), endpointFromWire(undefined, 'send')]).toEqual([undefined, undefined]);
  });
  it('has its fingerprint in the case that mediasoup compares', () => {
    expect(endpointFromWire(webrtc({ algorithm: 'SHA-256', value }), 'send')).toEqual({
      kind: 'webrtc',
      fingerprint: { algorithm: 'sha-256', value: value.toUpperCase() },
    });
  });
  it('may be without a fingerprint', () => {
    expect(endpointFromWire({ webrtc: {} }, 'send')).toEqual({ kind: 'webrtc' });
  });
  it('may be the server of DTLS, on both ways over the wire', () => {
    const endpoint = endpointFromWire({ webrtc: { dtlsServer: true } }, 'send');
    expect(endpoint).toEqual({ kind: 'webrtc', dtlsServer: true });
    expect(endpoint && endpointToWire(endpoint).webrtc?.dtlsServer).toBe(true);
    expect(endpointFromWire({ webrtc: { dtlsServer: false } }, 'send')).toEqual({ kind: 'webrtc' });
  });
  it('has no data channels when it names none', () => {
    expect(endpointFromWire(channels(), 'send')).toEqual({ kind: 'webrtc' });
  });
  it('has its data channels with their reliability', () => {
    const label = 'a'.repeat(limits.dataChannelLabelMax);
    const wanted = channels({ label, ordered: true }, { label: '_lossy', maxRetransmits: 0 });
    expect(endpointFromWire(wanted, 'send')).toEqual({
      kind: 'webrtc',
      dataChannels: [
        { label, ordered: true },
        { label: '_lossy', ordered: false, maxRetransmits: 0 },
      ],
    });
  });
  it.each(['127.0.0.1', '127.255.0.3', '::1'])('may be unencrypted at %s', (ip) => {
    expect(endpointFromWire(plain({ ip }), 'send')).toEqual({ kind: 'plain', ip, port: 4000 });
  });
  it('has its address in canonical form', () => {
    expect(endpointFromWire(plain({ ip: '0:0:0:0:0:0:0:1' }), 'send')).toMatchObject({ ip: '::1' });
  });
  it.each([
    ['AEAD_AES_256_GCM', 44],
    ['AEAD_AES_128_GCM', 28],
    ['AES_CM_128_HMAC_SHA1_80', 30],
    ['AES_CM_128_HMAC_SHA1_32', 30],
  ])('may be at any address with SRTP of %s', (cryptoSuite, bytes) => {
    const keyBase64 = keyOf(bytes);
    expect(endpointFromWire(srtp(cryptoSuite, keyBase64), 'send')).toEqual({
      kind: 'plain',
      ip: '192.0.2.7',
      port: 4000,
      srtp: { cryptoSuite, keyBase64 },
    });
  });
  it('on loopback may have another address, which media nodes on other hosts get instead', () => {
    const both = { ...plain({}), elsewhere };
    expect(endpointFromWire(both, 'send')).toEqual({ kind: 'plain', ip: '127.0.0.1', port: 4000, elsewhere });
    expect(endpointFromWire(endpointElsewhere(both), 'send')).toEqual({ kind: 'plain', ...elsewhere });
    for (const one of [plain({}), webrtc({ algorithm: 'sha-256', value })]) expect(endpointElsewhere(one)).toBe(one);
  });
  it.each<[string, wire.Endpoint.$Properties]>([
    ['plain', srtp('AEAD_AES_128_GCM', keyOf(28))],
    ['plain, with elsewhere', { ...plain({}), elsewhere }],
    ['webrtc', webrtc({ algorithm: 'sha-256', value })],
    ['webrtc, with data channels', channels({ label: 'a', ordered: true }, { label: 'b', maxRetransmits: 65_535 })],
  ])('is read back as it was written: %s', (_name, written) => {
    const read = endpointFromWire(written, 'send');
    expect(read && endpointFromWire(endpointToWire(read), 'send')).toEqual(read);
  });
});

describe('loopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['128.0.0.1', false],
    ['::', false],
    ['1270.0.0.1', false],
    ['localhost', false],
  ])('%s: %s', (ip, expected) => expect(isLoopback(ip)).toBe(expected));
});
