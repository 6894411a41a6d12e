// Opens the gateway's listeners for clients: RTMP, the UDP port, and HTTP with its routes.
import { type Edges, TurnServers } from '@meridian/node-shell';
import type { TlsFiles } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { Gates } from './gates.ts';
import { H5Streams } from './h5/stream.ts';
import type { Arrivals } from './http/arrivals.ts';
import { addCdn } from './http/cdn.ts';
import { addEdge } from './http/edge.ts';
import { addFlv } from './http/flv.ts';
import { addH5 } from './http/h5.ts';
import { addHls } from './http/hls.ts';
import { addLive, countHls } from './http/live.ts';
import { addRoom } from './http/room.ts';
import { buildHttp } from './http/server.ts';
import { Sockets } from './http/sockets.ts';
import { addUdp } from './http/udp.ts';
import { addWhip } from './http/whip.ts';
import { PollingViewers } from './live/polling-viewers.ts';
import { liveMetrics, udpMetrics } from './metrics.ts';
import type { GatewayDeps, Parts } from './parts.ts';
import type { Placing } from './placing/placing.ts';
import { HlsStreams } from './room/hls-stream.ts';
import { RoomControls } from './room/room-controls.ts';
import { RtmpListener } from './rtmp/listener.ts';
import { openRtmp } from './rtmp/open.ts';
import type { TlsHandshakes } from './rtmp/tls.ts';
import { UdpListener } from './udp/listener.ts';
import { UdpSessions } from './udp/sessions.ts';
import type { WaysOptions } from './ways.ts';
import { Callers } from './whip/callers.ts';
import { WhipSessions } from './whip/sessions.ts';

const LIVE_METRICS_MS = 5000;

export async function listenRtmp(
  { config, clock, rng, log, closeStack }: GatewayDeps,
  { keys, points, publications, programmes, waiting, onDrop }: Parts,
  o: { readonly arrivals: Arrivals; readonly gates: Gates; readonly handshakes: TlsHandshakes | undefined },
): Promise<RtmpListener> {
  const open = openRtmp({ keys, points, publications, programmes, arrivals: o.arrivals, waiting, clock, log });
  const rtmp = await RtmpListener.listen(config.rtmpListen, { clock, rng, log, gate: o.gates.rtmp, onDrop, open });
  closeStack.add('RTMP', (cause) => rtmp.close(cause));
  if (config.rtmpsListen !== undefined && o.handshakes !== undefined)
    await rtmp.listenTls(config.rtmpsListen, o.handshakes);
  return rtmp;
}

export interface Native {
  readonly udp: UdpListener;
  readonly natives: UdpSessions;
}

export async function listenUdp(
  { config, clock, rng, log, metrics, closeStack }: GatewayDeps,
  { links, sockets, opened, publications, converters }: Parts,
): Promise<Native> {
  const udp = await UdpListener.listen(config.udpListen, { clock, rng, log, ...udpMetrics(metrics) });
  closeStack.add('UDP', () => udp.close());
  const natives = new UdpSessions({
    links,
    sockets,
    tokens: opened.tokens,
    publications,
    region: config.region,
    clock,
    rng,
    log,
    converters,
    listener: udp,
  });
  closeStack.add('native clients', () => natives.close());
  return { udp, natives };
}

export interface Http {
  readonly http: FastifyInstance;
  readonly whip: WhipSessions;
}

export async function listenHttp(
  deps: GatewayDeps,
  parts: Parts,
  {
    ways,
    arrivals,
    gates,
    native,
    tls,
  }: {
    readonly ways: WaysOptions & { readonly placing: Placing; readonly edges: Edges };
    readonly arrivals: Arrivals;
    readonly gates: Gates;
    readonly native: Native;
    readonly tls: TlsFiles | undefined;
  },
): Promise<Http> {
  const { config, clock, rng, log, closeStack } = deps;
  const { allowedOrigins, publicUrl, udpListen } = config;
  const { links, keys, supervisor, live, publications, points, programmes, cdn, waiting } = parts;
  const { tokens } = parts.opened;
  const http = await buildHttp({ ways, allowedOrigins, log, arrivals, gate: gates.http, tls });
  const sockets = new Sockets(http, { allowedOrigins, log, clock, arrivals, gate: gates.http });
  const { edges } = ways;
  const near = { placing: ways.placing, allowedOrigins };
  addFlv(http, { keys, programmes, sockets, waiting, clock, near });
  const streams = new H5Streams({ supervisor, clock, log });
  addH5({ keys, points, publications, programmes, streams, sockets, waiting, clock });
  const whip = new WhipSessions({ links, publications, apiKeys: parts.opened.keys, clock, rng, log });
  closeStack.add('WHIP sessions', () => whip.close());
  const turn = new TurnServers(config.turn, clock);
  addWhip(http, { callers: new Callers({ tokens, keys }), sessions: whip, publicUrl, turn });
  addCdn(http, { tokens, cdn });
  addLive(http, { tokens, live });
  const controls = new RoomControls({ links, tokens, clock, nodeId: config.id });
  closeStack.add('room controls', () => controls.close());
  addRoom(http, { tokens, controls });
  const hlsViewers = new PollingViewers({ live, clock });
  closeStack.add('HLS viewers', () => hlsViewers.close());
  countHls(http, { keys, viewers: hlsViewers, edges });
  reportLiveMetrics(deps, parts, whip);
  const address = { ip: udpListen.announcedAddress ?? udpListen.ip, port: native.udp.port };
  addUdp(http, { sessions: native.natives, tokens, near, address });
  const hls = new HlsStreams({ clock });
  addHls(http, { keys, programmes, clock, streams: hls, near, edges, arrivals });
  addEdge(http, { keys, programmes, streams: hls, placing: ways.placing, edges, viewers: hlsViewers });
  await http.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => http.close());
  return { http, whip };
}

function reportLiveMetrics({ clock, metrics, closeStack }: GatewayDeps, { live }: Parts, whip: WhipSessions): void {
  const show = liveMetrics(metrics);
  const figures = clock.every(LIVE_METRICS_MS, () => {
    whip.requestBitrates();
    show(live.totals());
  });
  closeStack.add('live figures', () => figures.cancel());
}
