import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readTrustedProxies, trustedProxies } from '@meridian/node-shell';
import { type AddressRange, isRoomName } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { isLoopbackHost } from './loopback.ts';

const signingKey = {
  key: Type.String({ minLength: 1, maxLength: 128, description: 'The API key.' }),
  secret: Type.String({ minLength: 32, maxLength: 512, description: 'Its secret, which signs the tokens.' }),
};
const origin = (description?: string) =>
  Type.String({
    pattern: '^https?://[^/?#@\\s]+/?$',
    maxLength: 256,
    ...(description === undefined ? {} : { description }),
  });

const guests = Type.Object(
  {
    ...signingKey,
    room: Type.String({ minLength: 1, maxLength: 128, description: 'The one room.' }),
    joinKey: Type.String({ pattern: '^[A-Za-z0-9_-]{22,128}$', description: 'A guest that shows it gets a token.' }),
    expiresAtMs: Type.Integer({ minimum: 0, description: 'End of the key, as Unix time.' }),
  },
  {
    description:
      'Guests of the local network get tokens for one room until the key expires; https only, in place of `devKey` ([ADR 0007](adr/0007-guests-of-the-local-network.md)).',
  },
);

export const webConfig = Type.Object({
  ...baseConfig,
  httpHost: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Local address of the page.' }),
  httpPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 7800, description: 'Port of the page.' }),
  entryUrls: Type.Array(origin(), {
    minItems: 1,
    maxItems: 32,
    description: 'Signaling hosts that the page asks where to connect, in this order.',
  }),
  connectUrls: Type.Array(origin(), {
    maxItems: 256,
    default: [],
    description:
      "Further signaling hosts that may be named there; the page's content security policy admits no others.",
  }),
  gatewayUrls: Type.Array(origin(), {
    maxItems: 256,
    default: [],
    description: 'All gateways, for the player page and ways by other protocols, in this order; none: WebRTC alone.',
  }),
  playFrameAncestors: Type.Array(origin(), {
    maxItems: 64,
    default: [],
    description: 'Pages that may show `/play/ROOM` in a frame. The meeting page is shown in none.',
  }),
  apiUrl: Type.Optional(
    origin(
      'The api, which `/api` and `/twirp` are passed on to. Without it there is no REST and there are no join links.',
    ),
  ),
  apiLocalAddress: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Local address from which requests are passed on to the api, one of its `trustedProxies`. An address that callers have too would let them choose theirs.',
    }),
  ),
  trustedProxies,
  devKey: Type.Optional(
    Type.Object(signingKey, {
      description: 'Signs development tokens for every client that reaches the port, which must be on loopback.',
    }),
  ),
  tlsCertFile: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "Certificate (PEM) of the page's listener, which then speaks https: with `tlsKeyFile` or not at all. Both files are read again when they change.",
    }),
  ),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1, description: 'Key (PEM) of `tlsCertFile`.' })),
  guests: Type.Optional(guests),
  trust: Type.Optional(
    Type.Object(
      {
        caFile: Type.String({ minLength: 1, description: 'The certificate (PEM).' }),
        httpPort: Type.Integer({ minimum: 0, maximum: 65_535, description: 'The plain port that offers it.' }),
      },
      { description: "The certificate that guests' devices must trust, by http at the same host." },
    ),
  ),
  pageDir: Type.String({ minLength: 1, description: 'Folder of the built page (`index.html` and `assets/`).' }),
});

export type WebConfig = Readonly<Static<typeof webConfig>>;

/** What the schema cannot say. Throws ConfigError. */
export function checkWebConfig(config: WebConfig): { readonly trustedProxies: readonly AddressRange[] } {
  if (config.devKey !== undefined && !isLoopbackHost(config.httpHost)) {
    const allowed =
      'a loopback address (127.0.0.0/8, ::1, localhost) while devKey is set: every caller of the port could make tokens';
    throw new ConfigError([{ key: 'httpHost', value: config.httpHost, allowed }]);
  }
  checkGuests(config);
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
  const issues: ConfigIssue[] = [];
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}

function checkGuests({ guests, devKey, tlsCertFile }: WebConfig): void {
  if (guests === undefined) return;
  const refuse = (key: string, allowed: string): never => {
    throw new ConfigError([{ key, value: undefined, allowed }]);
  };
  if (devKey !== undefined) refuse('guests', 'either devKey or guests: one server, one kind of tokens');
  if (tlsCertFile === undefined) refuse('tlsCertFile', 'a certificate while guests are let in: their key travels');
  if (!isRoomName(guests.room)) refuse('guests.room', 'no control characters, "/" or surrounding blanks');
}
