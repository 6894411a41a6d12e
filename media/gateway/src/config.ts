import {
  apiKeyFields,
  checkApiKeys,
  clearTextIssues,
  developmentIssues,
  edgeIssues,
  edgesConfig,
  ffmpegSandbox,
  type Listener,
  listenAddress,
  listenRange,
  nodeConfig,
  nodeIssues,
  proxyIssues,
  rangeIssues,
  tlsFiles,
  trustedProxies,
  turnConfig,
  turnIssues,
} from '@meridian/node-shell';
import {
  baseConfig,
  type ConfigIssue,
  issuesOf,
  secretExample,
  systemClock,
  TlsFiles,
  urlIssues,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const hook = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://',
      maxLength: 2048,
      description: 'URL that the gateway calls.',
      examples: ['https://office.example.org/hook'],
    }),
    secret: Type.String({ minLength: 32, description: 'Signs the requests.', examples: [secretExample] }),
    onFailure: Type.Union([Type.Literal('refuse'), Type.Literal('allow')], {
      default: 'refuse',
      description: 'What happens to a publisher when the server does not answer.',
    }),
  },
  {
    description:
      'Server that the gateway asks before a publisher begins, and informs afterwards ([hooks](gateway.md#hooks)).',
  },
);

const apiKey = Type.Object({
  ...apiKeyFields,
  bframes: Type.Optional(
    Type.Union([Type.Literal('transcode'), Type.Literal('refuse')], {
      description:
        'H.264 with B-frames: accepted, and transcoded for players that cannot decode it (`transcode`, the default), or refused (`BFRAMES`).',
    }),
  ),
  hook: Type.Optional(hook),
});

export const gatewayConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpListen: listenAddress('HTTP and WebSocket: ways into rooms and out of them ([gateway.md](gateway.md)).'),
  httpTls: Type.Boolean({
    default: false,
    description: '`httpListen` speaks https and wss, with `tlsCertFile`. Without it a proxy in front ends TLS.',
  }),
  publicUrl: Type.String({
    pattern: '^https?://[^/]+$',
    description: 'URL at which players and pages reach `httpListen`: `http://HOST:PORT` or `https://HOST`.',
    examples: ['https://live.example.org'],
  }),
  rtmpListen: listenAddress('RTMP.'),
  rtmpUrl: Type.String({
    pattern: '^rtmps?://[^/]+$',
    description: 'URL at which encoders and players reach `rtmpListen`: `rtmp://HOST:PORT`.',
    examples: ['rtmp://live.example.org:1935'],
  }),
  rtmpsListen: Type.Optional(listenAddress('RTMP by TLS, with `rtmpsUrl`, `tlsCertFile` and `tlsKeyFile`.')),
  rtmpsUrl: Type.Optional(
    Type.String({
      pattern: '^rtmps://[^/]+$',
      examples: ['rtmps://live.example.org'],
      description:
        'URL at which encoders and players reach `rtmpsListen`; without `rtmpsListen`, the URL of a server in front of `rtmpListen` that ends TLS.',
    }),
  ),
  ...tlsFiles('`rtmpsListen`, and of `httpListen` with `httpTls`'),
  udpListen: listenAddress('Native clients: RTP and RTCP as SRTP.'),
  plainListen: Type.Optional(
    listenRange(
      'UDP ports to which media nodes of other hosts send SRTP, one for each direction of a session ([ADR 0017](adr/0017-endpoints.md)). Without it, or when all ports are in use, sessions use only media nodes of this host. `announcedAddress` must be an IP address.',
    ),
  ),
  controlListen: listenAddress('Links of the api.'),
  apiKeys: Type.Array(apiKey, {
    maxItems: 10_000,
    description: 'API keys besides those that the api knows ([gateway.md](gateway.md)).',
  }),
  ffmpegSandbox,
  transcodeMillicores: Type.Integer({
    default: 4000,
    minimum: 100,
    maximum: 1_000_000,
    description:
      'Processor time that all transcoders together may use. Transcoders are [ffmpeg](gateway.md#ffmpeg), which is looked for in `PATH`.',
  }),
  cdnAllowed: Type.Array(Type.String({ minLength: 1, maxLength: 64, examples: ['10.0.0.0/8'] }), {
    default: [],
    maxItems: 256,
    description: 'CIDR ranges that [pushes and pulls](gateway.md#cdn) may connect to, besides public addresses.',
  }),
  development: Type.Boolean({
    default: false,
    description: 'Clients may pretend to be in a city. Never in production.',
  }),
  trustedProxies,
  turn: turnConfig,
  edges: edgesConfig,
  allowedOrigins: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
    default: ['*'],
    minItems: 1,
    maxItems: 256,
    description: 'Origins of pages that may ask for keys and play by script; `*`: all.',
  }),
});

export type GatewayConfig = Readonly<Static<typeof gatewayConfig>>;

export function checkConfig(config: GatewayConfig): ConfigIssue[] {
  const issues = nodeIssues(config, listenersOf(config));
  checkApiKeys(config.apiKeys, issues);
  const { publicUrl, rtmpUrl } = config;
  const tls = tlsIssues(config);
  return [
    ...issues,
    ...proxyIssues(config.trustedProxies),
    ...turnIssues(config.turn),
    ...edgeIssues(config.edges),
    ...rangeIssues(config.cdnAllowed, 'cdnAllowed'),
    ...urlIssues('publicUrl', publicUrl, { example: 'https://live.example.org' }),
    ...urlIssues('rtmpUrl', rtmpUrl, { example: 'rtmp://live.example.org:1935' }),
    ...(config.httpTls ? [] : clearTextIssues('publicUrl', publicUrl, 'https://')),
    ...developmentIssues('development', config.development, hostOf(publicUrl)),
    ...(tls.length > 0 ? tls : issuesOf(() => TlsFiles.load(config, systemClock()))),
  ];
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

function listenersOf(config: GatewayConfig): Listener[] {
  const tcp = ['tcp'] as const;
  const { rtmpsListen, plainListen } = config;
  const listeners: Listener[] = [
    { key: 'httpListen', protocols: tcp, listen: config.httpListen },
    { key: 'rtmpListen', protocols: tcp, listen: config.rtmpListen },
    { key: 'controlListen', protocols: tcp, listen: config.controlListen, isAnnounced: true },
    { key: 'udpListen', protocols: ['udp'], listen: config.udpListen, isAnnounced: true },
  ];
  if (rtmpsListen !== undefined) listeners.push({ key: 'rtmpsListen', protocols: tcp, listen: rtmpsListen });
  if (plainListen !== undefined)
    listeners.push({
      key: 'plainListen',
      protocols: ['udp'],
      listen: plainListen,
      isAnnounced: true,
      needsIp: true,
    });
  return listeners;
}

type TlsKeys = Pick<GatewayConfig, 'httpTls' | 'publicUrl' | 'rtmpsListen' | 'rtmpsUrl' | 'tlsCertFile'>;

export function tlsIssues({ httpTls, publicUrl, rtmpsListen, rtmpsUrl, tlsCertFile }: TlsKeys): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const refuse = (key: string, value: unknown, allowed: string, example: unknown) =>
    issues.push({ key, value, allowed, example });
  if (!httpTls && rtmpsListen === undefined && tlsCertFile !== undefined)
    refuse('httpTls', httpTls, 'true, or rtmpsListen beside it: a certificate needs a listener that speaks TLS', true);
  if (tlsCertFile === undefined && (httpTls || rtmpsListen !== undefined)) {
    const secured = rtmpsListen === undefined ? 'httpListen with httpTls' : 'rtmpsListen';
    refuse('tlsCertFile', undefined, `a certificate for ${secured}`, '/etc/meridian/meet.crt');
  }
  if (httpTls && publicUrl.startsWith('http:')) {
    const example = publicUrl.replace('http:', 'https:').replace(/\/\/[^/]*@/, '//');
    refuse('publicUrl', publicUrl, 'an address that begins with https://, as httpListen speaks TLS', example);
  }
  if (rtmpsListen !== undefined && rtmpsUrl === undefined)
    refuse('rtmpsUrl', undefined, 'the URL of rtmpsListen', 'rtmps://live.example.org:1936');
  return issues;
}
