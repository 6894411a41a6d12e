// The configuration of a gateway.
import {
  apiKeyFields,
  checkApiKeys,
  listenAddress,
  listenRange,
  nodeConfig,
  readTrustedProxies,
  trustedProxies,
} from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const hook = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', maxLength: 2048, description: 'Where it is asked.' }),
    secret: Type.String({ minLength: 32, description: 'Signs the requests.' }),
    onFailure: Type.Union([Type.Literal('refuse'), Type.Literal('allow')], {
      default: 'refuse',
      description: 'What happens to publishers when it does not answer.',
    }),
  },
  {
    description: 'Server that is asked before a publisher begins, and informed afterwards ([hooks](gateway.md#hooks)).',
  },
);

const apiKey = Type.Object({
  ...apiKeyFields,
  bframes: Type.Optional(
    Type.Union([Type.Literal('transcode'), Type.Literal('refuse')], {
      description:
        'H.264 with B-frames: taken, and made anew for players that cannot decode it (`transcode`, also without this key), or refused (`BFRAMES`).',
    }),
  ),
  hook: Type.Optional(hook),
});

export const gatewayConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpListen: listenAddress('HTTP and WebSocket: ways into rooms and out of them ([gateway.md](gateway.md)).'),
  publicUrl: Type.String({
    pattern: '^https?://[^/]+$',
    description: 'As players and pages reach that: `http://HOST:PORT` or `https://HOST`.',
  }),
  rtmpListen: listenAddress('RTMP.'),
  rtmpUrl: Type.String({
    pattern: '^rtmps?://[^/]+$',
    description: 'As encoders and players reach that: `rtmp://HOST:PORT`.',
  }),
  rtmpsListen: Type.Optional(listenAddress('RTMP by TLS, with `rtmpsUrl`, `tlsCertFile` and `tlsKeyFile`.')),
  rtmpsUrl: Type.Optional(
    Type.String({
      pattern: '^rtmps://[^/]+$',
      description:
        'As encoders and players reach `rtmpsListen`; without `rtmpsListen`, a server in front of `rtmpListen` that ends TLS.',
    }),
  ),
  tlsCertFile: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Certificate (PEM) of `rtmpsListen`: with `tlsKeyFile`; both are read again when they change.',
    }),
  ),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1, description: 'Key (PEM) of `tlsCertFile`.' })),
  udpListen: listenAddress('Native clients: RTP and RTCP as SRTP.'),
  plainListen: Type.Optional(
    listenRange(
      'Where media nodes of other hosts send, with SRTP, a UDP port for each direction of a session ([ADR 0017](adr/0017-endpoints.md)). Without it, or when it is used up, sessions are on media nodes of this host alone. `announcedAddress` must be an IP address.',
    ),
  ),
  controlListen: listenAddress('Links of the api.'),
  apiKeys: Type.Array(apiKey, {
    maxItems: 10_000,
    description: 'API keys besides those that the api knows ([gateway.md](gateway.md)).',
  }),
  transcodeMillicores: Type.Integer({
    default: 4000,
    minimum: 100,
    maximum: 1_000_000,
    description:
      'What all transcoders together may use of the processors. They are [ffmpeg](gateway.md#ffmpeg), which is looked for in `PATH`.',
  }),
  cdnAllowed: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    default: [],
    maxItems: 256,
    description:
      "CIDR ranges inside which [pushes and pulls](gateway.md#cdn) may go, besides the internet's addresses.",
  }),
  development: Type.Boolean({
    default: false,
    description: 'Clients may pretend to be in a city. Never in production.',
  }),
  trustedProxies,
  allowedOrigins: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
    default: ['*'],
    minItems: 1,
    maxItems: 256,
    description: 'Origins of pages that may ask for keys and play by script; `*`: all.',
  }),
});

export type GatewayConfig = Readonly<Static<typeof gatewayConfig>>;

/** Checks what the schema cannot say. Throws ConfigError. */
export function checkConfig(config: GatewayConfig): { readonly trustedProxies: readonly AddressRange[] } {
  const issues: ConfigIssue[] = [];
  const { rtmpsListen, rtmpsUrl, tlsCertFile } = config;
  checkApiKeys(config.apiKeys, issues);
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  const refuse = (key: string, allowed: string) => issues.push({ key, value: undefined, allowed });
  if (rtmpsListen === undefined && tlsCertFile !== undefined) refuse('rtmpsListen', 'where TLS is spoken');
  if (rtmpsListen !== undefined && tlsCertFile === undefined) refuse('tlsCertFile', 'a certificate for rtmpsListen');
  if (rtmpsListen !== undefined && rtmpsUrl === undefined) refuse('rtmpsUrl', 'the URL of rtmpsListen');
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}
