// HTTP server of the node, below /library/: uploads/, contents/ (files), plays/ (places and reports).
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ConnectionGate, isFromEdge, type OpenedTokens, proxyRanges, type Tokens } from '@meridian/node-shell';
import { fileServer, fileServerLimits, type Store, Streams } from '@meridian/object-store';
import { type ServiceContext, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LibraryConfig } from '../config.ts';
import { placeRoutes } from '../delivery/place-routes.ts';
import type { Places } from '../delivery/places.ts';
import { type WatchRoutesOptions, watchRoutes } from '../delivery/watch-routes.ts';
import type { Watches } from '../delivery/watches.ts';
import type { Distribution } from '../distribution/start.ts';
import { servingMetrics } from '../metrics.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { contentRoutes } from './content-routes.ts';
import { receiveProxyBytes } from './proxy-bytes.ts';
import { Senders } from './senders.ts';
import { uploadCors, uploadRoutes } from './upload-routes.ts';

export interface ServedParts {
  readonly store: Store;
  readonly opened: { readonly tokens: Pick<Tokens, 'signed'> } & Pick<OpenedTokens, 'onEnded'>;
  readonly uploads: Pick<Uploads, 'spool'>;
  readonly places: Places;
  readonly watches: Watches;
  readonly onStart: WatchRoutesOptions['onStart'];
  readonly distribution: Distribution | undefined;
  /** `keptS` of `placeRoutes`. */
  readonly keptS?: number;
}

type ServingConfig = Pick<LibraryConfig, 'httpListen' | 'trustedProxies' | 'tlsCertFile' | 'tlsKeyFile'> &
  Partial<Pick<LibraryConfig, 'filesByProxy'>>;

/** Listens; everything that it opens is on the close stack. */
export async function serveHttp(
  { config, clock, log, metrics, closeStack }: Omit<ServiceContext<ServingConfig>, 'rng'>,
  { store, opened, uploads, places, watches, onStart, distribution, ...options }: ServedParts,
): Promise<{ http: FastifyInstance; senders: Senders }> {
  const { httpListen, filesByProxy = false } = config;
  const trustedProxies = proxyRanges(config.trustedProxies);
  const tls = TlsFiles.load(config, clock);
  const shown = servingMetrics(metrics, () => streams.size);
  const streams = new Streams({ store, clock, log, onBytes: (bytes) => shown.sent(bytes) });
  const gate = new ConnectionGate({
    limits: fileServerLimits,
    trustedProxies,
    clock,
    onEnded: (why) => shown.ended(why),
  });
  const onAnswer = (status: number): void => shown.answered(status);
  const asksForMany = (request: FastifyRequest): boolean => isFromEdge(places.edges, request);
  const served = { streams, gate, trustedProxies, clock, log, tls, takesBodies: true, cors: uploadCors };
  const http = await fileServer(Object.assign(served, { asksForMany, onAnswer }));
  const senders = new Senders({ clock, onBytes: (bytes) => shown.received(bytes) });
  const sendingProxies = filesByProxy ? trustedProxies : [];
  contentRoutes(http, { tokens: opened.tokens, store, streams, places, sendingProxies });
  placeRoutes(http, { tokens: opened.tokens, store, places, ...options });
  await uploadRoutes(http, { tokens: opened.tokens, spool: uploads.spool, senders, gate, clock });
  await watchRoutes(http, { tokens: opened.tokens, watches, onStart, clock });
  await distribution?.serve(http, streams);
  opened.onEnded((isEnded) => {
    streams.cut(isEnded);
    senders.endRevoked(isEnded);
  });
  await http.listen({ host: httpListen.ip, port: httpListen.port });
  closeStack.add('HTTP', () => http.close());
  if (filesByProxy) {
    const { port } = http.server.address() as AddressInfo;
    const onBytes = (bytes: number): void => shown.sent(bytes);
    const end = await receiveProxyBytes({ ip: httpListen.ip, port, from: trustedProxies, onBytes });
    closeStack.add("a proxy's reports", async () => end());
  }
  if (tls !== undefined) {
    const watch = tls.watch([http.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }
  log.info({ httpPort: httpListen.port }, 'accepting uploads and serving files');
  return { http, senders };
}
