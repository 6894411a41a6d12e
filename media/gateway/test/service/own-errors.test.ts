// Tests that a bug in the handling of one stream ends only that stream, with an error in the log.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { capabilityOf, RtpSocket, SrtpCrypto } from '@meridian/room-media';
import { serialiseRtp } from '@meridian/room-media/core';
import type { Logger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { SrtpPeer } from '../../../room-media/test/support/srtp-peer.ts';
import type { ProgrammeItem } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { type ReceivedDatagram, UdpListener } from '../../src/udp/listener.ts';
import { cameraOf } from '../support/camera.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const keyFrame = [sps, pps, hex('65888421')];
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 20_000 });

function logOf(room: ScriptedRoom): { log: Logger; errors: unknown[] } {
  const errors: unknown[] = [];
  const { log } = room.base;
  log.error = (...said: unknown[]) => void errors.push(said);
  return { log, errors };
}

describe('a programme', () => {
  let room: ScriptedRoom;
  let programmes: Programmes;
  let mixer: SilentMixer;
  let errors: unknown[];
  beforeEach(async () => {
    room = await ScriptedRoom.open();
    const logged = logOf(room);
    errors = logged.errors;
    mixer = new SilentMixer('aac', () => undefined);
    programmes = new Programmes({ ...room.base, log: logged.log, nodeId: 'gw', mixers: () => mixer });
  });
  afterEach(async () => {
    await programmes.close();
    expect(room.clock.pendingTimers).toBe(0);
    room.close();
  });

  it('continues with all other streams when one of them causes an error', async () => {
    const programme = await programmes.open(streamKey({ use: 'play' }));
    const shown: ProgrammeItem[] = [];
    let isBroken = false;
    const take = (item: ProgrammeItem): void => {
      if (isBroken) throw new RangeError('a mistake of ours');
      shown.push(item);
    };
    programme.watch({ take, ended: () => undefined });
    const { preferredPayloadType: payloadType, clockRate, mimeType, channels, parameters = {} } = capabilityOf('opus');
    const codec = { mimeType, payloadType, clockRate, channels: channels ?? 2, parameters };
    const rtp = { mid: 'audio', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 90 }] };
    room.subscribe({ trackId: 'TR_voice', consumerId: 'c2', rtp });
    let sequenceNumber = 0;
    const speak = (): void => {
      sequenceNumber += 1;
      const packet = { payloadType, marker: false, sequenceNumber, timestamp: 960 * sequenceNumber, ssrc: 90 };
      room.send([serialiseRtp({ ...packet, payload: hex('fc00') }, undefined)]);
    };
    const send = cameraOf(room);
    send(keyFrame);
    speak();
    await eventually(() => expect([shown.length, mixer.pushed.length]).toEqual([2, 1]));
    isBroken = true;
    send(keyFrame);
    await eventually(() =>
      expect(room.service.last.receivedOf('updateSubscription')).toContainEqual(
        expect.objectContaining({ trackId: 'TR_camera', subscribed: false }),
      ),
    );
    expect(errors).toHaveLength(1);
    isBroken = false;
    speak();
    send(keyFrame);
    await eventually(() => expect(mixer.pushed).toHaveLength(2));
    expect([shown.length, errors.length, programmes.size]).toEqual([2, 1, 1]);
  });
});

it('a socket reports an error caused by a datagram to its owner, and continues', async () => {
  const node = createSocket('udp4');
  node.bind(0, '127.0.0.1');
  await once(node, 'listening');
  const socket = await RtpSocket.open();
  const { address } = socket;
  const [heard, failed] = [vi.fn(), vi.fn()];
  socket.listen((datagram) => {
    heard(datagram[0]);
    if (datagram[0] === 1) throw new RangeError('a mistake of ours');
  }, failed);
  socket.connect({ ip: '127.0.0.1', port: node.address().port });
  for (const byte of [1, 2]) node.send(Uint8Array.of(byte), address.port, address.ip);
  await eventually(() => expect(heard.mock.calls).toEqual([[1], [2]]));
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.any(RangeError));
  socket.close();
  node.close();
});

it('the port of native clients reports an error only to the client whose datagram caused it', async () => {
  const room = await ScriptedRoom.open();
  const { clock, rng, log } = room.base;
  const dropped = vi.fn();
  const listener = await UdpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, dropped });
  const master = Buffer.alloc(30, 7);
  const [failed, heard] = [vi.fn(), [] as ReceivedDatagram[]];
  const broken = {
    isAt: () => true,
    onDatagram: () => {
      throw new RangeError('a mistake of ours');
    },
    failed,
  };
  const sound = { isAt: () => true, onDatagram: (one: ReceivedDatagram) => void heard.push(one), failed };
  const ssrcs = [broken, sound].map((client) => listener.allocateSsrc(client, new SrtpCrypto(master)));
  const peer = new SrtpPeer(master.toString('base64'));
  const client = createSocket('udp4');
  for (const ssrc of ssrcs) {
    const packet = { payloadType: 96, marker: true, sequenceNumber: 1, timestamp: 0, ssrc, payload: hex('00') };
    client.send(peer.sealRtp(serialiseRtp(packet, undefined)), listener.port, '127.0.0.1');
  }
  await eventually(() => expect(heard.map(({ ssrc }) => ssrc)).toEqual([ssrcs[1]]));
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.any(RangeError));
  expect(dropped).not.toHaveBeenCalled();
  client.close();
  listener.close();
  room.close();
});
