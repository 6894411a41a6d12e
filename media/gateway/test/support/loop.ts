// Whole gateway in real time: its publish point's output returns to its programme as from a media node.

import { socketsOf } from '@meridian/client';
import { FixedKeys } from '@meridian/node-shell';
import { rtpParametersFromWire } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { H5Streams } from '../../src/h5/stream.ts';
import { addFlv } from '../../src/http/flv.ts';
import { addH5 } from '../../src/http/h5.ts';
import { addHls } from '../../src/http/hls.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { Placing } from '../../src/placing/placing.ts';
import { HlsStreams } from '../../src/room/hls-stream.ts';
import { h264Converters } from '../../src/room/pictures.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { opusConverters, voiceMixers } from '../../src/room/sound.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { gatesOf } from './gates.ts';
import { ScriptedRoom, streamKey } from './scripted-room.ts';
import { supervisorOf } from './transcoding.ts';

export class Loop {
  readonly clock = systemClock();
  /** Sessions of encoders, of programmes, and of viewers in the roster. */
  readonly rooms: { readonly encoders: ScriptedRoom; readonly programme: ScriptedRoom; readonly viewers: ScriptedRoom };
  readonly keys: StreamKeys;
  readonly points: PublishPoints;
  readonly programmes: Programmes;
  readonly placing: Placing;
  readonly rtmp: RtmpListener;
  readonly http: Awaited<ReturnType<typeof buildHttp>>;
  readonly streams: { readonly h5: H5Streams; readonly hls: HlsStreams };
  readonly transcoders: Awaited<ReturnType<typeof supervisorOf>>;
  readonly host: string;

  /** `heldMs` is that of publish points; `lacks` are the kinds of media that the gateway cannot make. */
  static async open(o: { readonly heldMs?: number; readonly lacks?: readonly Lack[] } = {}) {
    const [encoders, programme, viewers] = [
      await ScriptedRoom.open(),
      await ScriptedRoom.open(o),
      await ScriptedRoom.open(),
    ];
    const rooms = { encoders, programme, viewers };
    const transcoders = await supervisorOf(o);
    const parts = await Loop.#parts(rooms, transcoders, o);
    const loop = new Loop({ rooms, transcoders, ...parts });
    loop.#carry();
    return loop;
  }

  static async #parts(
    rooms: Loop['rooms'],
    { supervisor }: Loop['transcoders'],
    o: { readonly heldMs?: number; readonly lacks?: readonly Lack[] },
  ) {
    const clock = systemClock();
    const log = createLogger({ name: 'gateway', level: 'silent' });
    const rng = secureRng();
    const { sockets: toNodes, tokens, apiKeys, publications, live } = rooms.programme.base;
    const base = { sockets: toNodes, tokens, apiKeys, region: 'eu', clock, rng, log };
    const sound = { supervisor, clock, log };
    const keys = new StreamKeys(new FixedKeys([rooms.programme.apiKey]), { rng, wallMs: () => clock.wallMs() });
    const toEncoders = { sockets: () => socketsOf(rooms.encoders.service.next) };
    // A programme has no client address; its viewers have theirs.
    const toViewers = {
      sockets: ({ clientIp }: { clientIp: string }) =>
        socketsOf((clientIp === '' ? rooms.programme : rooms.viewers).service.next),
    };
    const points = new PublishPoints({
      ...base,
      ...o,
      links: toEncoders,
      bframes: () => 'transcode' as const,
      converters: opusConverters(sound),
      videoConverters: h264Converters({ supervisor, log }),
    });
    const programmes = new Programmes({ ...base, live, links: toViewers, mixers: voiceMixers(sound), nodeId: 'gw' });
    const open = openRtmp({ keys, points, publications, programmes, clock, log });
    const gates = gatesOf(clock);
    const rtmp = await RtmpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, gate: gates.rtmp, open });
    const place = { latitude: 0, longitude: 0, rtmpUrl: 'rtmp://here', publicUrl: 'http://here', lacks: o.lacks ?? [] };
    const placing = new Placing({
      centre: () => undefined,
      self: { nodeId: 'gw', region: 'eu', ...place },
      development: false,
      clock,
      log,
    });
    const near = { placing, allowedOrigins: ['*'] };
    const http = await buildHttp({
      ways: { tokens, keys, placing, wallMs: () => clock.wallMs() },
      allowedOrigins: ['*'],
      log,
      gate: gates.http,
    });
    const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate: gates.http });
    addFlv(http, { keys, programmes, sockets, clock, near });
    const streams = { h5: new H5Streams({ supervisor, clock, log }), hls: new HlsStreams({ clock }) };
    addH5({ keys, points, publications, programmes, streams: streams.h5, sockets, clock });
    addHls(http, { keys, programmes, clock, streams: streams.hls, near });
    const host = (await http.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '');
    return { keys, points, programmes, placing, rtmp, http, streams, host };
  }

  private constructor(
    o: Pick<
      Loop,
      'rooms' | 'keys' | 'points' | 'programmes' | 'placing' | 'rtmp' | 'http' | 'streams' | 'transcoders' | 'host'
    >,
  ) {
    this.rooms = o.rooms;
    this.keys = o.keys;
    this.points = o.points;
    this.programmes = o.programmes;
    this.placing = o.placing;
    this.rtmp = o.rtmp;
    this.http = o.http;
    this.streams = o.streams;
    this.transcoders = o.transcoders;
    this.host = o.host;
  }

  key(o: Parameters<typeof streamKey>[0] = { use: 'play' }): string {
    return this.keys.seal(streamKey(o));
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.rtmp.close('the test is over');
    await this.programmes.close();
    await this.points.close();
    await this.transcoders.supervisor.close();
    for (const room of Object.values(this.rooms)) room.close();
  }

  /** Acts as signaling and media nodes: open programmes get every track of the encoder, with its packets. */
  #carry(): void {
    const { encoders, programme } = this.rooms;
    encoders.onDatagram = (datagram) => programme.sendToAll(datagram);
    const published = new Set<string>();
    const end = (trackId: string): void => {
      if (published.delete(trackId))
        programme.unsubscribe({ trackId, consumerId: `of ${trackId}` }, programme.sessions);
    };
    encoders.service.answerOther = (frame) => {
      const { publish, unpublish, leave } = frame;
      if (publish != null) {
        const [trackId, rtp] = [publish.track?.trackId ?? '', rtpParametersFromWire(publish.rtpParameters)];
        published.add(trackId);
        const mid = publish.track?.kind === 2 ? 'video' : 'audio';
        programme.subscribe({ trackId, consumerId: `of ${trackId}`, rtp: { ...rtp, mid } }, programme.sessions);
      }
      if (unpublish != null) end(unpublish.trackId ?? '');
      if (leave != null) for (const trackId of published) end(trackId);
      return { ack: {} };
    };
  }
}
