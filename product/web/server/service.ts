// Starts the page's server from a checked configuration, and beside it the plain port that offers the certificate.
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { proxyRanges } from '@meridian/node-shell';
import { ConfigError, type ServiceContext, TlsFiles } from '@meridian/runtime';
import { buildApp } from './app.ts';
import { readCertificate } from './certificate.ts';
import type { WebConfig } from './config.ts';
import { KnownEdges } from './edges.ts';
import { isLoopbackAddress } from './loopback.ts';
import { buildTrust } from './trust.ts';

/**
 * Starts the server. Returns its URL, and that of the plain port if there is one. Throws ConfigError and errors of
 * listening (EADDRINUSE, …).
 */
export async function startWeb(context: ServiceContext<WebConfig>): Promise<{ url: string; trustUrl?: string }> {
  const { config, log, clock, metrics, closeStack } = context;
  const trustedProxies = proxyRanges(config.trustedProxies);
  const tls = TlsFiles.load(config, clock);
  // The server trusts the guests' certificate authority too, since signaling nodes use its certificates.
  if (config.trust !== undefined) trustToo(config.trust.caFile);
  const tokens = metrics.counter('dev_tokens_total', 'Development tokens handed out');
  const edges = new KnownEdges({ gatewayUrls: config.gatewayUrls, libraryUrls: config.libraryUrls, clock, log });
  closeStack.add('edges', () => edges.close());
  const app = await buildApp({ config, trustedProxies, clock, log, tls, edges, onToken: () => tokens.inc() });
  closeStack.add('http', () => app.close());
  await app.listen({ host: config.httpHost, port: config.httpPort });
  if (tls !== undefined) {
    const watch = tls.watch([app.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }
  const { address, family, port } = app.server.address() as AddressInfo;
  if (config.devKey !== undefined && !isLoopbackAddress(address)) {
    // `localhost` may resolve to anything on a machine
    throw new ConfigError([
      { key: 'httpHost', value: config.httpHost, allowed: `a loopback address; it resolved to ${address}` },
    ]);
  }
  const host = family === 'IPv6' ? `[${address}]` : address;
  const url = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  log.info({ url }, 'the page is served');
  if (config.trust === undefined) return { url };
  const trust = buildTrust({ caFile: config.trust.caFile, pageUrl: url, clock });
  closeStack.add('trust', () => trust.close());
  await trust.listen({ host: config.httpHost, port: config.trust.httpPort });
  const trustUrl = `http://${host}:${(trust.server.address() as AddressInfo).port}`;
  log.info({ url: trustUrl }, 'the certificate is offered');
  return { url, trustUrl };
}

/** Adds to the authorities that the process trusts already. Throws ConfigError when the file holds no certificate. */
function trustToo(caFile: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readCertificate(caFile).toString()]);
}
