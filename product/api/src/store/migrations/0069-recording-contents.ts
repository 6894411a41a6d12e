import { schema } from './schema.ts';

export const recordingContents = schema(`
-- Recordings become contents of the library (ADR 0042). version: of its contents; 0 before the first. assembled: ids of
-- the stints that the version has. awaited: recorders whose stints may still come.
alter table recordings add column version bigint not null default 0;
alter table recordings add column assembled text not null default '[]';
alter table recordings add column awaited text not null default '[]';

-- Files of a recording. name: p001-camera. source: camera, screen, composed or other. offset_ms: begin on the
-- recording's time line. width, height: 0 without a picture. chapters: JSON of the chapters that the item was given.
create table recording_outputs (
  tenant text not null, recording text not null, name text not null, item text not null, source text not null,
  identity text not null, participant text not null, offset_ms bigint not null, duration_ms bigint not null,
  width bigint not null, height bigint not null, bytes bigint not null, chapters text not null,
  constraint recording_outputs_key primary key (tenant, recording, name)
);
create index recording_outputs_by_item on recording_outputs (tenant, item);

-- Posts of a recording, in pages by time. posts: JSON.
create table recording_posts (
  tenant text not null, recording text not null, page bigint not null, posts text not null,
  constraint recording_posts_key primary key (tenant, recording, page)
);

-- recording: the recording of which the item is a file; ''. output: name of that file.
alter table library_items add column recording text not null default '';
create index library_items_by_recording on library_items (tenant, recording, created_ms);
alter table library_uploads add column recording text not null default '';
alter table library_uploads add column output text not null default '';

-- People who may see an item besides its owner. kind: user, group, or meeting (its hosts and cohosts). reader: id of
-- that. may: play, download or change.
create table library_item_readers (
  tenant text not null, item text not null, kind text not null, reader text not null, may text not null,
  constraint library_item_readers_key primary key (tenant, item, kind, reader)
);
create index library_item_readers_by_reader on library_item_readers (tenant, kind, reader);

-- Links to recordings led to recorders, which serve no files any more. Nothing writes the column from here on.
delete from library_links where recording <> '';
`);
