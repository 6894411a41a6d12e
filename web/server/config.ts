import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isRoomName } from '@meridian/protocol';
import { baseConfig, ConfigError } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { isLoopbackHost } from './loopback.ts';

const port = Type.Integer({ minimum: 0, maximum: 65_535 });
const signingKey = {
  key: Type.String({ minLength: 1, maxLength: 128 }),
  secret: Type.String({ minLength: 32, maxLength: 512 }),
};
const origin = Type.String({ pattern: '^https?://[^/?#@\\s]+/?$', maxLength: 256 });

export const webConfig = Type.Object({
  ...baseConfig,
  httpHost: Type.String({ minLength: 1, default: '127.0.0.1' }),
  httpPort: Type.Integer({ minimum: 0, maximum: 65_535, default: 7800 }),
  /** Signaling hosts whose /v1/entry the page may ask, in this order. */
  entryUrls: Type.Array(origin, { minItems: 1, maxItems: 32 }),
  /** Further signaling hosts that /v1/entry may name; the page's content security policy admits no others. */
  connectUrls: Type.Array(origin, { maxItems: 256, default: [] }),
  /**
   * Gateways that the player page asks for ways to play, in this order, and all that they may name. None: WebRTC
   * alone.
   */
  gatewayUrls: Type.Array(origin, { maxItems: 256, default: [] }),
  /** Pages that may show the player page in a frame of theirs. No page may show the meeting page in a frame. */
  playFrameAncestors: Type.Array(origin, { maxItems: 64, default: [] }),
  /** The api, to which requests below /api and /twirp are passed on. None: this page has no REST and no join links. */
  apiUrl: Type.Optional(origin),
  /**
   * Development only: signs tokens for every caller that reaches this port, so that port must be on a loopback address.
   */
  devKey: Type.Optional(Type.Object(signingKey)),
  /**
   * Certificate and key (PEM) of the page's listener: it then speaks https. Both or neither; read again when they
   * change.
   */
  tlsCertFile: Type.Optional(Type.String({ minLength: 1 })),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1 })),
  /**
   * Guests of the local network: a guest that shows `joinKey` gets tokens for this one room, until it expires
   * (docs/adr/0007-guests-of-the-local-network.md).
   */
  guests: Type.Optional(
    Type.Object({
      ...signingKey,
      room: Type.String({ minLength: 1, maxLength: 128 }),
      joinKey: Type.String({ pattern: '^[A-Za-z0-9_-]{22,128}$' }),
      expiresAtMs: Type.Integer({ minimum: 0 }),
    }),
  ),
  /** The certificate (PEM) that guests' devices must trust, and the plain port that offers it. */
  trust: Type.Optional(Type.Object({ caFile: Type.String({ minLength: 1 }), httpPort: port })),
  /** Where the built page is (index.html and assets/). */
  pageDir: Type.String({ minLength: 1 }),
});

export type WebConfig = Readonly<Static<typeof webConfig>>;

/** What the schema cannot say. Throws ConfigError. */
export function checkWebConfig(config: WebConfig): void {
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
