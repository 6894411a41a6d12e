import { FixedKeys } from '@meridian/node-shell';
import { newId, type RtpParameters, trackFromWire, transcodeMillicoresOf, wire } from '@meridian/protocol';
import { capabilityOf, rosterNames } from '@meridian/room-media';
import type { VideoUnit } from '@meridian/room-media/core';
import {
  datagramKind,
  H264Depacketiser,
  NutReader,
  ntpMsOf,
  ntpOf,
  parseRtcp,
  type SenderReport,
  serialiseRtcp,
  serialiseRtp,
} from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Renditions } from '../../src/transcoding/renditions.ts';
import type { SourceCodec } from '../../src/transcoding/source-pictures.ts';
import { eventually } from '../support/eventually.ts';
import { payloadsOf } from '../support/picture-packets.ts';
import { ffmpegs } from '../support/processes.ts';
import { ScriptedRoom } from '../support/scripted-room.ts';
import { ffmpegOutput, type JobCounts, supervisorOf } from '../support/transcoding.ts';

const trackId = 'TR_camera0000001';
const original = { trackId, kind: 2, source: 1, name: 'cam', mimeType: 'video/VP8', width: 320, height: 240 };
const ann = { sessionId: 'PA_ann', identity: 'ann', nodeId: 'n1', tracks: [original] };
const order = (o: wire.Transcode.$Properties = {}): wire.Transcode =>
  wire.Transcode.decode(
    wire.Transcode.encode({
      roomKey: 'dev/lobby',
      epoch: 1,
      trackId,
      nodeId: 'n1',
      fence: '',
      fromMimeType: 'video/VP8',
      toMimeType: 'video/H264',
      width: 320,
      height: 240,
      ...o,
    }).finish(),
  );
const otherTrack = (): string => newId('TR_', (count) => crypto.getRandomValues(new Uint8Array(count)));

let room: ScriptedRoom;
let renditions: Renditions;
let counted: JobCounts;
let close: () => Promise<void>;
let usedMillicores: () => number;

async function start(o: { capacity?: number; clock?: Clock; apiKeys?: { regions?: string[] } } = {}): Promise<void> {
  const { supervisor, ...rest } = await supervisorOf({ capacity: 4000, ...o });
  counted = rest.counted;
  usedMillicores = () => supervisor.usedMillicores;
  const { links, sockets, tokens, clock, rng, log } = room.base;
  const apiKeys = [{ ...room.apiKey, tenant: 'dev', ...o.apiKeys }];
  renditions = new Renditions({
    links,
    sockets,
    tokens,
    keys: new FixedKeys(apiKeys),
    supervisor,
    clock,
    rng,
    log,
    nodeId: 'gw',
  });
  close = async () => {
    renditions.close();
    await supervisor.close();
    await eventually(() => expect([room.clock.pendingTimers, renditions.size]).toEqual([0, 0]));
  };
}
beforeEach(async () => {
  room = await ScriptedRoom.open();
  room.answer = room.joined({ participants: [ann] });
  close = async () => undefined;
});
afterEach(async () => {
  await close();
  room.close();
});

describe('an order is refused', () => {
  const take = (o: wire.Transcode.$Properties): string => {
    try {
      renditions.begin(order(o));
      return 'taken';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('for a room whose regions the key lacks', async () => {
    await start({ apiKeys: { regions: ['eu'] } });
    expect([take({ fence: 'eu' }), take({ fence: 'ap,eu', trackId: otherTrack() })]).toEqual([
      'taken',
      'TOKEN_INVALID',
    ]);
  });

  it('when starting renditions have taken the capacity; the same order again changes nothing', async () => {
    const each = transcodeMillicoresOf(order(), 'video/VP8');
    await start({ capacity: 2 * each });
    expect([take({}), take({}), take({ trackId: otherTrack() })]).toEqual(['taken', 'taken', 'taken']);
    expect(take({ trackId: otherTrack() })).toBe('OVERLOADED');
    expect([renditions.size, renditions.usedMillicores]).toEqual([2, 2 * each]);
  });
});

const codecs = ['vp8', 'vp9', 'av1'] as const;
type Coded = readonly { readonly data: Uint8Array; readonly pts: number }[];
const coded = new Map<string, Coded>();

const encoders: Record<SourceCodec, readonly string[]> = {
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime'],
  vp9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-lag-in-frames', '0'],
  av1: ['-c:v', 'libaom-av1', '-usage', 'realtime', '-lag-in-frames', '0'],
  bframes: ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-bsf:v', 'dump_extra=freq=keyframe'],
  mpeg1: ['-c:v', 'mpeg1video'],
};

/** Encodes pictures, the first of which is a key frame. */
async function pictures(size: string, count = 25, codec: SourceCodec = 'vp8'): Promise<Coded[number][]> {
  const source = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`, '-pix_fmt', 'yuv420p', '-frames:v', `${count}`];
  const speed = codec === 'bframes' || codec === 'mpeg1' ? [] : ['-cpu-used', '8'];
  const rest = [...speed, '-g', '25', '-f', 'nut'];
  const name = `${codec} ${size}`;
  const found = coded.get(name) ?? new NutReader().push(await ffmpegOutput(...source, ...encoders[codec], ...rest));
  coded.set(name, found);
  return [...found];
}

const clockRate = 90_000;
const ssrc = 77;

/** Camera that sends through the media node, a picture each 40 ms of the room's clock, without retransmissions. */
class Camera {
  readonly #codec: SourceCodec;
  #sequence = 1000;
  #count = 0;

  constructor(codec: SourceCodec = 'vp8') {
    this.#codec = codec;
  }

  begin(): void {
    const { preferredPayloadType: payloadType = 0, mimeType, parameters = {} } = capabilityOf(this.#codec);
    const codec = { mimeType, payloadType, clockRate, parameters };
    const rtp: RtpParameters = { mid: 'video', codecs: [codec], headerExtensions: [], encodings: [{ ssrc }] };
    room.subscribe({ trackId, consumerId: 'c1', rtp });
  }

  get timestamp(): number {
    return 5_000_000 + this.#count * 40 * 90;
  }

  /** `laterMs` is the delay of the display after the timestamp. */
  send(data: Uint8Array, stepMs = 40, laterMs = 0): Promise<void> {
    return this.sendPayloads(payloadsOf[this.#codec](data, laterMs), stepMs);
  }

  async sendPayloads(payloads: readonly Uint8Array[], stepMs = 40): Promise<void> {
    const { preferredPayloadType: payloadType = 0 } = capabilityOf(this.#codec);
    const datagrams = payloads.map((payload, at) => {
      const packet = { payloadType, marker: at === payloads.length - 1, sequenceNumber: this.#sequence, ssrc, payload };
      this.#sequence = (this.#sequence + 1) & 0xffff;
      return serialiseRtp({ ...packet, timestamp: this.timestamp });
    });
    this.#count += 1;
    room.clock.advance(stepMs);
    room.send(datagrams);
    // Keeps the next picture from overtaking.
    await new Promise((resolve) => setImmediate(resolve));
  }

  report(delayMs: number): void {
    const counts = { packetCount: 1, octetCount: 1, reports: [] };
    const rtpTimestamp = this.timestamp + delayMs * 90;
    room.send([serialiseRtcp([{ type: 'sr', ssrc, ntp: ntpOf(room.clock.wallMs()), rtpTimestamp, ...counts }])]);
  }
}

/** Returns the gateway's sent H.264: units with the timestamps of their packets. */
function sent(): { unit: VideoUnit; timestamp: number }[] {
  const depacketiser = new H264Depacketiser();
  return room.packets
    .filter(({ payloadType }) => payloadType === capabilityOf('h264').preferredPayloadType)
    .flatMap((packet) =>
      depacketiser
        .push({ ...packet, extendedSequence: packet.sequenceNumber }, packet.timestamp)
        .map((unit) => ({ unit, timestamp: packet.timestamp })),
    );
}
const reports = (): SenderReport[] =>
  room.datagrams
    .filter((datagram) => datagramKind(datagram) === 'rtcp')
    .flatMap((datagram) => parseRtcp(datagram) ?? [])
    .filter((packet) => packet.type === 'sr');

describe('a rendition', () => {
  async function startCamera(o: { clock?: Clock; codec?: SourceCodec } = {}): Promise<Camera> {
    const { clock, codec = 'vp8' } = o;
    await start(clock === undefined ? {} : { clock });
    renditions.begin(order({ fromMimeType: rosterNames[codec].toUpperCase() }));
    await eventually(() => expect(room.service.sockets.at(-1)?.receivedOf('updateSubscription')).toHaveLength(1));
    const camera = new Camera(codec);
    camera.begin();
    await eventually(() => expect(room.service.last.receivedOf('subscriptionsReady')).toHaveLength(1));
    return camera;
  }
  const published = () => room.service.last.receivedOf('publish').map(({ track }) => trackFromWire(track ?? {}));

  it('joins hidden, publishes in place of its original, and receives only its original', async () => {
    await startCamera();
    const { access } = await room.base.tokens.verify(room.service.joins[0]?.token ?? '', { allowExpired: false });
    expect(access).toMatchObject({ identity: 'transcoder 1 at gw', kind: 'gateway', room: 'lobby' });
    expect(access.rights).toMatchObject({ hidden: true, canPublish: true });
    expect(room.service.joins[0]).toMatchObject({ manualSubscribe: true, protocol: 'transcoder' });
    const capabilities = room.service.joins[0]?.recvRtpCapabilities?.codecs ?? [];
    expect(capabilities.map(({ mimeType }) => mimeType)).toEqual(['video/VP8']);
    expect(published()).toMatchObject([
      { derivedFrom: trackId, mimeType: 'video/H264', source: 'camera', muted: false, width: 320, height: 240 },
    ]);
    expect(room.service.last.receivedOf('updateSubscription')).toMatchObject([{ trackId, subscribed: true }]);
  });

  it.each(codecs)('of %s has the times of its original, and reports their capture times', async (codec) => {
    const camera = await startCamera({ codec });
    const frames = await pictures('320x240', 25, codec);
    const wallMs = room.clock.wallMs();
    const last = frames.pop()?.data ?? new Uint8Array();
    for (const { data } of frames) await camera.send(data);
    await eventually(() => expect(sent().length).toBeGreaterThanOrEqual(frames.length - 1));
    camera.report(300);
    const before = sent().length;
    await camera.send(last, 0); // This picture comes after the report.
    await eventually(() => expect(sent().length).toBeGreaterThan(before));
    const units = sent();
    expect(units[0]?.unit.isKey).toBe(true);
    const steps = units.slice(1).map(({ timestamp }, at) => (timestamp - (units[at]?.timestamp ?? 0)) >>> 0);
    for (const step of steps) expect(Math.abs(step - 40 * 90)).toBeLessThanOrEqual(2);
    room.clock.advance(1000);
    await eventually(() => expect(reports().length).toBeGreaterThan(0));
    const { ntp, rtpTimestamp } = reports().at(-1) ?? { ntp: ntpOf(0), rtpTimestamp: 0 };
    const capturedMs = ntpMsOf(ntp) - ((rtpTimestamp - (units[0]?.timestamp ?? 0)) | 0) / 90;
    expect(Math.abs(capturedMs - ntpMsOf(ntpOf(wallMs - 300)))).toBeLessThan(2);
  });

  it('ends with a drain, and its gateway takes others when that is lifted', async () => {
    await startCamera();
    renditions.end('NODE_DRAINING');
    await eventually(() => expect([renditions.size, room.service.last.closedWith]).toEqual([0, 1000]));
    renditions.begin(order());
    expect([renditions.size, usedMillicores()]).toEqual([1, 0]);
  });

  it('ends when its ffmpeg keeps ending, and releases its capacity: the owner orders elsewhere', async () => {
    const camera = await startCamera({ clock: room.clock });
    const frames = await pictures('320x240');
    for (const { data } of frames) await camera.send(data);
    await eventually(() => expect(sent().length).toBeGreaterThan(0));
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      for (const pid of ffmpegs()) process.kill(pid, 'SIGKILL');
      for (const pauseMs of [200, 400, 800]) {
        await eventually(() => expect(counted.running).toBe(0));
        room.clock.advance(pauseMs);
      }
      await eventually(() => expect([renditions.size, room.service.last.closedWith]).toEqual([0, 1000]));
    } finally {
      process.env['PATH'] = path;
    }
    await eventually(() => expect([renditions.usedMillicores, usedMillicores()]).toEqual([0, 0]));
  });
});
