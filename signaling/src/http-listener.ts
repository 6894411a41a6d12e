// The HTTP server under adapters/clients/http.ts, plain or with TLS, with the bounds that hold before any request.
import type { TlsFiles } from '@meridian/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { bounds } from './limits.ts';

/** The server without its routes. */
export function listener(tls: TlsFiles | undefined): FastifyInstance {
  const common = {
    logger: false,
    bodyLimit: 4096,
    forceCloseConnections: true,
    requestTimeout: bounds.proofMs, // of the second and later requests: the gate ends those that never ask
    keepAliveTimeout: bounds.keepAliveMs,
    maxRequestsPerSocket: bounds.requestsPerConnectionMax,
  };
  const http = { maxHeaderSize: bounds.headerBytesMax, connectionsCheckingInterval: 1000 };
  if (tls === undefined) return fastify({ ...common, http });
  const https = { ...http, cert: tls.cert, key: tls.key };
  return fastify({ ...common, https }) as unknown as FastifyInstance; // alike but for the type of its server
}
