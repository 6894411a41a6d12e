// Native clients over real sockets: a script is the signaling node, a UDP socket the media node; the clock is manual.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Claims } from '@meridian/node-shell';
import { FixedKeys } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { RtpListen } from '@meridian/room-media';
import { serialiseRtcp, serialiseRtp } from '@meridian/room-media/core';
import { expect } from 'vitest';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { buildHttp } from '../../src/http/server.ts';
import { addUdp } from '../../src/http/udp.ts';
import { Placing } from '../../src/placing/placing.ts';
import type { AudioConverters } from '../../src/room/conversions.ts';
import { UdpListener } from '../../src/udp/listener.ts';
import type { UdpSession } from '../../src/udp/session.ts';
import { UdpSessions } from '../../src/udp/sessions.ts';
import { eventually } from './eventually.ts';
import { gatesOf } from './gates.ts';
import { ScriptedRoom } from './scripted-room.ts';

export type View = UdpSession['view'] & { id: string; address: { ip: string; port: number } };
export type Stream = { ssrc: number; payloadType: number; trackId: string; muted: boolean };
type ClientSocket = Socket & { got: Buffer[] };

export const both = { publish: { video: { codec: 'h264' }, audio: { codec: 'opus' } }, subscribe: true };
export const aacOf = (sampleRate: number, channels: number) => ({
  publish: { audio: { codec: 'aac', sampleRate, channels } },
});
export const nodeKey = (byte: number): string => Buffer.alloc(30, byte).toString('base64');
export const gatewayPlace = { region: 'fra', latitude: 0, longitude: 0 };
export const packet = ({ ssrc, payloadType }: Stream, sequenceNumber: number): Uint8Array =>
  serialiseRtp({ payloadType, marker: true, sequenceNumber, timestamp: 1, ssrc, payload: Uint8Array.of(7, 8, 9) });
export const report = (ssrc: number): Uint8Array => serialiseRtcp([{ type: 'rr', ssrc, reports: [] }]);

/** Listener with its sessions and HTTP calls, in front of a scripted room. */
export class UdpRig {
  readonly room: ScriptedRoom;
  readonly listener: UdpListener;
  readonly sessions: UdpSessions;
  readonly placing: Placing;
  readonly http: Awaited<ReturnType<typeof buildHttp>>;
  readonly dropped: () => number;
  refusesSound = false;
  readonly #sockets: Socket[] = [];

  static async open(plainListen?: RtpListen): Promise<UdpRig> {
    const room = await ScriptedRoom.open();
    room.plainListen = plainListen;
    let count = 0;
    const { clock, rng, log } = room.base;
    const dropped = (): void => void count++;
    const listener = await UdpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, dropped });
    const { tokens } = room.base;
    const wallMs = (): number => clock.wallMs();
    const ways = {
      tokens,
      keys: new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs }),
      wallMs,
      placing: {} as never,
    };
    const http = await buildHttp({ ways, allowedOrigins: ['*'], log, gate: gatesOf(clock).http });
    return new UdpRig(room, listener, http, () => count);
  }

  private constructor(room: ScriptedRoom, listener: UdpListener, http: UdpRig['http'], dropped: () => number) {
    this.room = room;
    this.listener = listener;
    this.http = http;
    this.dropped = dropped;
    room.answer = this.keyed(1, 2);
    const { tokens, rng, log, clock, links, sockets, publications } = room.base;
    const converters: AudioConverters = (from, onUnit) => {
      if (this.refusesSound) throw new MeridianError('OVERLOADED');
      expect(from).toEqual({ codec: 'aac', sampleRate: 48_000, channels: 2 });
      return { write: ({ ptsMs, data }) => onUnit({ kind: 'audio', ptsMs, data }), close: () => undefined };
    };
    const base = { links, sockets, tokens, publications, clock, rng, log, listener, converters };
    this.sessions = new UdpSessions({ ...base, region: 'fra' });
    const self = { nodeId: 'gw', ...gatewayPlace, rtmpUrl: 'rtmp://host', publicUrl: 'http://host' };
    this.placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
    addUdp(http, {
      sessions: this.sessions,
      tokens,
      near: { placing: this.placing, allowedOrigins: ['*'] },
      address: { ip: '127.0.0.1', port: listener.port },
    });
  }

  /** Ends a test; fails when a timer or a session is left. */
  async close(): Promise<void> {
    await this.http.close();
    this.sessions.close();
    expect([this.room.clock.pendingTimers, this.listener.size, this.sessions.size]).toEqual([0, 0, 0]);
    this.listener.close();
    for (const socket of this.#sockets.splice(0)) socket.close();
    this.room.close();
  }

  /** Returns a join that is answered with these keys of the media node. */
  keyed(send: number, recv: number) {
    const { joined } = this.room.joined();
    const plain = joined?.sendTransport?.plain ?? {};
    const keys = [send, recv].map((byte) => ({ cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: nodeKey(byte) }));
    return this.room.joined({
      sendTransport: { id: `send${send}`, plain: { ...plain, srtp: keys[0] ?? {} } },
      recvTransport: { id: `recv${recv}`, plain: { ...plain, srtp: keys[1] ?? {} } },
    });
  }

  tokenOf(o: Partial<Claims> = {}): Promise<string> {
    return this.room.base.tokens.mint('one', {
      identity: 'ann',
      name: 'Ann',
      room: 'lobby',
      canPublish: true,
      canSubscribe: true,
      hidden: false,
      lifetimeMs: 60_000,
      ...o,
    });
  }

  async call(payload: object | string = both, o: Partial<Claims> = {}, authorization?: string) {
    const headers = {
      'content-type': 'application/json',
      authorization: authorization ?? `Bearer ${await this.tokenOf(o)}`,
    };
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return await this.http.inject({ method: 'POST', url: '/v1/udp', payload: body, headers });
  }

  async get(id: string, query = '') {
    return await this.http.inject(`/v1/udp/${id}${query}`);
  }

  async socket(): Promise<ClientSocket> {
    const one = Object.assign(createSocket('udp4'), { got: [] as Buffer[] });
    this.#sockets.push(one);
    one.on('message', (datagram) => void one.got.push(datagram));
    one.bind(0, '127.0.0.1');
    await once(one, 'listening');
    return one;
  }

  async native(request: object = both, o: Partial<Claims> = {}): Promise<Native> {
    const view: View = (await this.call(request, o)).json();
    return new Native(view, await this.socket(), this.listener.port);
  }

  /** Waits until the port has handled all earlier datagrams. */
  async settled(native: Native): Promise<void> {
    const before = this.room.datagrams.length;
    native.send(native.report());
    await eventually(() => expect(this.room.datagrams.length).toBeGreaterThan(before));
  }
}

export class Native {
  readonly view: View;
  readonly video: Stream;
  readonly out: SrtpPeer;
  readonly socket: ClientSocket;
  readonly #port: number;

  constructor(view: View, socket: ClientSocket, port: number) {
    this.view = view;
    this.video = (view.publish as Record<string, Stream>)['video'] as Stream;
    this.out = new SrtpPeer(view.srtp.sendKey);
    this.socket = socket;
    this.#port = port;
  }

  rtp(sequence: number): Buffer {
    return this.out.sealRtp(packet(this.video, sequence));
  }

  report(): Buffer {
    return this.out.sealRtcp(report(this.view.rtcpSsrc));
  }

  send(datagram: Uint8Array, from: Socket = this.socket): void {
    from.send(datagram, this.#port, '127.0.0.1');
  }
}
