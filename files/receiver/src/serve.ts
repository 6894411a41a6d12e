// HTTP server that gives contents to neighbours with a pass.
import type { AddressInfo } from 'node:net';
import type { ContentFolder } from '@meridian/distribution';
import { refuseUnparsed } from '@meridian/node-shell';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Passes } from './passes.ts';
import type { MayRead, Parts, ReceiverDeps } from './ports.ts';

const REQUEST_MS_MAX = 10_000;
/** Idle connections close after this time, as a neighbour asks for its next block at once. */
const KEEP_ALIVE_MS = 15_000;
/** Bound of connections: the neighbours of a region with some connections each. Further ones wait in the kernel. */
const CONNECTIONS_MAX = 256;

/** Returns undefined without `serveListen`. Headers are never logged, as they contain passes. */
export async function serveNeighbours(
  { config, clock, log, closeStack }: ReceiverDeps,
  { folder, passes, parts }: { readonly folder: ContentFolder; readonly passes: Passes; readonly parts: Parts },
): Promise<FastifyInstance | undefined> {
  const { serveListen } = config;
  if (serveListen === undefined) return undefined;
  const http = Fastify({
    bodyLimit: 1024, // no request has a body
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 64 },
    clientErrorHandler: refuseUnparsed,
  });
  http.server.maxConnections = CONNECTIONS_MAX;
  http.get('/healthz', async () => ({ ok: true }));
  const mayRead: MayRead = (content, pass) => {
    const result = passes.check(content, pass);
    return result === 'right' ? { allowed: true } : { allowed: false, status: result === 'missing' ? 401 : 403 };
  };
  await parts.serveContents(http, { folder, mayRead, clock, log });
  closeStack.add('HTTP', () => http.close());
  await http.listen({ host: serveListen.ip, port: serveListen.port });
  const { port } = http.server.address() as AddressInfo;
  log.info({ ip: serveListen.ip, port }, 'serving files to neighbours');
  return http;
}
