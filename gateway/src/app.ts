import { ApiLinks, addressOf, NodeShell, openTokens, TargetAddresses, type TokenOrigin } from '@meridian/node-shell';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import { type ServiceContext, TlsFiles } from '@meridian/runtime';
import { hasEncoders } from './adapters/ffmpeg/encoders.ts';
import { findSandbox } from './adapters/ffmpeg/sandbox.ts';
import { FfmpegSupervisor } from './adapters/ffmpeg/supervisor.ts';
import { StreamKeys } from './adapters/stream-keys.ts';
import { Cdn } from './cdn/cdn.ts';
import { OrderedStreams } from './cdn/ordered-streams.ts';
import { checkConfig, type GatewayConfig } from './config.ts';
import { Draining } from './draining.ts';
import { H5_MILLICORES, H5Streams } from './h5/stream.ts';
import { Arrivals } from './http/arrivals.ts';
import { addCdn } from './http/cdn.ts';
import { addFlv } from './http/flv.ts';
import { addH5 } from './http/h5.ts';
import { addHls } from './http/hls.ts';
import { addLive, countHls } from './http/live.ts';
import { addRoom } from './http/room.ts';
import { buildHttp } from './http/server.ts';
import { Sockets } from './http/sockets.ts';
import { addUdp } from './http/udp.ts';
import { addWhip } from './http/whip.ts';
import { serveApi } from './links/api-requests.ts';
import { SignalingLinks } from './links/signaling-links.ts';
import { Hooks } from './live/hooks.ts';
import { LiveRooms } from './live/live-rooms.ts';
import { PollingViewers } from './live/polling-viewers.ts';
import { Publications } from './live/publications.ts';
import { ViewerReports } from './live/viewer-reports.ts';
import { liveMetrics, transcodeMetrics, udpMetrics } from './metrics.ts';
import { Placing } from './placing/placing.ts';
import { rtmpAddress } from './placing/planned-gateways.ts';
import { Desks } from './room/desk.ts';
import { HlsStreams } from './room/hls-stream.ts';
import { h264Converters } from './room/pictures.ts';
import { Programmes } from './room/programmes.ts';
import { PublishPoints } from './room/publish-points.ts';
import { opusConverters, voiceMixers } from './room/sound.ts';
import { RtmpListener } from './rtmp/listener.ts';
import { openRtmp } from './rtmp/open.ts';
import { TlsHandshakes } from './rtmp/tls.ts';
import { Renditions } from './transcoding/renditions.ts';
import { UdpListener } from './udp/listener.ts';
import { UdpSessions } from './udp/sessions.ts';
import { Callers } from './whip/callers.ts';
import { WhipSessions } from './whip/sessions.ts';

/** How often metrics of publishers and viewers are renewed. */
const LIVE_MS = 5000;

export type GatewayDeps = ServiceContext<GatewayConfig>;

/** Starts the gateway: certificate, listeners, links. Everything opened is on the close stack. */
export async function start(deps: GatewayDeps) {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const { region } = config;
  const { trustedProxies } = checkConfig(config);
  const tls = TlsFiles.load(config, clock);
  const shell = await NodeShell.start({ kind: nodeKind.gateway, context: deps });
  const links = new SignalingLinks({ shell, place: config, clock, rng, log });
  closeStack.add('links to signaling nodes', (cause) => links.close(cause));
  const api = new ApiLinks(() => clock.nowMs());
  const opened = openTokens(deps, api);
  const { tokens, keys: apiKeys } = opened;
  const isRevoked = (origin: TokenOrigin): boolean => opened.revocations.isRevoked(origin);
  const keys = new StreamKeys(apiKeys, { rng, wallMs: () => clock.wallMs(), isRevoked });

  const sandbox = await findSandbox(log);
  const transcodes = await hasEncoders(sandbox, log);
  const supervisor = new FfmpegSupervisor({
    sandbox,
    capacity: config.transcodeMillicores,
    clock,
    log,
    metrics: transcodeMetrics(metrics),
  });
  closeStack.add('transcoders', () => supervisor.close());
  const reports = new ViewerReports({ links, tokens, clock, log, nodeId: config.id });
  closeStack.add('viewer reports', () => reports.close());
  const live = new LiveRooms({ keys: apiKeys, clock, onViewers: (...of) => reports.changed(...of) });
  const hooks = new Hooks({ apiKeys: config.apiKeys, clock, rng, log });
  closeStack.add('hooks', () => hooks.close());
  const publications = new Publications({ live, hooks, clock });
  const sound = { supervisor, clock, log };
  const converters = opusConverters(sound);
  const videoConverters = h264Converters({ supervisor, log });
  const refusing = new Set(config.apiKeys.filter(({ bframes }) => bframes === 'refuse').map(({ key }) => key));
  const bframes = (apiKey: string) => (refusing.has(apiKey) ? ('refuse' as const) : ('transcode' as const));
  const points = new PublishPoints({ links, tokens, region, clock, rng, log, converters, videoConverters, bframes });
  closeStack.add('publish points', () => points.close());
  const mixers = voiceMixers(sound);
  const programmes = new Programmes({ links, tokens, live, region, clock, rng, log, mixers, nodeId: config.id });
  closeStack.add('programmes', () => programmes.close());
  // Who has a session in the room is ended there: it was made from the same token, or by the same API key.
  opened.onEnded((isEnded) =>
    programmes.endRevoked(({ apiKey, origin }) =>
      isEnded({ ...origin, apiKey, tenant: apiKeys.known(apiKey)?.tenant ?? '' }),
    ),
  );
  const { transcodeMillicores } = config;
  const renditions = new Renditions({ links, tokens, keys: apiKeys, supervisor, clock, rng, log, nodeId: config.id });
  closeStack.add('renditions', () => renditions.close());
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: config.cdnAllowed, clock, log });
  const cdn = new Cdn({ programmes, points, publications, live, addresses, clock, rng, log });
  closeStack.add('pushes and pulls', () => cdn.close());
  const ordered = new OrderedStreams({ cdn, apiKeys, clock });
  closeStack.add('ordered pushes and pulls', () => ordered.close());
  const arrivals = new Arrivals({ trustedProxies, clock });
  const open = openRtmp({ keys, points, publications, programmes, arrivals, clock, log });
  const rtmp = await RtmpListener.listen(config.rtmpListen, { clock, rng, log, open });
  closeStack.add('RTMP', (cause) => rtmp.close(cause));
  if (config.rtmpsListen !== undefined && tls !== undefined) {
    const handshakes = new TlsHandshakes({ certificate: tls, clock, log });
    await rtmp.listenTls(config.rtmpsListen, handshakes);
    const watched = tls.watch(handshakes, log);
    closeStack.add('certificate', () => watched.close());
  }

  const udp = await UdpListener.listen(config.udpListen, { clock, rng, log, ...udpMetrics(metrics) });
  closeStack.add('UDP', () => udp.close());
  const natives = new UdpSessions({
    links,
    tokens,
    publications,
    region,
    clock,
    rng,
    log,
    converters,
    listener: udp,
  });
  closeStack.add('native clients', () => natives.close());

  const { rtmpUrl, rtmpsUrl, publicUrl, allowedOrigins, development, latitude, longitude } = config;
  const self = { nodeId: config.id, region, latitude, longitude, rtmpUrl, rtmpsUrl, publicUrl };
  const placing = new Placing({ centre: () => shell.centre.registered, self, development, clock, log });
  const isFull = (): boolean => transcodeMillicores - renditions.usedMillicores < H5_MILLICORES;
  const ways = { tokens, keys, placing, isFull, wallMs: () => clock.wallMs() };
  const http = await buildHttp({ ways, allowedOrigins, log, arrivals });
  const sockets = new Sockets(http, { allowedOrigins, log, arrivals });
  addFlv(http, { keys, programmes, sockets, clock, near: { placing, allowedOrigins } });
  const streams = new H5Streams({ supervisor, clock, log });
  addH5({ keys, points, publications, programmes, streams, sockets, clock });
  const whip = new WhipSessions({ links, publications, clock, rng, log });
  closeStack.add('WHIP sessions', () => whip.close());
  addWhip(http, { callers: new Callers({ tokens, keys }), sessions: whip, publicUrl });
  addCdn(http, { tokens, cdn });
  addLive(http, { tokens, live });
  api.onLink((link) => serveApi(link, { ways, apiKeys, live, ordered }));
  const desks = new Desks({ links, tokens, clock, nodeId: config.id });
  closeStack.add('desks', () => desks.close());
  addRoom(http, { tokens, desks });
  const hlsViewers = new PollingViewers({ live, clock });
  closeStack.add('HLS viewers', () => hlsViewers.close());
  countHls(http, { keys, viewers: hlsViewers });
  const showLive = liveMetrics(metrics);
  const figures = clock.every(LIVE_MS, () => {
    whip.askReceived();
    showLive(live.totals());
  });
  closeStack.add('live figures', () => figures.cancel());
  const udpAddress = { ip: config.udpListen.announcedAddress ?? config.udpListen.ip, port: udp.port };
  addUdp(http, { sessions: natives, tokens, near: { placing, allowedOrigins }, address: udpAddress });
  const near = { placing, allowedOrigins };
  addHls(http, { keys, programmes, clock, streams: new HlsStreams({ clock }), near, arrivals });
  await http.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => http.close());

  const draining = new Draining({
    clock,
    log,
    viewers: () => programmes.movable('NODE_DRAINING'),
    endRest: () => {
      cdn.end(); // before their programmes and points, which they would open again
      for (const those of [points, programmes, natives, renditions]) those.end('NODE_DRAINING');
      whip.end();
    },
  });
  closeStack.add('drain', () => draining.close());
  const linkServer = await shell.listenLinks({ listen: config.controlListen, onLink: (link) => api.take(link) });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  shell.join({
    describe: () => ({
      addresses: [
        addressOf('control', 'tcp', config.controlListen, linkServer.port),
        rtmpAddress(rtmpUrl, config.rtmpListen.ip),
        ...(rtmpsUrl === undefined ? [] : [rtmpAddress(rtmpsUrl, (config.rtmpsListen ?? config.rtmpListen).ip)]),
        addressOf('srtp', 'udp', config.udpListen, udp.port),
      ],
      publicUrl,
    }),
    load: () => ({
      rssBytes: process.memoryUsage.rss(),
      sessions: links.sessions,
      transcodeMillicores: transcodes ? transcodeMillicores : 0,
      transcodeMillicoresUsed: renditions.usedMillicores,
    }),
    onLeaderLink: (link) =>
      serve(link, rpc.transcode, (order) => {
        renditions.take(order);
        return {};
      }),
    onPlan(plan) {
      links.follow(plan);
      placing.follow(plan);
      api.cut(shell.denied, 'shut out by the centre');
      if (plan.nodes.some(({ kind }) => kind === nodeKind.api)) apiKeys.expectApi();
    },
    onDrain: (on, reason) => draining.set(on, reason),
  });
  log.info({ rtmpPort: rtmp.port, udpPort: udp.port, httpPort: config.httpListen.port }, 'listening');
  return {
    rtmp,
    http,
    links,
    points,
    programmes,
    keys,
    udp,
    renditions,
    revocations: opened.revocations,
    linkPort: linkServer.port,
  };
}
