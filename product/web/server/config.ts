import { statSync } from 'node:fs';
import { join } from 'node:path';
import { metricsPort, proxyIssues, tlsFiles, trustedProxies } from '@meridian/node-shell';
import { isRoomName } from '@meridian/protocol';
import {
  baseConfig,
  type ConfigIssue,
  issuesOf,
  type PortUse,
  portIssues,
  secretExample,
  systemClock,
  TlsFiles,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { readCertificate } from './certificate.ts';
import { isLoopbackHost } from './loopback.ts';

const signingKey = {
  key: Type.String({ minLength: 1, maxLength: 128, description: 'The API key.', examples: ['APIacme'] }),
  secret: Type.String({
    minLength: 32,
    maxLength: 512,
    description: 'Its secret, which signs the tokens.',
    examples: [secretExample],
  }),
};
const origin = (example: string, description = 'An origin.') =>
  Type.String({ pattern: '^https?://[^/?#@\\s]+/?$', maxLength: 256, description, examples: [example] });

const guests = Type.Object(
  {
    ...signingKey,
    room: Type.String({ minLength: 1, maxLength: 128, description: 'The one room.', examples: ['lobby'] }),
    joinKey: Type.String({
      pattern: '^[A-Za-z0-9_-]{22,128}$',
      description: 'A guest that shows it gets a token.',
      examples: ['REPLACE-openssl-rand-hex-16'],
    }),
    expiresAtMs: Type.Integer({
      minimum: 0,
      description: 'End of the key, as Unix time.',
      examples: [1_893_456_000_000],
    }),
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
  entryUrls: Type.Array(origin('https://meet.example.org'), {
    minItems: 1,
    maxItems: 32,
    description: 'Signaling hosts that the page asks where to connect, in this order.',
  }),
  connectUrls: Type.Array(origin('https://sig-2.example.org'), {
    maxItems: 256,
    default: [],
    description:
      "Further signaling hosts that may be named there; the page's content security policy admits no others than these and `connectDomains`.",
  }),
  connectDomains: Type.Array(
    Type.String({ minLength: 1, maxLength: 253, description: 'A domain.', examples: ['media.example.org'] }),
    {
      maxItems: 64,
      default: [],
      description:
        'Domains of your own below which all hosts may be signaling hosts and gateways (`https://*.media.example.org` in the policy): a fleet grows without a change here. Port 443.',
    },
  ),
  gatewayUrls: Type.Array(origin('https://live.example.org'), {
    maxItems: 256,
    default: [],
    description: 'All gateways, for the player page and ways by other protocols, in this order; none: WebRTC alone.',
  }),
  libraryUrls: Type.Array(origin('https://meet.example.org'), {
    maxItems: 256,
    default: [],
    description:
      'All library nodes at other origins than the page, as their `publicUrl`, for uploads, covers and files; those of `connectDomains` need no place here.',
  }),
  playFrameAncestors: Type.Array(origin('https://www.example.org'), {
    maxItems: 64,
    default: [],
    description: 'Pages that may show `/play/ROOM` in a frame. The meeting page is shown in none.',
  }),
  apiUrl: Type.Optional(
    origin(
      'http://127.0.0.1:7810',
      'The api, which `/api` and `/twirp` are passed on to. Without it there is no REST and there are no join links. With `https` its certificate is checked; `NODE_EXTRA_CA_CERTS` names an authority of your own.',
    ),
  ),
  apiLocalAddress: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Local address from which requests are passed on to the api, one of its `trustedProxies`. An address that callers have too would let them choose theirs.',
    }),
  ),
  liveKitClientsMax: Type.Integer({
    minimum: 1,
    maximum: 16_384,
    default: 1024,
    description:
      'LiveKit clients at once at `/rtc` of the page, a connection to a signaling node each; one more is refused with 503. Each takes two of the files that the process may have open (`ulimit -n`).',
  }),
  liveKitClientsPerAddressMax: Type.Integer({
    minimum: 1,
    maximum: 16_384,
    default: 200,
    description: 'Of these, of one address: as many as an office has, or a server of yours that joins as participants.',
  }),
  trustedProxies,
  devKey: Type.Optional(
    Type.Object(signingKey, {
      description: 'Signs development tokens for every client that reaches the port, which must be on loopback.',
    }),
  ),
  ...tlsFiles("the page's listener, which then speaks https"),
  guests: Type.Optional(guests),
  trust: Type.Optional(
    Type.Object(
      {
        caFile: Type.String({
          minLength: 1,
          description: 'The certificate (PEM).',
          examples: ['/etc/meridian/ca.crt'],
        }),
        httpPort: Type.Integer({
          minimum: 0,
          maximum: 65_535,
          description: 'The plain port that offers it.',
          examples: [7801],
        }),
      },
      {
        description:
          "The certificate that guests' devices must trust, by http at the same host. This server trusts it too: signaling nodes may have certificates of that authority.",
      },
    ),
  ),
  pageDir: Type.String({
    minLength: 1,
    description: 'Folder of the built page (`index.html` and `assets/`).',
    examples: ['/opt/meridian/current/product/web/dist'],
  }),
});

export type WebConfig = Readonly<Static<typeof webConfig>>;

/** Checks what the schema cannot express, and reads the page's folder and the certificates. */
export function checkWebConfig(config: WebConfig): ConfigIssue[] {
  const { trust, entryUrls } = config;
  return [
    ...portIssues(portsOf(config)),
    ...keyIssues(config),
    ...guestIssues(config),
    ...pageIssues(config),
    ...entryIssues(entryUrls),
    ...domainIssues(config.connectDomains),
    ...proxyIssues(config.trustedProxies),
    ...issuesOf(() => TlsFiles.load(config, systemClock())),
    ...(trust === undefined ? [] : issuesOf(() => readCertificate(trust.caFile))),
  ];
}

function portsOf(config: WebConfig): PortUse[] {
  const at = (key: string, port: number): PortUse => ({
    key,
    ip: config.httpHost,
    protocol: 'tcp',
    portMin: port,
    portMax: port,
  });
  const uses = [at('httpPort', config.httpPort), metricsPort(config)];
  return config.trust === undefined ? uses : [...uses, at('trust.httpPort', config.trust.httpPort)];
}

function keyIssues({ devKey, httpHost }: WebConfig): ConfigIssue[] {
  if (devKey === undefined || isLoopbackHost(httpHost)) return [];
  const allowed =
    'a loopback address (127.0.0.0/8, ::1, localhost) while devKey is set: every caller of the port could make tokens';
  return [{ key: 'httpHost', value: httpHost, allowed, example: '127.0.0.1' }];
}

function pageIssues({ pageDir }: WebConfig): ConfigIssue[] {
  const page = statSync(join(pageDir, 'index.html'), { throwIfNoEntry: false });
  if (page?.isFile() === true) return [];
  const allowed = 'a folder with index.html, as product/web/dist of a release, or of a clone after npm start';
  return [{ key: 'pageDir', value: pageDir, allowed }];
}

function entryIssues(entryUrls: readonly string[]): ConfigIssue[] {
  return entryUrls.flatMap((url, at) => {
    if (entryUrls.indexOf(url) === at) return [];
    const allowed = 'another than the entries before it';
    return [{ key: `entryUrls[${at}]`, value: url, allowed, isWarning: true }];
  });
}

/** At least two labels of letters, digits and hyphens, the last with a letter: excludes whole TLDs and IP addresses. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function domainIssues(domains: readonly string[]): ConfigIssue[] {
  return domains.flatMap((value, at) => {
    if (DOMAIN.test(value)) return [];
    const allowed =
      'the name of a domain alone, in lower case (xn--… for other letters): two parts at least, without scheme, port, path or *., and no IP address';
    return [{ key: `connectDomains[${at}]`, value, allowed, example: 'media.example.org' }];
  });
}

function guestIssues({ guests, devKey, tlsCertFile }: WebConfig): ConfigIssue[] {
  if (guests === undefined) return [];
  const issues: ConfigIssue[] = [];
  const refuse = (key: string, allowed: string) => issues.push({ key, value: undefined, allowed });
  if (devKey !== undefined) refuse('guests', 'either devKey or guests: one server, one kind of tokens');
  if (tlsCertFile === undefined) refuse('tlsCertFile', 'a certificate while guests are let in: their key travels');
  if (!isRoomName(guests.room)) refuse('guests.room', 'no control characters, "/" or surrounding blanks');
  return issues;
}
