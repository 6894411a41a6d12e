// HTTP server under adapters/clients/http.ts, plain or with TLS, with the bounds before any request.
import { refuseUnparsed, tokenAddresses } from '@meridian/node-shell';
import type { TlsFiles } from '@meridian/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { bounds } from './limits.ts';

export function listener(tls: TlsFiles | undefined): FastifyInstance {
  const common = {
    logger: false,
    bodyLimit: 4096,
    forceCloseConnections: true,
    requestTimeout: bounds.proofMs, // for later requests; the gate ends connections without a first request
    keepAliveTimeout: bounds.keepAliveMs,
    maxRequestsPerSocket: bounds.requestsPerConnectionMax,
    clientErrorHandler: refuseUnparsed,
  };
  const http = { ...tokenAddresses, connectionsCheckingInterval: 1000 };
  if (tls === undefined) return fastify({ ...common, http });
  const https = { ...http, cert: tls.cert, key: tls.key };
  return fastify({ ...common, https }) as unknown as FastifyInstance; // differs only in the type of its server
}
