// The plain port of the local network: only the certificate to trust, with instructions, and nothing of a room.
import { createHash } from 'node:crypto';
import { ConnectionGate, refuseUnparsed } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import Fastify, { type FastifyInstance } from 'fastify';
import { readCertificate } from './certificate.ts';
import { refuse } from './refusal.ts';
import { trustPage } from './trust-page.ts';

const REQUEST_MS_MAX = 10_000;
const CONNECTIONS = { total: 256, provenMax: 192, perAddress: 32, provenPerAddress: 32, proofMs: REQUEST_MS_MAX };

/** Builds the server with its two paths; it does not listen. Throws ConfigError when the file holds no certificate. */
export function buildTrust(o: { caFile: string; pageUrl: string; clock: Clock }): FastifyInstance {
  const certificate = readCertificate(o.caFile);
  const { html, style } = trustPage({ pageUrl: o.pageUrl, fingerprint: certificate.fingerprint256 });
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const app = Fastify({
    bodyLimit: 1024,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    clientErrorHandler: refuseUnparsed,
  });
  new ConnectionGate({ limits: CONNECTIONS, trustedProxies: [], clock: o.clock }).guard(app.server);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'There is nothing here.'));
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
  // DER, which every phone reads. For this type iOS offers to install a profile, and Android opens its certificate
  // installer.
  app.get('/ca.crt', async (_request, reply) =>
    reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="meridian-ca.crt"')
      .send(certificate.raw),
  );
  return app;
}
