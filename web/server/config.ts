import { statSync } from 'node:fs';
import { join } from 'node:path';
import { baseConfig, ConfigError } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { isLoopbackHost } from './loopback.ts';

const origin = Type.String({ pattern: '^https?://[^/?#@\\s]+/?$', maxLength: 256 });

export const webConfig = Type.Object({
  ...baseConfig,
  httpHost: Type.String({ minLength: 1, default: '127.0.0.1' }),
  httpPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 7800 }),
  /** Signalling hosts whose /v1/entry the page may ask, in this order. */
  entryUrls: Type.Array(origin, { minItems: 1, maxItems: 32 }),
  /** Further signalling hosts that /v1/entry may name; the page's content security policy admits no others. */
  connectUrls: Type.Array(origin, { maxItems: 256, default: [] }),
  /** Development only: signs tokens for whoever can reach this port, so that port must be on a loopback address. */
  devKey: Type.Optional(
    Type.Object({
      key: Type.String({ minLength: 1, maxLength: 128 }),
      secret: Type.String({ minLength: 32, maxLength: 512 }),
    }),
  ),
  /** Where the built page is (index.html and assets/). */
  pageDir: Type.String({ minLength: 1 }),
});

export type WebConfig = Readonly<Static<typeof webConfig>>;

/** What the schema cannot say. Throws ConfigError. */
export function checkWebConfig(config: WebConfig): void {
  if (config.devKey !== undefined && !isLoopbackHost(config.httpHost)) {
    const allowed =
      'a loopback address (127.0.0.0/8, ::1, localhost) while devKey is set: whoever reaches the port could make tokens';
    throw new ConfigError([{ key: 'httpHost', value: config.httpHost, allowed }]);
  }
  const page = statSync(join(config.pageDir, 'index.html'), { throwIfNoEntry: false });
  if (page?.isFile() !== true) {
    throw new ConfigError([
      {
        key: 'pageDir',
        value: config.pageDir,
        allowed: 'a folder with index.html: build the page first (npm run build -w web)',
      },
    ]);
  }
}
