// The configuration of the api (docs/reference.md, Configuration).
import { listenAddress, nodeConfig, readTrustedProxies, trustedProxies } from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { baseConfig, ConfigError, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
/** HS256 is as strong as its key: at least 256 bits of text. */
const secret = Type.String({ minLength: 32, maxLength: 512 });

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
});

export type ApiConfig = Readonly<Static<typeof apiConfig>>;

/** Checks what the schema cannot say. Throws ConfigError. */
export function checkConfig(config: ApiConfig): { readonly trustedProxies: readonly AddressRange[] } {
  const issues: ConfigIssue[] = [];
  const proxies = readTrustedProxies(config.trustedProxies, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return { trustedProxies: proxies };
}
