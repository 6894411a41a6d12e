import { addressOf, NodeShell, Tokens } from '@meridian/node-shell';
import { nodeKind } from '@meridian/protocol';
import type { ServiceContext } from '@meridian/runtime';
import { StreamKeys } from './adapters/stream-keys.ts';
import type { GatewayConfig } from './config.ts';
import { buildHttp } from './http/server.ts';
import { SignalingLinks } from './links/signaling-links.ts';
import { PublishPoints } from './room/publish-points.ts';
import { RtmpListener } from './rtmp/listener.ts';
import { openRtmp } from './rtmp/open.ts';

export type GatewayDeps = ServiceContext<GatewayConfig>;

/** Starts the gateway: certificate, listeners, links. Everything opened is on the close stack. */
export async function start(deps: GatewayDeps) {
  const { config, log, clock, rng, closeStack } = deps;
  const shell = await NodeShell.start({ kind: nodeKind.gateway, context: deps });
  const links = new SignalingLinks({ shell, place: config, clock, rng, log });
  closeStack.add('links to signaling nodes', (cause) => links.close(cause));
  const tokens = new Tokens(config.apiKeys, () => clock.wallMs());
  const keys = new StreamKeys(config.apiKeys, { rng, wallMs: () => clock.wallMs() });

  const points = new PublishPoints({
    links,
    tokens,
    clock,
    rng,
    log,
    converters: () => ({ write: () => undefined, close: () => undefined }),
  });
  closeStack.add('publish points', () => points.close());
  const rtmp = await RtmpListener.listen(config.rtmpListen, { clock, rng, log, open: openRtmp({ keys, points, log }) });
  closeStack.add('RTMP', (cause) => rtmp.close(cause));

  const ways = { tokens, keys, rtmpUrl: config.rtmpUrl, publicUrl: config.publicUrl, wallMs: () => clock.wallMs() };
  const http = await buildHttp({ ways, allowedOrigins: config.allowedOrigins, log });
  await http.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => http.close());

  shell.join({
    describe: () => ({
      addresses: [addressOf('rtmp', 'tcp', config.rtmpListen, rtmp.port)],
      publicUrl: config.publicUrl,
    }),
    load: () => ({ rssBytes: process.memoryUsage.rss(), sessions: links.sessions }),
    onPlan: (plan) => links.follow(plan),
    onDrain(on, reason) {
      if (on) log.info({ reason }, 'drain command: publishers stay until they end');
    },
  });
  log.info({ rtmpPort: rtmp.port, httpPort: config.httpListen.port }, 'listening');
  return { rtmp, http, links, points, keys };
}
