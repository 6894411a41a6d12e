// Serves finished recordings over HTTP, if a listener is configured.
import type { Server } from 'node:https';
import { ConnectionGate, type OpenedTokens, proxyRanges } from '@meridian/node-shell';
import { fileServerLimits, type Store, Streams } from '@meridian/object-store';
import { type ServiceContext, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { RecorderConfig } from '../config.ts';
import { servingMetrics } from '../metrics.ts';
import { buildServer } from './server.ts';

type ServingConfig = Pick<RecorderConfig, 'httpListen' | 'trustedProxies' | 'tlsCertFile' | 'tlsKeyFile'>;

/** Listens; opened resources are on the close stack. Returns undefined without a listener. */
export async function serveFiles(
  { config, clock, log, metrics, closeStack }: Omit<ServiceContext<ServingConfig>, 'rng'>,
  { store, opened }: { readonly store: Store; readonly opened: Pick<OpenedTokens, 'tokens' | 'onEnded'> },
): Promise<{ http: FastifyInstance; streams: Streams } | undefined> {
  const { httpListen } = config;
  if (httpListen === undefined) return undefined;
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
  const { tokens } = opened;
  const http = await buildServer({ tokens, store, streams, gate, trustedProxies, clock, log, tls, onAnswer });
  opened.onEnded((isEnded) => streams.cut(isEnded));
  await http.listen({ host: httpListen.ip, port: httpListen.port });
  closeStack.add('HTTP', () => http.close());
  if (tls !== undefined) {
    const watch = tls.watch([http.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }
  log.info({ httpPort: httpListen.port }, 'files of recordings are served');
  return { http, streams };
}
