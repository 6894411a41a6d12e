// The HTTP server under adapters/http.ts, plain or with TLS, with the bounds that hold before any request.
import type { Socket } from 'node:net';
import type { TlsFiles } from '@meridian/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { bounds } from './limits.ts';

/** The server without its routes. */
export function listener(tls: TlsFiles | undefined): FastifyInstance {
  const common = {
    logger: false,
    bodyLimit: 4096,
    forceCloseConnections: true,
    requestTimeout: 10_000,
    keepAliveTimeout: bounds.keepAliveMs,
    maxRequestsPerSocket: bounds.requestsPerConnectionMax,
  };
  const http = { maxHeaderSize: bounds.headerBytesMax, headersTimeout: 5000, connectionsCheckingInterval: 1000 };
  if (tls === undefined) return fastify({ ...common, http });
  const https = { ...http, cert: tls.cert, key: tls.key, handshakeTimeout: bounds.tlsHandshakeMs };
  return fastify({ ...common, https }) as unknown as FastifyInstance; // alike but for the type of its server
}

/**
 * Names a connection by its other end: with TLS it is one socket when it is accepted and another when it is upgraded.
 */
export const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
