// The configuration of a gateway (docs/reference.md, Configuration).
import {
  apiKeyFields,
  checkApiKeys,
  listenAddress,
  nodeConfig,
  readTrustedProxies,
  trustedProxies,
} from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

export const gatewayConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  /** Stream keys, HTTP-FLV, what stands for a room. */
  httpListen: listenAddress,
  /** As players and pages reach that: http://host:port or https://host. */
  publicUrl: Type.String({ pattern: '^https?://[^/]+$' }),
  rtmpListen: listenAddress,
  /** As encoders and players reach that: rtmp://host:port. */
  rtmpUrl: Type.String({ pattern: '^rtmps?://[^/]+$' }),
  /** RTMP by TLS, with `tlsCertFile` and `tlsKeyFile`. */
  rtmpsListen: Type.Optional(listenAddress),
  /** As encoders and players reach that, or a server in front of `rtmpListen` that ends TLS. */
  rtmpsUrl: Type.Optional(Type.String({ pattern: '^rtmps://[^/]+$' })),
  /** PEM, both or neither; read again when they change. */
  tlsCertFile: Type.Optional(Type.String({ minLength: 1 })),
  tlsKeyFile: Type.Optional(Type.String({ minLength: 1 })),
  /** Native clients: RTP and RTCP as SRTP. */
  udpListen: listenAddress,
  /** Links of the api. */
  controlListen: listenAddress,
  /** Besides those that the api knows. */
  apiKeys: Type.Array(
    Type.Object({
      ...apiKeyFields,
      /** H.264 with B-frames: given to clients that cannot take it as a rendition without, or refused (BFRAMES). */
      bframes: Type.Optional(Type.Union([Type.Literal('transcode'), Type.Literal('refuse')])),
      /** Is asked before a client publishes, and informed afterwards. */
      hook: Type.Optional(
        Type.Object({
          url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
          /** Of the signature. */
          secret: Type.String({ minLength: 32 }),
          /** Of publishers when it does not answer. */
          onFailure: Type.Union([Type.Literal('refuse'), Type.Literal('allow')], { default: 'refuse' }),
        }),
      ),
    }),
    { maxItems: 10_000 },
  ),
  /** What all transcoders may use of the processors, in thousandths of a core. */
  transcodeMillicores: Type.Integer({ default: 4000, minimum: 100, maximum: 1_000_000 }),
  /** Ranges (CIDR) inside which pushes and pulls may go, besides the internet's addresses. */
  cdnAllowed: Type.Array(text(64), { default: [], maxItems: 256 }),
  /** Clients may pretend to be in a city. */
  development: Type.Boolean({ default: false }),
  trustedProxies,
  /** Pages that may ask for keys and play by script. */
  allowedOrigins: Type.Array(text(256), { default: ['*'], minItems: 1, maxItems: 256 }),
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
