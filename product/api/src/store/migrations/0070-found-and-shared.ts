import { schema } from './schema.ts';

export const foundAndShared = schema(`
-- later: a composed recording of which recorders keep tracks, which are composed after the end (ADR 0043).
-- trashed_ms: it is in the trash with its items.
alter table recordings add column later bigint not null default 0;
alter table recordings add column trashed_ms bigint;

-- trashed_ms: it is in the trash; trashed_by: the user who put it there; ''. original: content before the trim; ''.
-- trim: JSON of fromMs and toMs in the original; ''. trim_wanted: JSON of a trim that is being made; ''.
-- trim_failure: code of the last trim's failure; ''.
alter table library_items add column trashed_ms bigint;
alter table library_items add column trashed_by text not null default '';
alter table library_items add column original text not null default '';
alter table library_items add column trim text not null default '';
alter table library_items add column trim_wanted text not null default '';
alter table library_items add column trim_failure text not null default '';
create index library_items_by_trashed on library_items (trashed_ms);

-- group_id: group whose members have the right that the link was made by; ''.
alter table library_links add column group_id text not null default '';
create index library_links_by_group on library_links (tenant, group_id);

-- Transcripts of a recording in its own time, which each version's items get. vtt: WebVTT.
create table recording_transcripts (
  tenant text not null, recording text not null, language text not null, vtt text not null, changed_ms bigint not null,
  constraint recording_transcripts_key primary key (tenant, recording, language)
);
`);
