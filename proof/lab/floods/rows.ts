// The floods, one after another. Each is one that an attacker without a right could do: no token, no key, a handful of
// addresses. Numbers are those at which a service was once shut.
import type { Attack } from './attacks.ts';
import { person, type Scene } from './scene.ts';

export interface Row {
  readonly name: string;
  readonly what: string;
  /** The process whose processor, memory and log are looked at. */
  readonly victim: string;
  readonly addresses: number;
  /** Longer than the others: what grows slowly. */
  readonly seconds?: number;
  /** Where it goes, and what it does there. */
  flood(scene: Scene): { readonly url: string; readonly attack: Attack };
}

/** Nothing, what needs no proof, and what needs one. */
const POSTED = ['/api/v1/nothing', '/api/v1/sessions', '/api/v1/meetings'];
const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

export const rows: readonly Row[] = [
  {
    name: 'nothing',
    what: 'control: no flood',
    victim: 'gw-fra',
    addresses: 1,
    flood: ({ gatewayUrl }) => ({ url: gatewayUrl, attack: { kind: 'nothing' } }),
  },
  {
    name: 'gateway-pings',
    what: '45 WebSockets with a wrong key that ping without end',
    victim: 'gw-fra',
    addresses: 1,
    flood: ({ gatewayUrl }) => ({ url: gatewayUrl, attack: { kind: 'pings', path: '/live/xxxx.flv', sockets: 45 } }),
  },
  {
    name: 'gateway-pings-many',
    what: 'the same from each of 9 addresses',
    victim: 'gw-fra',
    addresses: 9,
    flood: ({ gatewayUrl }) => ({ url: gatewayUrl, attack: { kind: 'pings', path: '/live/xxxx.flv', sockets: 45 } }),
  },
  {
    name: 'rtmp-empty-1',
    what: 'empty RTMP messages without a key, a byte each, on 1 connection',
    victim: 'gw-fra',
    addresses: 1,
    flood: ({ rtmpUrl }) => ({ url: rtmpUrl, attack: { kind: 'emptyRtmp', sockets: 1, bytesPerSecond: 2_400_000 } }),
  },
  {
    name: 'rtmp-empty-20',
    what: 'the same on 20 connections',
    victim: 'gw-fra',
    addresses: 1,
    flood: ({ rtmpUrl }) => ({ url: rtmpUrl, attack: { kind: 'emptyRtmp', sockets: 20, bytesPerSecond: 20_000_000 } }),
  },
  {
    name: 'idle-signaling',
    what: '8 addresses × 128 idle connections',
    victim: 'sig-fra',
    addresses: 8,
    flood: ({ signalingUrl }) => ({ url: signalingUrl, attack: { kind: 'idle', sockets: 128 } }),
  },
  {
    name: 'idle-gateway',
    what: '5 addresses × 1,000 idle connections',
    victim: 'gw-fra',
    addresses: 5,
    flood: ({ gatewayUrl }) => ({ url: gatewayUrl, attack: { kind: 'idle', sockets: 1000 } }),
  },
  {
    name: 'idle-rtmp',
    what: '21 addresses × 200 idle connections',
    victim: 'gw-fra',
    addresses: 21,
    flood: ({ rtmpUrl }) => ({ url: rtmpUrl, attack: { kind: 'idle', sockets: 200 } }),
  },
  {
    name: 'slow-bodies-api',
    what: '8 addresses × 600 bodies that come byte by byte',
    victim: 'api',
    addresses: 8,
    flood: ({ apiUrl }) => ({ url: apiUrl, attack: { kind: 'slowPost', paths: POSTED, sockets: 600 } }),
  },
  {
    name: 'slow-bodies-page',
    what: '260 bodies from one address through the page, byte by byte',
    victim: 'web',
    addresses: 1,
    flood: ({ pageUrl }) => ({ url: pageUrl, attack: { kind: 'slowPost', paths: POSTED, sockets: 260 } }),
  },
  {
    name: 'wrong-sign-ins',
    what: '60 wrong sign-ins at once from one address',
    victim: 'api',
    addresses: 1,
    flood: ({ pageUrl }) => ({
      url: pageUrl,
      attack: { kind: 'wrongSignIns', path: '/api/v1/sessions', email: person.email, atOnce: 60 },
    }),
  },
  {
    name: 'wrong-sign-ins-many',
    what: 'one at a time from each of 60 addresses',
    victim: 'api',
    addresses: 60,
    flood: ({ pageUrl }) => ({
      url: pageUrl,
      attack: { kind: 'wrongSignIns', path: '/api/v1/sessions', email: person.email, atOnce: 1 },
    }),
  },
  {
    name: 'signaling-pings',
    what: '45 WebSockets without a token that ping without end',
    victim: 'sig-fra',
    addresses: 1,
    flood: ({ signalingUrl }) => ({ url: signalingUrl, attack: { kind: 'pings', path: '/v1/rtc', sockets: 45 } }),
  },
  {
    name: 'wrong-tokens',
    what: '500 joins a second with forged tokens from 8 addresses',
    victim: 'sig-fra',
    addresses: 8,
    flood: ({ signalingUrl }) => ({
      url: signalingUrl,
      attack: { kind: 'wrongTokens', path: '/v1/rtc', perSecond: 500 },
    }),
  },
  {
    name: 'wrong-rtmp-keys',
    what: '1,700 wrong keys a second by RTMP from 8 addresses',
    victim: 'gw-fra',
    addresses: 8,
    flood: ({ rtmpUrl }) => ({ url: rtmpUrl, attack: { kind: 'wrongRtmpKeys', perSecond: 1700 } }),
  },
  {
    name: 'wrong-http-keys',
    what: '2,000 wrong keys a second by HTTP from 8 addresses',
    victim: 'gw-fra',
    addresses: 8,
    flood: ({ gatewayUrl }) => ({ url: gatewayUrl, attack: { kind: 'wrongHttpKeys', perSecond: 2000 } }),
  },
  {
    name: 'slow-readers',
    what: '20 addresses × 50 viewers of FLV that read nothing',
    victim: 'gw-fra',
    addresses: 20,
    seconds: 24,
    flood: ({ gatewayUrl, stream }) => ({
      url: gatewayUrl,
      attack: { kind: 'slowReaders', path: pathOf(stream.playUrl), sockets: 50, perSecond: 100 },
    }),
  },
];
