// The configuration of the api (docs/reference.md, Configuration).
import { listenAddress, nodeConfig, readTrustedProxies, trustedProxies } from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
/** HS256 is as strong as its key: at least 256 bits of text. */
const secret = Type.String({ minLength: 32, maxLength: 512 });

const aDay = (usual: number) => Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: usual });

export const apiConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  httpListen: listenAddress,
  /** As pages and companies' servers reach the page, under which this stands at /api/v1: https://host. */
  publicUrl: Type.String({ pattern: '^https?://[^/]+$' }),
  /** Signaling hosts that clients are told of: http://host:port, https://host. */
  entryUrls: Type.Array(Type.String({ pattern: '^https?://[^/]+$' }), { minItems: 1, maxItems: 32 }),
  /** postgres://…, or sqlite:FILE (relative to `stateDir`), which one instance alone may have open. */
  databaseUrl: Type.String({ pattern: '^(postgres(ql)?://|sqlite:).', default: 'sqlite:meridian.db', maxLength: 2048 }),
  /** Seals secrets in the database. The same for all instances, and for ever. */
  sealSecret: secret,
  /** Tokens signed with it may do everything for every tenant. */
  operatorKey: Type.Optional(Type.Object({ key: text(128), secret })),
  /** Tenants that there are from the first start on, with a key each. */
  tenants: Type.Array(Type.Object({ id: text(64), name: text(128), key: text(128), secret }), {
    default: [],
    maxItems: 1000,
  }),
  trustedProxies,
  /** Networks inside that webhooks may go to, besides public addresses: an OA lives on 10.x. */
  egressAllow: Type.Array(Type.String({ maxLength: 64 }), { default: [], maxItems: 64 }),
  /** Invitations to meetings are sent through it; absent: there are none. `from` is who invites. */
  mail: Type.Optional(
    Type.Object({
      smtpUrl: Type.String({ pattern: '^smtps?://.', maxLength: 2048 }),
      from: Type.String({ pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$', maxLength: 254 }),
      fromName: Type.String({ minLength: 1, maxLength: 128, default: 'Meridian' }),
    }),
  ),
  /** What a user, and all of a tenant together, may book and have mailed in a day (UTC). */
  dailyLimits: Type.Object(
    {
      meetingsOfUser: aDay(500),
      meetingsOfTenant: aDay(50_000),
      mailsOfUser: aDay(5000),
      mailsOfTenant: aDay(100_000),
    },
    { default: {} },
  ),
  /** Where users of a tenant sign in besides e-mail and password. */
  oidc: Type.Array(
    Type.Object({
      /** In addresses: of the redirect URI too. */
      id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
      tenant: text(64),
      name: text(64),
      issuer: Type.String({ pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost)(:|/|$))', maxLength: 512 }),
      clientId: text(256),
      clientSecret: text(512),
      /** Domains of e-mail addresses that may sign in for the first time; absent: all domains. */
      emailDomains: Type.Optional(Type.Array(text(253), { minItems: 1, maxItems: 64 })),
      /** Who has no account gets one. */
      createUsers: Type.Boolean({ default: false }),
      /** Its value (or one of them) is the user's role, at every sign-in. */
      roleClaim: Type.Optional(text(64)),
    }),
    { default: [], maxItems: 32 },
  ),
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
