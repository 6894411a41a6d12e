import { schema } from './schema.ts';

export const tenants = schema(`
create table tenants (
  id text primary key, name text not null, limits text not null, version integer default 1 not null,
  created_ms bigint not null
);

-- A tenant without a row has said nothing.
create table tenant_branding (
  tenant text not null, display_name text, accent_color text, logo text, support_url text,
  constraint tenant_branding_key primary key (tenant),
  constraint tenant_branding_tenant foreign key (tenant) references tenants (id)
);

-- Days; null: the usual. recordings_days and those after it: not there when an api of an older version wrote the row.
create table tenant_retention (
  tenant text primary key, events_days bigint, attendance_days bigint, webhook_deliveries_days bigint,
  meetings_days bigint, audit_days bigint, recordings_days integer, library_days integer, watches_days integer,
  deliveries_days integer
);

-- scopes: words with blanks. regions: names with commas; '': anywhere.
create table api_keys (
  id text primary key, tenant text not null references tenants (id), name text not null,
  sealed_secret text not null, scopes text not null, regions text not null, created_ms bigint not null,
  revoked_ms bigint, purpose text default '' not null
);
create index api_keys_by_tenant on api_keys (tenant, created_ms);
create unique index api_keys_of_guests on api_keys (tenant) where purpose = 'guests' and revoked_ms is null;

-- version: rises by one with each row, and rows appear in this order. id: of an API key, a token (jti), or what it
-- was made from (via). before_ms: only tokens issued before; 0: all. until_ms: when the last token that it is about
-- has expired.
create table revocations (
  version bigint primary key, tenant text not null, id text not null, before_ms bigint not null,
  until_ms bigint not null
);
create index revocations_by_end on revocations (until_ms);
create index revocations_by_id on revocations (tenant, id);

-- One row: raising it holds off others until the transaction is over, so that versions appear in their order.
create table revocation_version (one integer primary key, version bigint not null);
insert into revocation_version (one, version) values (1, 0);

-- caller: 'user:' and an id; 'key:', an id and a hash of the token's rights. attempt: which attempt
-- carries it out; another may take over when it has lapsed. sealed_reply: null: still being carried out.
create table idempotency (
  tenant text not null, caller text not null, operation text not null, key text not null,
  request_hash text not null, attempt text not null, started_ms bigint not null, sealed_reply text,
  constraint idempotency_key primary key (tenant, caller, operation, key)
);
create index idempotency_by_time on idempotency (started_ms);

-- who: id of a user; '': all of the tenant. day: since 1970, in UTC.
create table quotas (
  tenant text not null, what text not null, who text not null, day bigint not null, used bigint not null,
  constraint quotas_key primary key (tenant, what, who, day)
);

-- id: unique in the tenant. email: as emailOf makes it; unique in the tenant. search: as searchText makes it.
-- password: as Passwords made it; null: none has been set.
create table users (
  tenant text not null, id text not null, email text not null, name text not null, search text not null,
  role text not null, active bigint not null, password text, version bigint not null, created_ms bigint not null,
  constraint users_key primary key (tenant, id),
  constraint users_by_email unique (email, tenant),
  constraint users_tenant foreign key (tenant) references tenants (id)
);
create index users_by_time on users (tenant, created_ms, id);

-- The subject of a user at an OIDC provider.
create table user_identities (
  tenant text not null, issuer text not null, subject text not null, user_id text not null,
  constraint user_identities_key primary key (tenant, issuer, subject),
  constraint user_identities_user foreign key (tenant, user_id) references users (tenant, id) on delete cascade
);
create index user_identities_by_user on user_identities (tenant, user_id);

-- Beginnings are ranges of bytes. Of active users. PostgreSQL compares word by its bytes, as SQLite does.
create table user_words (
  tenant text not null, word text collate "C" not null, user_id text not null,
  constraint user_words_user foreign key (tenant, user_id) references users (tenant, id) on delete cascade
);
create index user_words_by_user on user_words (tenant, user_id);
create unique index user_words_key on user_words (tenant, word, user_id);

create table user_groups (
  tenant text not null, id text not null, name text not null, version bigint not null, created_ms bigint not null,
  constraint user_groups_key primary key (tenant, id),
  constraint user_groups_by_name unique (tenant, name),
  constraint user_groups_tenant foreign key (tenant) references tenants (id)
);

create table group_members (
  tenant text not null, group_id text not null, user_id text not null,
  constraint group_members_key primary key (tenant, group_id, user_id),
  constraint group_members_group foreign key (tenant, group_id) references user_groups (tenant, id) on delete cascade,
  constraint group_members_user foreign key (tenant, user_id) references users (tenant, id) on delete cascade
);
create index group_members_by_user on group_members (tenant, user_id);

-- browser: what the browser says that it is. address: from which it signed in.
create table sessions (
  id text primary key, secret_hash text not null, tenant text not null, user_id text not null,
  browser text not null, address text not null, created_ms bigint not null, used_ms bigint not null,
  ends_ms bigint not null,
  constraint sessions_by_secret unique (secret_hash),
  constraint sessions_user foreign key (tenant, user_id) references users (tenant, id) on delete cascade
);
create index sessions_by_end on sessions (ends_ms);
create index sessions_by_user on sessions (tenant, user_id, used_ms);

-- Without a user: of the tenant's first administrator. One-time links: of a user, to set its password, or (null) of
-- the tenant's first administrator. email: the first administrator's address, which the page of the link shows; '':
-- not known.
create table setup_codes (
  code_hash text primary key, tenant text not null, user_id text, created_ms bigint not null,
  expires_ms bigint not null, email text default '' not null,
  constraint setup_codes_tenant foreign key (tenant) references tenants (id),
  constraint setup_codes_user foreign key (tenant, user_id) references users (tenant, id) on delete cascade
);
create index setup_codes_by_end on setup_codes (expires_ms);
create index setup_codes_by_user on setup_codes (tenant, user_id);

-- seq: of the newest entry. cut_seq: of the newest one that is not kept any more; 0 and '': all are.
create table audit_heads (
  tenant text primary key, seq bigint not null, hash text not null, cut_seq bigint not null, cut_hash text not null
);

-- targets: JSON.
create table audit_entries (
  tenant text not null, seq bigint not null, at_ms bigint not null, by_kind text not null, by_id text not null,
  address text not null, operation text not null, targets text not null, status bigint not null,
  request_id text not null, missed bigint not null, hash text not null,
  constraint audit_entries_key primary key (tenant, seq)
);
create index audit_entries_by_time on audit_entries (tenant, at_ms, seq);

-- identity: '' as soon as it is done. counts: JSON: what was changed, of each kind. invitees: JSON: as which invitees
-- the person was found, which are identities of its stays too; [] as soon as it is done.
create table erasures (
  id text primary key, tenant text not null, pseudonym text not null, identity text not null, email text not null,
  counts text not null, created_ms bigint not null, done_ms bigint, invitees text default '[]' not null
);
create index erasures_by_time on erasures (tenant, created_ms, id);
`);
