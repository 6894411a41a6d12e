import { schema } from './schema.ts';

/** Seven days and an hour, for the row without tenant and id: it stands for tokens that were issued without a note. */
export const FORMER_MS = 7 * 86_400_000 + 3_600_000;
const noteFormer = (nowMs: string): string => `
insert into token_uses (tenant, id, until_ms)
  select '', '', ${nowMs} + ${FORMER_MS} where exists (select 1 from tenants);
`;

export const tokenUses = schema(
  `
-- id: in the claims of tokens: of a grant, a recording, a user's tokens for a meeting. until_ms: no token that names it
-- lives longer.
create table token_uses (
  tenant text not null, id text not null, until_ms bigint not null,
  constraint token_uses_key primary key (tenant, id)
);
create index token_uses_by_end on token_uses (until_ms);

-- item: '' for a link to a recording. recording: '' for a link to an item. meeting: whose hosts' right the link comes
-- from; ''. used_for: share, or own (a page opens it for its user).
alter table library_links add column recording text not null default '';
alter table library_links add column meeting text not null default '';
alter table library_links add column used_for text not null default 'share';
create index library_links_by_recording on library_links (tenant, recording, meeting);
`,
  {
    sqlite: noteFormer("cast(strftime('%s', 'now') as integer) * 1000"),
    postgres: noteFormer('cast(extract(epoch from now()) as bigint) * 1000'),
  },
);
