import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { channelIssues, channelsConfig } from '@meridian/distribution/streams';
import {
  clearTextIssues,
  listenAddress,
  nodeConfig,
  nodeIssues,
  proxyIssues,
  rangeIssues,
  tlsFiles,
  trustedProxies,
} from '@meridian/node-shell';
import {
  baseConfig,
  type ConfigIssue,
  folderIssues,
  issuesOf,
  secretExample,
  systemClock,
  TlsFiles,
  urlIssues,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const text = (maxLength: number, example: string, description: string) =>
  Type.String({ minLength: 1, maxLength, description, examples: [example] });
/** Requires 256 bits of text, because HS256 is as strong as its key. */
const secret = (description: string) =>
  Type.String({ minLength: 32, maxLength: 512, description, examples: [secretExample] });

const aDay = (usual: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: usual, description });

const mail = Type.Object(
  {
    smtpUrl: Type.String({
      pattern: '^smtps?://.',
      maxLength: 2048,
      description: '`smtp://USER:PASSWORD@HOST`.',
      examples: ['smtps://USER:PASSWORD@mail.example.org'],
    }),
    from: Type.String({
      pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$',
      maxLength: 254,
      description: 'Address that sends the invitations.',
      examples: ['meet@example.org'],
    }),
    fromName: Type.String({ minLength: 1, maxLength: 128, default: 'Meridian', description: 'Name of the sender.' }),
  },
  { description: 'Server for mails: invitations to meetings, links to set passwords; without it none are sent.' },
);

const identityProvider = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9-]{1,32}$', description: 'Part of the redirect URI.', examples: ['corp'] }),
  tenant: text(64, 'acme', 'Tenant whose users sign in by it.'),
  name: text(64, 'Acme', 'Name on the sign-in page.'),
  issuer: Type.String({
    pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost)(:|/|$))',
    maxLength: 512,
    description: 'URL of the provider.',
    examples: ['https://login.example.org'],
  }),
  clientId: text(256, 'meridian', 'Client id at the provider.'),
  clientSecret: text(512, 'SECRET', 'Client secret at the provider.'),
  emailDomains: Type.Optional(
    Type.Array(text(253, 'example.org', 'A domain.'), {
      minItems: 1,
      maxItems: 64,
      description: 'Domains of e-mail addresses that may sign in for the first time; without it all domains.',
    }),
  ),
  createUsers: Type.Boolean({ default: false, description: 'Creates an account for a person without one at sign-in.' }),
  roleClaim: Type.Optional(
    text(64, 'role', "Claim whose value, or one of its values, becomes the user's role at every sign-in."),
  ),
});

const loki = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s@?#]+$',
      maxLength: 2048,
      examples: ['https://loki.example.org'],
      description: 'Base URL of Loki, to which `/loki/api/v1/query_range` is appended.',
    }),
    selector: Type.String({
      pattern: '^\\{[^{}]+\\}$',
      maxLength: 512,
      default: '{job="meridian"}',
      description: 'Stream selector for the log lines of this cloud’s nodes.',
    }),
    nodeLabel: Type.String({
      pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$',
      default: 'node',
      description: 'Label whose value is the id of the stream’s node.',
    }),
    tenant: Type.Optional(text(256, 'meridian', 'Sent as `X-Scope-OrgID`.')),
    user: Type.Optional(text(256, 'meridian', 'User name, sent with `password` as basic authorization.')),
    password: Type.Optional(text(1024, 'PASSWORD', 'Of `user`.')),
  },
  {
    description:
      'Loki server for operators’ log searches ([console.md](console.md#logs)); without it, each node searches its own log.',
  },
);
export type LokiConfig = Readonly<Static<typeof loki>>;

export const apiConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpListen: listenAddress(
    "Address to which the page's server forwards requests; that server is one of `trustedProxies`.",
  ),
  ...tlsFiles('`httpListen`, which then speaks https'),
  publicUrl: Type.String({
    pattern: '^https?://[^/]+$',
    examples: ['https://meet.example.org'],
    description: 'Origin of the page and of `/api`, as browsers and companies’ servers reach it.',
  }),
  entryUrls: Type.Array(Type.String({ pattern: '^https?://[^/]+$', examples: ['https://meet.example.org'] }), {
    minItems: 1,
    maxItems: 32,
    description: 'Signaling hosts to which clients are sent: `http://HOST:PORT`, `https://HOST`.',
  }),
  databaseUrl: Type.String({
    pattern: '^(postgres(ql)?://|sqlite:).',
    default: 'sqlite:meridian.db',
    maxLength: 2048,
    description:
      '`sqlite:FILE` (relative to `stateDir`; opened by a single instance only) or `postgres://…`; [back-up, and moving from one to the other](runbook.md#back-up-of-the-api).',
  }),
  distribution: channelsConfig,
  sealSecret: secret('Key that seals secrets in the database; the same for all instances, and never to be changed.'),
  operatorKey: Type.Optional(
    Type.Object(
      { key: text(128, 'operator', 'The key itself.'), secret: secret('Signs its tokens.') },
      { description: 'Key of the operator, whose tokens have every right in every tenant.' },
    ),
  ),
  operatorTenant: Type.Optional(
    text(
      64,
      'acme',
      'Tenant whose users may have the role `operator`: operators see and control the whole cloud at `/console` ([users.md](users.md#operators)).',
    ),
  ),
  tenants: Type.Array(
    Type.Object({
      id: text(64, 'acme', 'Id of the tenant.'),
      name: text(128, 'Acme', 'Name of the tenant.'),
      key: text(128, 'APIacme', 'Its first API key.'),
      secret: secret('Secret of that key.'),
      dialTests: Type.Optional(
        Type.Boolean({
          description:
            'Its key may report dial tests (scope `dial:report`). Set it only for a tenant of your own, since false reports raise alarms of the whole cloud.',
        }),
      ),
    }),
    { default: [], maxItems: 1000, description: 'Tenants that are created at the first start, each with a key.' },
  ),
  trustedProxies,
  egressAllow: Type.Array(Type.String({ maxLength: 64, examples: ['10.0.0.0/8'] }), {
    default: [],
    maxItems: 64,
    description: 'CIDR ranges of inside addresses that webhooks, receivers of alarms and receivers of files may have.',
  }),
  checkTenant: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        "Tenant for people who check their connection at `/check` without a link or a sign-in; `''`: they cannot. Default: the service’s tenant, while it has only one.",
      examples: ['acme'],
    }),
  ),
  mail: Type.Optional(mail),
  loki: Type.Optional(loki),
  dailyLimits: Type.Object(
    {
      meetingsOfUser: aDay(500, 'Meetings that one user may book.'),
      meetingsOfTenant: aDay(50_000, 'Meetings that all users of a tenant may book.'),
      mailsOfUser: aDay(5000, 'Mails that may be sent for one user.'),
      mailsOfTenant: aDay(100_000, 'Mails that may be sent for all users of a tenant.'),
    },
    {
      default: {},
      description:
        'Most bookings and mails per day (UTC); requests beyond a limit get 429 `QUOTA_EXCEEDED` with `Retry-After`. API keys have the limits of the tenant. Cancellations are always mailed.',
    },
  ),
  oidc: Type.Array(identityProvider, {
    default: [],
    maxItems: 32,
    description:
      'Providers at which users can sign in, in addition to e-mail and password ([users.md](users.md#oidc)).',
  }),
});

export type ApiConfig = Readonly<Static<typeof apiConfig>>;

/** Checks what the schema cannot express, the certificate's files and the folders. */
export function checkConfig(config: ApiConfig): ConfigIssue[] {
  const { publicUrl, entryUrls, oidc } = config;
  const example = 'https://meet.example.org';
  return [
    ...nodeIssues(config, [{ key: 'httpListen', protocols: ['tcp'], listen: config.httpListen }]),
    ...proxyIssues(config.trustedProxies),
    ...rangeIssues(config.egressAllow, 'egressAllow'),
    ...channelIssues(config.distribution),
    ...urlIssues('publicUrl', publicUrl, { example }),
    ...clearTextIssues('publicUrl', publicUrl, 'https://'),
    ...entryUrls.flatMap((url, at) => urlIssues(`entryUrls[${at}]`, url, { example })),
    ...repeatedIssues('entryUrls', entryUrls).map((issue) => Object.assign(issue, { isWarning: true })),
    ...repeatedIssues(
      'oidc',
      oidc.map(({ id }) => id),
      '.id',
    ),
    ...databaseIssues(config),
    ...issuesOf(() => TlsFiles.load(config, systemClock())),
  ];
}

function repeatedIssues(key: string, values: readonly string[], part = ''): ConfigIssue[] {
  return values.flatMap((value, at) =>
    values.indexOf(value) === at
      ? []
      : [{ key: `${key}[${at}]${part}`, value, allowed: 'another than the entries before it' }],
  );
}

/** Finds a missing folder, which SQLite does not create, unlike files; `stateDir` is created at the start. */
function databaseIssues({ databaseUrl, stateDir }: ApiConfig): ConfigIssue[] {
  const file = databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : ':memory:';
  const folder = dirname(resolve(stateDir, file));
  if (file === ':memory:' || folder === resolve(stateDir)) return [];
  if (!existsSync(folder)) {
    const allowed = `a file in a folder that is there, and ${folder} is not: make it, or name a file alone, which is in stateDir`;
    return [{ key: 'databaseUrl', value: databaseUrl, allowed, example: 'sqlite:meridian.db' }];
  }
  return folderIssues('databaseUrl', folder);
}
