import { schema } from './schema.ts';

export const fileLinks = schema(`
-- id: in the tokens of links that come from this right; it is revoked when the right ends. source: of a right: an
-- item's id, 'user:' and a user's id, 'meeting:' and a meeting's id (its hosts' right to its recordings).
create table file_grants (
  tenant text not null, source text not null, id text not null,
  constraint file_grants_key primary key (tenant, source)
);

-- Links to files of items that can be open, but not those that pages make for their own use. made_by: 'user:' or
-- 'key:', and an id.
create table library_links (
  tenant text not null, id text not null, item text not null, made_by text not null, may text not null,
  created_ms bigint not null, expires_ms bigint not null,
  constraint library_links_key primary key (tenant, id)
);
create index library_links_by_end on library_links (expires_ms);
create index library_links_by_item on library_links (tenant, item, made_by, expires_ms);
create index library_links_by_maker on library_links (tenant, made_by, created_ms, id);
create index library_links_by_time on library_links (tenant, created_ms, id);
`);
