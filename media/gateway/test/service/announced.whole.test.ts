// Players get the kinds of media that the beginning announces: a scripted room, a hand-made mix, a manual clock.
import { once } from 'node:events';
import { connect } from 'node:net';
import { FixedKeys } from '@meridian/node-shell';
import { capabilityOf } from '@meridian/room-media';
import { FlvFileReader, type FlvTag, flvTagType } from '@meridian/room-media/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ScriptedSocket } from '../../../../base/client/test/unit/scripted-service.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { parseTarget } from '../../src/core/cdn/target.ts';
import { type AmfObject, type AmfValue, decodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { RtmpClientConnection } from '../../src/core/rtmp/client.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../../src/core/rtmp/handshake.ts';
import type { RtmpMedia, RtmpMetadata } from '../../src/core/rtmp/media.ts';
import { PICTURE_GONE_MS, PICTURE_WAIT_MAX_MS, SOUND_ONLY_WAIT_MS } from '../../src/core/shown-kinds.ts';
import { addFlv } from '../../src/http/flv.ts';
import { addHls } from '../../src/http/hls.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { Placing } from '../../src/placing/placing.ts';
import { HlsStreams } from '../../src/room/hls-stream.ts';
import type { Programme, ProgrammeItem } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { cameraOf } from '../support/camera.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { large } from '../support/hls.ts';
import { readPlaylist } from '../support/hls-rules.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

const SOUND_MS = 20;
const keyFrame = [large.sps, large.pps, Uint8Array.of(0x65, 0x88, 0x84, 0x21)];
const delta = [Uint8Array.of(0x41, 0x9a, 0x21, 0x6c)];

let room: ScriptedRoom;
let keys: StreamKeys;
let programmes: Programmes;
let programme: Programme;
let session: ScriptedSocket;
let mixer: SilentMixer;
let http: Awaited<ReturnType<typeof buildHttp>>;
let rtmp: RtmpListener;
let points: PublishPoints;
let streams: HlsStreams;
let address: string;
let playKey: string;
let taken: ProgrammeItem[];
let ends: (() => unknown)[];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  ends = [];
  taken = [];
  const { base, publications } = room;
  const { tokens, rng, log, clock } = base;
  const wallMs = (): number => clock.wallMs();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  programmes = new Programmes({ ...base, nodeId: 'gw', mixers: (...o) => (mixer = new SilentMixer(...o)) });
  points = new PublishPoints({ ...base, converters: () => ({ write: () => undefined, close: () => undefined }) });
  const gates = gatesOf(clock);
  const open = openRtmp({ keys, points, publications, programmes, clock, log });
  rtmp = await RtmpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, gate: gates.rtmp, open });
  const place = { region: 'fra', latitude: 0, longitude: 0 };
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://host', publicUrl: 'http://host', ...place };
  const placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const near = { placing, allowedOrigins: ['*'] };
  http = await buildHttp({ ways: { tokens, keys, wallMs, placing }, allowedOrigins: ['*'], log, gate: gates.http });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate: gates.http });
  addFlv(http, { keys, programmes, sockets, clock, near });
  streams = new HlsStreams({ clock });
  addHls(http, { keys, programmes, streams, clock, near });
  address = await http.listen({ host: '127.0.0.1', port: 0 });
  playKey = keys.seal(streamKey({ use: 'play' }));
  programme = await programmes.open(streamKey({ use: 'play' }));
  session = room.service.last;
  ends.push(programme.watch({ take: (item) => void taken.push(item), ended: () => undefined }));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  streams.close();
  await rtmp.close('the test is over');
  await http.close();
  await points.close();
  await programmes.close();
  room.clock.advance(2000); // Times out goodbyes that no server read.
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  room.close();
});

const voice = { trackId: 'TR_voice', consumerId: 'c2' };
async function publishSound(): Promise<void> {
  const { mimeType, preferredPayloadType: payloadType = 0, clockRate, channels = 2 } = capabilityOf('opus');
  const codec = { mimeType, payloadType, clockRate, channels, parameters: {} };
  const rtp = { mid: 'audio', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 5 }] };
  room.subscribe({ ...voice, rtp }, [session]);
  await eventually(() => expect(programme.expects).not.toBe('nothing'));
}
async function publishPicture(): Promise<(count: number) => Promise<void>> {
  const send = cameraOf(room, { to: [session] });
  await eventually(() => expect(programme.expects).toBe('picture'));
  /** Sends pictures with the silence between them, a key frame first. */
  return async (count) => {
    for (let at = 0; at < count; at += 1) {
      const before = pictures();
      send(at % 25 === 0 ? keyFrame : delta);
      await eventually(() => expect(pictures()).toBe(before + 1));
      silence(2 * SOUND_MS, 0);
    }
  };
}
const unpublishPicture = (): void => room.unsubscribe({ trackId: 'TR_camera', consumerId: 'c1' }, [session]);
const pictures = (): number => taken.filter(({ kind, isFormat }) => kind === 'video' && !isFormat).length;
/** Gives the mix of this duration; `stepMs`: what the clock advances with each frame. */
function silence(ms: number, stepMs = SOUND_MS): void {
  for (let at = 0; at < ms; at += SOUND_MS) {
    room.clock.advance(stepMs);
    mixer.give({ kind: 'audio', ptsMs: room.clock.nowMs(), data: Uint8Array.of(1, 2, 3) });
  }
}

interface Told {
  /** Flags of the FLV header: 4 for sound, 1 for pictures. */
  readonly flags?: number;
  readonly metadata: readonly AmfObject[];
  /** Kinds of the media in order, without repetitions. */
  readonly kinds: readonly string[];
  readonly endedBy?: unknown;
}

function kindsOf(tags: readonly { kind: string }[]): string[] {
  return tags.map(({ kind }) => kind).filter((kind, at, all) => all.indexOf(kind) === at);
}
function toldByFlv(bytes: Buffer, endedBy: unknown): Told {
  const tags: FlvTag[] = bytes.length > 0 ? new FlvFileReader().push(bytes) : [];
  const names: Readonly<Record<number, string>> = { [flvTagType.audio]: 'audio', [flvTagType.video]: 'video' };
  const metadata = tags.flatMap(({ type, body }) => (type === flvTagType.script ? [mapOf(decodeAmf0(body))] : []));
  const kinds = kindsOf(tags.flatMap(({ type }) => (type === flvTagType.script ? [] : [{ kind: names[type] ?? '' }])));
  return { ...(bytes.length > 0 && { flags: bytes[4] ?? 0 }), metadata, kinds, endedBy };
}
function mapOf([name, metadata]: readonly AmfValue[]): AmfObject {
  expect(name).toBe('onMetaData');
  if (!(metadata instanceof Map)) throw new Error('onMetaData without an object');
  return metadata;
}

type Player = () => Told;
const players: Record<'FLV over HTTP' | 'FLV over WebSocket' | 'RTMP', () => Promise<Player>> = {
  'FLV over HTTP': async () => {
    const gone = new AbortController();
    ends.push(() => gone.abort());
    const { body } = await fetch(`${address}/live/${playKey}.flv`, { signal: gone.signal });
    const parts: Uint8Array[] = [];
    let endedBy: string | undefined;
    const read = async (): Promise<void> => {
      for await (const part of body ?? []) parts.push(part);
      endedBy = 'a whole response';
    };
    read().catch((error: unknown) => {
      endedBy = String(error);
    });
    return () => toldByFlv(Buffer.concat(parts), endedBy);
  },
  'FLV over WebSocket': async () => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/live/${playKey}.flv`);
    const parts: Buffer[] = [];
    let endedBy: unknown;
    socket.on('message', (part: Buffer) => void parts.push(part));
    socket.on('close', (code, reason) => {
      endedBy = `${code} ${reason.toString()}`;
    });
    ends.push(() => socket.terminate());
    await once(socket, 'open');
    await eventually(() => expect(programme.viewers).toBeGreaterThan(1));
    return () => toldByFlv(Buffer.concat(parts), endedBy);
  },
  RTMP: async () => {
    const target = parseTarget(`rtmp://127.0.0.1:${rtmp.port}/live/${playKey}`);
    const { clock, rng } = room.base;
    const random = rng.bytes(HANDSHAKE_RANDOM_BYTES);
    const client = new RtmpClientConnection({ ...target, role: 'play', random, nowMs: clock.nowMs() });
    const media: (RtmpMedia | RtmpMetadata)[] = [];
    let endedBy: unknown;
    let isReady = false;
    const socket = connect(rtmp.port, '127.0.0.1');
    const flush = (): void => {
      for (const bytes of client.takeOutput()) socket.write(bytes);
    };
    socket.on('data', (bytes) => {
      for (const event of client.receive(bytes, clock.nowMs())) {
        if (event.kind === 'audio' || event.kind === 'video' || event.kind === 'metadata') media.push(event);
        else if (event.kind === 'ready') isReady = true;
        else endedBy = event;
      }
      flush();
    });
    socket.on('connect', flush);
    ends.push(() => socket.destroy());
    await eventually(() => expect(isReady).toBe(true));
    await eventually(() => expect(programme.viewers).toBeGreaterThan(1));
    return () => ({
      metadata: media.flatMap((one) => (one.kind === 'metadata' ? [one.metadata] : [])),
      kinds: kindsOf(media.filter(({ kind }) => kind !== 'metadata')),
      endedBy,
    });
  },
};
type Protocol = keyof typeof players;
const protocols = Object.keys(players) as Protocol[];
const flvProtocols = protocols.filter((name) => name !== 'RTMP');
const play = (protocol: Protocol): Promise<Player> => players[protocol]();

const SOUND = { hasAudio: true, audiocodecid: 10, audiosamplerate: 48_000, audiosamplesize: 16, stereo: true };
const soundAlone = { ...SOUND, hasVideo: false };
const both = { ...SOUND, hasVideo: true, videocodecid: 7, width: 1920, height: 1080 };
const metadataOf = ({ metadata }: Told): object[] => metadata.map((one) => Object.fromEntries(one));

describe.each(protocols)('%s', (protocol) => {
  const flags = (value: number) => (protocol === 'RTMP' ? undefined : value);

  it('announces sound alone where only sound is published, after a wait for a camera', async () => {
    await publishSound();
    const told = await play(protocol);
    silence(SOUND_ONLY_WAIT_MS - SOUND_MS);
    expect(told()).toMatchObject({ metadata: [], kinds: [] });
    silence(500);
    await eventually(() => expect(told().kinds).toEqual(['audio']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(4), [soundAlone]]);
  });
  it('announces picture and silence where only a picture is published', async () => {
    const show = await publishPicture();
    const told = await play(protocol);
    await show(5);
    room.clock.advance(100);
    await eventually(() => expect([...told().kinds].sort()).toEqual(['audio', 'video']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(5), [both]]);
  });
  it('announces both to a late viewer at once', async () => {
    await publishSound();
    const show = await publishPicture();
    await show(30);
    const told = await play(protocol);
    await eventually(() => expect([...told().kinds].sort()).toEqual(['audio', 'video']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(5), [both]]);
  });
  it('announces the same to the second viewer of a programme with sound alone', async () => {
    await publishSound();
    await play(protocol);
    silence(2000);
    const told = await play(protocol);
    silence(100);
    room.clock.advance(100);
    await eventually(() => expect(told().kinds).toEqual(['audio']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(4), [soundAlone]]);
  });
  it('announces no picture that has left', async () => {
    await publishSound();
    const show = await publishPicture();
    await show(5);
    unpublishPicture();
    await eventually(() => expect(programme.expects).toBe('sound'));
    const told = await play(protocol);
    silence(SOUND_ONLY_WAIT_MS + 500);
    await eventually(() => expect(told().kinds).toEqual(['audio']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(4), [soundAlone]]);
  });
  it('waits in an empty room, and then announces what comes', async () => {
    const told = await play(protocol);
    silence(PICTURE_WAIT_MAX_MS - 1000);
    expect(told()).toMatchObject({ metadata: [], kinds: [], endedBy: undefined });
    await publishSound();
    const show = await publishPicture();
    await show(5);
    room.clock.advance(100);
    await eventually(() => expect([...told().kinds].sort()).toEqual(['audio', 'video']));
    expect([told().flags, metadataOf(told())]).toEqual([flags(5), [both]]);
  });
});

describe.each(flvProtocols)('%s', (protocol) => {
  const changed = protocol === 'FLV over HTTP' ? 'a whole response' : '1013 KINDS_CHANGED';

  it('ends with the key frame of a picture that joins sound, and a viewer that comes back gets both', async () => {
    await publishSound();
    const told = await play(protocol);
    silence(2000);
    await eventually(() => expect(told().kinds).toEqual(['audio']));
    const show = await publishPicture();
    silence(200);
    expect(told().endedBy).toBeUndefined();
    await show(1);
    await eventually(() => expect(told().endedBy).toBe(changed));
    expect(told().kinds).toEqual(['audio']);
    const again = await play(protocol);
    await eventually(() => expect(again().kinds).toEqual(['audio', 'video']));
    expect(metadataOf(again())).toEqual([both]);
  });
  it('ends when a picture has left for a while, so that its players, who wait for pictures, get the sound', async () => {
    await publishSound();
    const show = await publishPicture();
    const told = await play(protocol);
    await show(5);
    unpublishPicture();
    await eventually(() => expect(programme.expects).toBe('sound'));
    silence(PICTURE_GONE_MS - 200);
    expect(told().endedBy).toBeUndefined();
    silence(500);
    await eventually(() => expect(told().endedBy).toBe(changed));
  });
  it('goes on with silence in a room that became empty, because the publisher may come back', async () => {
    const show = await publishPicture();
    const told = await play(protocol);
    await show(5);
    unpublishPicture();
    await eventually(() => expect(programme.expects).toBe('nothing'));
    silence(2 * PICTURE_GONE_MS);
    expect(told().endedBy).toBeUndefined();
  });
  it('sends nothing in an empty room, however long', async () => {
    const told = await play(protocol);
    silence(2 * PICTURE_WAIT_MAX_MS);
    expect(told()).toMatchObject({ kinds: [], metadata: [], endedBy: undefined });
  });
});

it('RTMP announces a picture that joins, and goes on', async () => {
  await publishSound();
  const told = await play('RTMP');
  silence(2000);
  await eventually(() => expect(told().kinds).toEqual(['audio']));
  const show = await publishPicture();
  await show(3);
  room.clock.advance(100);
  await eventually(() => expect(told().kinds).toEqual(['audio', 'video']));
  expect([metadataOf(told()), told().endedBy]).toEqual([[soundAlone, both], undefined]);
});
it('RTMP begins with silence in a room that stays empty', async () => {
  const told = await play('RTMP');
  silence(PICTURE_WAIT_MAX_MS + 500);
  await eventually(() => expect(told().kinds).toEqual(['audio']));
  expect(metadataOf(told())).toEqual([soundAlone]);
});

describe('HLS', () => {
  const get = async (file: string): Promise<string> => (await http.inject(`/hls/${playKey}/${file}`)).body;
  const codecs = async (): Promise<string> => /CODECS="([^"]+)"/.exec(await get('index.m3u8'))?.[1] ?? '';

  it('names sound alone where only sound is published, and waits as long for a camera after an empty room', async () => {
    await get('init-1.mp4'); // The first request begins the stream.
    silence(5000);
    await publishSound();
    silence(SOUND_ONLY_WAIT_MS - 2 * SOUND_MS);
    const show = await publishPicture();
    await show(60);
    expect(await codecs()).toBe('avc1.640028,mp4a.40.2');
    expect((await get('media.m3u8')).match(/EXT-X-MAP/g)).toHaveLength(1);
  });
  it('has a new init segment, after a discontinuity, when a picture joins sound', async () => {
    await publishSound();
    await get('init-1.mp4');
    silence(5000);
    expect(await codecs()).toBe('mp4a.40.2');
    const show = await publishPicture();
    await show(60);
    expect(await codecs()).toBe('avc1.640028,mp4a.40.2');
    const text = await get('media.m3u8');
    expect(text.match(/EXT-X-MAP/g)).toHaveLength(2);
    expect(readPlaylist(text).segments.length).toBeGreaterThan(1);
    expect(text).toMatch(/seg-\d+\.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP/);
  });
  it('names picture and silence where only a picture is published', async () => {
    const show = await publishPicture();
    await get('init-1.mp4');
    await show(60);
    expect(await codecs()).toBe('avc1.640028,mp4a.40.2');
  });
});
