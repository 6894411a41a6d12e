// Assembles the gateway: its parts, its listeners, and its registration in the fleet.
import type { Server } from 'node:https';
import { ApiLinks, addressOf, Edges, NodeShell, openTokens, proxyRanges, queryEdge } from '@meridian/node-shell';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import type { FfmpegSupervisor } from '@meridian/room-media';
import { SignalingLinks } from '@meridian/room-media';
import { TlsFiles } from '@meridian/runtime';
import { Draining } from './draining.ts';
import { openGates } from './gates.ts';
import { Arrivals } from './http/arrivals.ts';
import { serveApi } from './links/api-requests.ts';
import { type Http, listenHttp, listenRtmp, listenUdp, type Native } from './listeners.ts';
import { findTranscoders, type GatewayDeps, makeParts, type Parts } from './parts.ts';
import { hlsBaseUrl } from './placing/edges.ts';
import { Placing } from './placing/placing.ts';
import { rtmpAddress } from './placing/planned-gateways.ts';
import { TlsHandshakes } from './rtmp/tls.ts';
import type { WaysOptions } from './ways.ts';

export async function start(deps: GatewayDeps) {
  const { config, log, clock, rng, closeStack } = deps;
  const trustedProxies = proxyRanges(config.trustedProxies);
  const tls = TlsFiles.load(config, clock);
  const handshakes = tls && new TlsHandshakes({ certificate: tls, log });
  const [shell, { supervisor, watch }] = await Promise.all([
    NodeShell.start({ kind: nodeKind.gateway, context: deps }),
    findTranscoders(deps),
  ]);
  const links = new SignalingLinks({ shell, place: config, clock, rng, log });
  closeStack.add('links to signaling nodes', (cause) => links.close(cause));
  const api = new ApiLinks(() => clock.nowMs());
  const opened = openTokens(deps, api);
  const parts = makeParts(deps, { links, opened, supervisor });
  const { keys, live, ordered, points, programmes, renditions } = parts;

  const arrivals = new Arrivals({ trustedProxies, clock });
  const gates = openGates(deps, trustedProxies);
  const rtmp = await listenRtmp(deps, parts, { arrivals, gates, handshakes });
  const native = await listenUdp(deps, parts);
  const placing = makePlacing(deps, shell, supervisor);
  const isFull = (millicores: number): boolean => config.transcodeMillicores - renditions.usedMillicores < millicores;
  const edges = new Edges({ config: config.edges, ask: queryEdge, clock, log });
  closeStack.add('edges', () => edges.close());
  const wallMs = (): number => clock.wallMs();
  const hlsBase: WaysOptions['hlsBase'] = (...of) => hlsBaseUrl({ placing, edges }, ...of);
  const ways = { tokens: opened.tokens, keys, placing, edges, hlsBase, isFull, wallMs };
  api.onLink((link) => serveApi(link, { ways, apiKeys: opened.keys, live, ordered }));
  const ofHttp = config.httpTls ? tls : undefined;
  const { http, whip } = await listenHttp(deps, parts, { ways, arrivals, gates, native, tls: ofHttp });
  if (tls !== undefined && handshakes !== undefined) {
    const watch = tls.watch(ofHttp === undefined ? [handshakes] : [handshakes, http.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }

  const draining = drainingOf(deps, parts, { native, whip });
  const linkServer = await shell.listenLinks({ listen: config.controlListen, onLink: (link) => api.take(link) });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  const ports = { link: linkServer.port, udp: native.udp.port };
  joinFleet(deps, parts, { shell, api, placing, draining, ports });
  watch.onChange = () => shell.centre.describeAnew();
  log.info({ rtmpPort: rtmp.port, udpPort: ports.udp, httpPort: config.httpListen.port }, 'listening');
  return {
    rtmp,
    http,
    links,
    points,
    programmes,
    keys,
    udp: native.udp,
    renditions,
    revocations: opened.revocations,
    linkPort: ports.link,
  };
}

function makePlacing({ config, clock, log }: GatewayDeps, shell: NodeShell, supervisor: FfmpegSupervisor): Placing {
  const { region, rtmpUrl, rtmpsUrl, publicUrl, development, latitude, longitude } = config;
  const self = {
    nodeId: config.id,
    region,
    latitude,
    longitude,
    rtmpUrl,
    rtmpsUrl,
    publicUrl,
    get lacks() {
      return supervisor.lacks;
    },
  };
  return new Placing({ centre: () => shell.centre.registered, self, development, clock, log });
}

function drainingOf(
  { clock, log, closeStack }: GatewayDeps,
  { cdn, points, programmes, renditions }: Parts,
  { native, whip }: { readonly native: Native } & Pick<Http, 'whip'>,
): Draining {
  const draining = new Draining({
    clock,
    log,
    viewers: () => programmes.movable('NODE_DRAINING'),
    endRest: () => {
      cdn.end(); // The CDN ends before its programmes and points, because it would reopen them.
      for (const those of [points, programmes, native.natives, renditions]) those.end('NODE_DRAINING');
      whip.end();
    },
  });
  closeStack.add('drain', () => draining.close());
  return draining;
}

interface Joining {
  readonly shell: NodeShell;
  readonly api: ApiLinks;
  readonly placing: Placing;
  readonly draining: Draining;
  readonly ports: { readonly link: number; readonly udp: number };
}

function joinFleet({ config }: GatewayDeps, { links, opened, renditions, supervisor }: Parts, o: Joining): void {
  const { shell, api, placing, draining, ports } = o;
  const { rtmpUrl, rtmpsUrl } = config;
  shell.join({
    describe: () => ({
      addresses: [
        addressOf('control', 'tcp', config.controlListen, ports.link),
        rtmpAddress(rtmpUrl, config.rtmpListen.ip),
        ...(rtmpsUrl === undefined ? [] : [rtmpAddress(rtmpsUrl, (config.rtmpsListen ?? config.rtmpListen).ip)]),
        addressOf('srtp', 'udp', config.udpListen, ports.udp),
      ],
      // A gateway with a lack has no public URL, so others send it no clients.
      publicUrl: supervisor.lacks.length > 0 ? '' : config.publicUrl,
    }),
    load: () => ({
      rssBytes: process.memoryUsage.rss(),
      sessions: links.sessions,
      transcodeMillicores: supervisor.lacks.length > 0 ? 0 : config.transcodeMillicores,
      transcodeMillicoresUsed: renditions.usedMillicores,
    }),
    onLeaderLink: (link) =>
      serve(link, rpc.transcode, (order) => {
        renditions.begin(order);
        return {};
      }),
    onPlan(plan) {
      links.follow(plan);
      placing.follow(plan);
      api.cut(shell.denied, 'shut out by the centre');
      if (plan.nodes.some(({ kind }) => kind === nodeKind.api)) opened.keys.expectApi();
    },
    onDrain: (on, reason) => draining.set(on, reason),
    isEmpty: () => links.sessions === 0,
  });
}
