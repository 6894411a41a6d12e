import { schema } from './schema.ts';

export const linkMakers = schema(`
-- Makers of join links that are not users, or not only. api_key: the key whose token made the link, or made the link
-- by which its maker came; '': none. identity: the participant that made the link in its room; '': made outside it.
create table join_link_makers (
  link text primary key references join_links (id) on delete cascade, api_key text not null, identity text not null
);
create index join_link_makers_by_key on join_link_makers (api_key);
create index join_link_makers_by_identity on join_link_makers (identity);
`);
