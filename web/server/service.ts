// From a checked configuration to a listening server.
import type { AddressInfo } from 'node:net';
import { ConfigError, type ServiceContext } from '@meridian/runtime';
import { buildApp } from './app.ts';
import { checkWebConfig, type WebConfig } from './config.ts';
import { isLoopbackAddress } from './loopback.ts';

/** Starts the server and answers its address. Throws ConfigError, and what listening throws (EADDRINUSE, …). */
export async function startWeb(context: ServiceContext<WebConfig>): Promise<{ url: string }> {
  const { config, log, clock, metrics, closeStack } = context;
  checkWebConfig(config);
  const tokens = metrics.counter('dev_tokens_total', 'Development tokens handed out');
  const app = await buildApp({ config, clock, log, onToken: () => tokens.inc() });
  closeStack.add('http', () => app.close());
  await app.listen({ host: config.httpHost, port: config.httpPort });
  const { address, family, port } = app.server.address() as AddressInfo;
  if (config.devKey !== undefined && !isLoopbackAddress(address)) {
    // `localhost` may be made to mean anything on a machine
    throw new ConfigError([
      { key: 'httpHost', value: config.httpHost, allowed: `a loopback address; it resolved to ${address}` },
    ]);
  }
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  log.info({ url }, 'the page is served');
  return { url };
}
