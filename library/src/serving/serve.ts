// The node's HTTP: uploads at /library/uploads/, files of contents at /library/contents/.
import type { Server } from 'node:https';
import { ConnectionGate, type OpenedTokens, proxyRanges } from '@meridian/node-shell';
import { fileServer, fileServerLimits, type Store, Streams } from '@meridian/object-store';
import { type ServiceContext, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { LibraryConfig } from '../config.ts';
import { servingMetrics } from '../metrics.ts';

/** Listens; what is opened is on the close stack. */
export async function serveHttp(
  { config, clock, log, metrics, closeStack }: ServiceContext<LibraryConfig>,
  { store, opened }: { readonly store: Store; readonly opened: Pick<OpenedTokens, 'tokens' | 'onEnded'> },
): Promise<FastifyInstance> {
  const { httpListen } = config;
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
  const http = await fileServer({ streams, gate, trustedProxies, clock, log, tls, takesBodies: true, onAnswer });
  opened.onEnded((isEnded) => streams.cut(isEnded));
  await http.listen({ host: httpListen.ip, port: httpListen.port });
  closeStack.add('HTTP', () => http.close());
  if (tls !== undefined) {
    const watch = tls.watch([http.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }
  log.info({ httpPort: httpListen.port }, 'uploads are taken and files are served');
  return http;
}
