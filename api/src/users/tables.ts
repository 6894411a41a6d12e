import type { Generated } from 'kysely';

declare module '../store/tables.ts' {
  interface Tables {
    users: {
      tenant: string;
      /** Unique in the tenant. */
      id: string;
      /** As `emailOf` makes it; unique in the tenant. */
      email: string;
      name: string;
      /** As `searchText` makes it. */
      search: string;
      role: string;
      active: number;
      /** As `Passwords` made it; null: none has been set. */
      password: string | null;
      version: number;
      created_ms: number;
    };
    /** The subject of a user at an OIDC provider. */
    user_identities: { tenant: string; issuer: string; subject: string; user_id: string };
    user_groups: { tenant: string; id: string; name: string; version: number; created_ms: number };
    group_members: { tenant: string; group_id: string; user_id: string };
    sessions: {
      id: string;
      secret_hash: string;
      tenant: string;
      user_id: string;
      /** What the browser says that it is. */
      browser: string;
      /** From which it signed in. */
      address: string;
      created_ms: number;
      used_ms: number;
      ends_ms: number;
    };
    /** One-time links: of a user, to set its password, or (null) of the tenant's first administrator. */
    setup_codes: {
      code_hash: string;
      tenant: string;
      user_id: string | null;
      /** The first administrator's address, which the page of the link shows; '': not known. */
      email: Generated<string>;
      created_ms: number;
      expires_ms: number;
    };
  }
}
