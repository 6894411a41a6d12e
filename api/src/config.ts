// The configuration of the api.
import { listenAddress, nodeConfig, readTrustedProxies, trustedProxies } from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
/** HS256 is as strong as its key: at least 256 bits of text. */
const secret = (description: string) => Type.String({ minLength: 32, maxLength: 512, description });

const aDay = (usual: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: usual, description });

const mail = Type.Object(
  {
    smtpUrl: Type.String({ pattern: '^smtps?://.', maxLength: 2048, description: '`smtp://USER:PASSWORD@HOST`.' }),
    from: Type.String({
      pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$',
      maxLength: 254,
      description: 'The address that invites.',
    }),
    fromName: Type.String({ minLength: 1, maxLength: 128, default: 'Meridian', description: 'The name beside it.' }),
  },
  { description: 'Server for mails: invitations to meetings, links to set passwords; without it none are sent.' },
);

const identityProvider = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9-]{1,32}$', description: 'Part of the redirect URI.' }),
  tenant: text(64, 'Tenant whose users sign in by it.'),
  name: text(64, 'As the sign-in page shows it.'),
  issuer: Type.String({
    pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost)(:|/|$))',
    maxLength: 512,
    description: 'URL of the provider.',
  }),
  clientId: text(256, 'Client id at the provider.'),
  clientSecret: text(512, 'Client secret at the provider.'),
  emailDomains: Type.Optional(
    Type.Array(text(253, 'A domain.'), {
      minItems: 1,
      maxItems: 64,
      description: 'Domains of e-mail addresses that may sign in for the first time; without it all domains.',
    }),
  ),
  createUsers: Type.Boolean({ default: false, description: 'A person without an account gets one at sign-in.' }),
  roleClaim: Type.Optional(
    text(64, "Claim whose value, or one of its values, becomes the user's role at every sign-in."),
  ),
});

export const apiConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpListen: listenAddress("Where the page's server passes requests on to; it is one of `trustedProxies`."),
  publicUrl: Type.String({
    pattern: '^https?://[^/]+$',
    description: 'Origin of the page, below which `/api` stands, as browsers and servers of companies reach it.',
  }),
  entryUrls: Type.Array(Type.String({ pattern: '^https?://[^/]+$' }), {
    minItems: 1,
    maxItems: 32,
    description: 'Signaling hosts that clients are sent to: `http://HOST:PORT`, `https://HOST`.',
  }),
  databaseUrl: Type.String({
    pattern: '^(postgres(ql)?://|sqlite:).',
    default: 'sqlite:meridian.db',
    maxLength: 2048,
    description:
      '`sqlite:FILE` (relative to `stateDir`; one instance alone may have it open) or `postgres://…`; [back-up, and from one to the other](runbook.md#back-up-of-the-api).',
  }),
  sealSecret: secret('Seals keys in the database: the same for all instances, and for ever.'),
  operatorKey: Type.Optional(
    Type.Object(
      { key: text(128, 'The key itself.'), secret: secret('Signs its tokens.') },
      { description: 'Tokens of this key may do everything for every tenant.' },
    ),
  ),
  tenants: Type.Array(
    Type.Object({
      id: text(64, 'Id of the tenant.'),
      name: text(128, 'Name of the tenant.'),
      key: text(128, 'Its first API key.'),
      secret: secret('Secret of that key.'),
    }),
    { default: [], maxItems: 1000, description: 'Tenants that are made at the first start, with a key each.' },
  ),
  trustedProxies,
  egressAllow: Type.Array(Type.String({ maxLength: 64 }), {
    default: [],
    maxItems: 64,
    description: 'CIDR ranges inside which webhooks may go, besides public addresses.',
  }),
  mail: Type.Optional(mail),
  dailyLimits: Type.Object(
    {
      meetingsOfUser: aDay(500, 'Meetings that one user books.'),
      meetingsOfTenant: aDay(50_000, 'Meetings that all of a tenant book.'),
      mailsOfUser: aDay(5000, 'Mails sent for one user.'),
      mailsOfTenant: aDay(100_000, 'Mails sent for all of a tenant.'),
    },
    {
      default: {},
      description:
        'What may be booked and mailed in a day, in UTC; beyond it 429 `QUOTA_EXCEEDED` with `Retry-After`. API keys have the limits of the tenant. Cancellations are always mailed.',
    },
  ),
  oidc: Type.Array(identityProvider, {
    default: [],
    maxItems: 32,
    description: 'Where users sign in besides e-mail and password ([users.md](users.md#oidc)).',
  }),
});

export type ApiConfig = Readonly<Static<typeof apiConfig>>;

/** Checks what the schema cannot say. Throws ConfigError. */
export function checkConfig(config: ApiConfig): { readonly trustedProxies: readonly AddressRange[] } {
  const issues: ConfigIssue[] = [];
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  const ids = config.oidc.map(({ id }) => id);
  for (const [at, id] of ids.entries())
    if (ids.indexOf(id) < at) issues.push({ key: `oidc/${at}/id`, value: id, allowed: 'an id of its own' });
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}
