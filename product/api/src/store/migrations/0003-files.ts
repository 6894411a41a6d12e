import { schema } from './schema.ts';

export const files = schema(
  `
-- stints: the recorders that had it, each from when on. id: chosen by whoever began it: of two tenants the same one
-- is another recording. sid: the life of the room that it is of. identity: whose tracks are recorded; '': all of the
-- room. mode: as in RoomRecording of the wire. made_by: the host that began it; '': over REST. meeting: '': of none.
-- occurrence: originalStart; '': at a time that is not booked. estimated: 1: when it ended is estimated. recorders:
-- ids of the recorders that have had it, the last one last; JSON. epoch: of the latest entry of the journal. told: 1:
-- companies have heard of its end. sequence: of its latest event. files: JSON. failure: code; '': it has not failed.
-- While it is finishing: of the latest try. settled_ms: when it was finished, or failed. While it is finishing: since
-- when no try has come to anything. deleted_ms: it is not shown from then on. erased_ms: no store has anything of it,
-- and no recorder but those that have been away since it was deleted. stints: the recorders that had the recording,
-- each from when on; JSON. holes: JSON.
create table recordings (
  tenant text not null, id text not null, room text not null, sid text not null, identity text not null,
  mode text not null, layout text not null, made_by text not null, meeting text not null, occurrence text not null,
  state text not null, started_ms bigint not null, ended_ms bigint, estimated bigint not null,
  recorders text not null, epoch bigint not null, seq bigint not null, told bigint not null,
  sequence bigint not null, duration_ms bigint not null, hole_ms bigint not null, bytes bigint not null,
  files text not null, failure text not null, settled_ms bigint, deleted_ms bigint, erased_ms bigint,
  stints text default '[]' not null, holes text default '[]' not null,
  constraint recordings_key primary key (tenant, id)
);
create index recordings_by_end on recordings (tenant, ended_ms);
create index recordings_by_life on recordings (sid, state);
create index recordings_by_room on recordings (tenant, room, started_ms, id);
create index recordings_by_time on recordings (tenant, started_ms, id);

-- renditions: words with blanks.
create table tenant_recording (
  tenant text not null, renditions text not null,
  constraint tenant_recording_key primary key (tenant),
  constraint tenant_recording_tenant foreign key (tenant) references tenants (id)
);

-- What LiveKit's Egress calls have begun: what its answers name, and recordings do not. id: of the recording.
-- outputs: file, segments: words with blanks. label: the path or prefix that was asked for. stopped_ms: by
-- StopEgress, or it was seen that it never began.
create table egresses (
  tenant text not null, id text not null, room text not null, source text not null, outputs text not null,
  label text not null, made_ms bigint not null, stopped_ms bigint,
  constraint egresses_key primary key (tenant, id)
);
create index egresses_by_time on egresses (tenant, made_ms, id);

-- search_id: its row in the full-text index of SQLite: 48 random bits. tags: JSON: texts. search_text: of
-- searchTextOf. owner: a user's id; of what API keys made, as they said; '': of none. name: of the file. kind: '':
-- not known yet. failure: one of uploadRefusals; ''. content: id; '': none yet. cover: a data: URL of a chosen one,
-- '': that which was made of the content, if any. chapters: JSON: {startMs, title}. version: rises with each change
-- of what is shown. sequence: of its latest event. deleted_ms: it is not shown from then on.
create table library_items (
  tenant text not null, id text not null, search_id bigint not null, title text not null, description text not null,
  tags text not null, search_text text not null, visibility text not null, owner text not null, name text not null,
  kind text not null, state text not null, failure text not null, detail text not null, content text not null,
  cover text not null, chapters text not null, version bigint not null, sequence bigint not null,
  created_ms bigint not null, changed_ms bigint not null, deleted_ms bigint,
  constraint library_items_key primary key (tenant, id),
  constraint library_items_tenant foreign key (tenant) references tenants (id)
);
create index library_items_by_content on library_items (tenant, content);
create index library_items_by_owner on library_items (tenant, owner, created_ms, id);
create unique index library_items_by_search_id on library_items (search_id);
create index library_items_by_time on library_items (tenant, created_ms, id);

create table library_transcripts (
  tenant text not null, item text not null, language text not null, vtt text not null,
  constraint library_transcripts_key primary key (tenant, item, language)
);

-- id: that of the upload which brought it. sha256: of one tenant and store, one content that is stored has it. node:
-- the node that stored it. store: of LibraryFacts: nodes with the same one have it too. media: JSON of MediaFacts, in
-- our names; '{}' of what is no media.
create table library_contents (
  tenant text not null, id text not null, sha256 text not null, bytes bigint not null, node text not null,
  store text not null, type text not null, kind text not null, media text not null, has_cover integer not null,
  state text not null, created_ms bigint not null,
  constraint library_contents_key primary key (tenant, id),
  constraint library_contents_tenant foreign key (tenant) references tenants (id)
);
create index library_contents_by_hash on library_contents (tenant, sha256);

create table library_blocks (
  tenant text not null, content text not null, number bigint not null, sha256 text not null,
  constraint library_blocks_key primary key (tenant, content, number)
);
create index library_blocks_by_hash on library_blocks (tenant, sha256);

-- fingerprint: '': none. sha256: as announced; '': none. blocks: hashes of all blocks one after another, 64 digits
-- each; '': not announced. proof: JSON: {nonce, ranges} of the question; '': none is asked. parts: JSON: {from,
-- bytes}. copies: JSON: {from, bytes, content, contentFrom}. expires_ms: without its end it is forgotten then.
create table library_uploads (
  tenant text not null, id text not null, item text not null, owner text not null, name text not null,
  bytes bigint not null, fingerprint text not null, sha256 text not null, blocks text not null, node text not null,
  store text not null, state text not null, proof text not null, parts text not null, copies text not null,
  created_ms bigint not null, expires_ms bigint not null,
  constraint library_uploads_key primary key (tenant, id),
  constraint library_uploads_tenant foreign key (tenant) references tenants (id)
);
create index library_uploads_by_end on library_uploads (state, expires_ms);
create index library_uploads_by_item on library_uploads (tenant, item);
create index library_uploads_by_print on library_uploads (tenant, fingerprint);
create index library_uploads_by_time on library_uploads (tenant, created_ms, id);

-- plan: JSON of RenditionPlan; '{}': not analysed yet. done: chunks that are made. failure: code; ''. files: JSON of
-- what join has answered; '{}'. sound: JSON of SoundMade; '{}': not made.
create table library_renditions (
  tenant text not null, content text not null, ordered text not null, state text not null, plan text not null,
  chunks bigint not null, done bigint not null, failure text not null, files text not null, sound text not null,
  created_ms bigint not null,
  constraint library_renditions_key primary key (tenant, content),
  constraint library_renditions_tenant foreign key (tenant) references tenants (id)
);

-- Without a reference to the tenant: its row would be locked while a chunk ends, against the order of removals. Until
-- they are joined.
create table library_rendition_chunks (
  tenant text not null, content text not null, chunk bigint not null, made text not null,
  constraint library_rendition_chunks_key primary key (tenant, content, chunk)
);

-- A tenant without a row has said nothing: as usual.
create table tenant_library (
  tenant text not null, watching text not null,
  constraint tenant_library_key primary key (tenant),
  constraint tenant_library_tenant foreign key (tenant) references tenants (id)
);

-- Without references to the tenant: those that write lock its row first, in the order of removals. One playback, as
-- its player has said it last. id: the player's. viewer: '': the link named no person, or the tenant wants none kept.
-- region: of the library node. seq: that of the highest number counts. qualities: JSON of Quality, a list. cache:
-- host that it came from last; '': the node itself.
create table library_watches (
  tenant text not null, id text not null, item text not null, content text not null, viewer text not null,
  region text not null, seq bigint not null, started_ms bigint not null, last_ms bigint not null,
  startup_ms bigint not null, watched_ms bigint not null, position_ms bigint not null, stalls bigint not null,
  stalled_ms bigint not null, seeks bigint not null, switches bigint not null, qualities text not null,
  has_ended integer not null, cache text not null,
  constraint library_watches_key primary key (tenant, id)
);
create index library_watches_by_item on library_watches (tenant, item, started_ms, id);
create index library_watches_by_time on library_watches (tenant, started_ms);
create index library_watches_by_viewer on library_watches (tenant, viewer) where viewer <> '';

-- Where a person goes on; none of one that reached the end.
create table library_positions (
  tenant text not null, item text not null, viewer text not null, position_ms bigint not null,
  updated_ms bigint not null,
  constraint library_positions_key primary key (tenant, item, viewer)
) without rowid;
create index library_positions_by_time on library_positions (tenant, updated_ms);
create index library_positions_by_viewer on library_positions (tenant, viewer);

-- Playbacks that are counted, for a day: none counts twice.
create table library_starts (
  tenant text not null, id text not null, started_ms bigint not null,
  constraint library_starts_key primary key (tenant, id)
) without rowid;
create index library_starts_by_time on library_starts (started_ms);

-- Playbacks by the hour in which they began. item: '' of links that name none.
create table library_demand (
  tenant text not null, content text not null, item text not null, hour_ms bigint not null, starts bigint not null,
  constraint library_demand_key primary key (tenant, content, item, hour_ms)
) without rowid;
create index library_demand_by_time on library_demand (tenant, hour_ms);

-- id: RC_…, unlike all others of the cloud. site: of agents: those of one site are neighbours; ''. groups: JSON:
-- names. settings: JSON, by kind, without secrets. sealed_settings: JSON of its secrets, sealed; ''. credential_hash:
-- of agents: SHA-256 of its secret, 64 digits; ''. version: rises with each change of settings or credential.
create table distribution_receivers (
  tenant text not null, id text not null, name text not null, kind text not null, region text not null,
  site text not null, groups text not null, settings text not null, sealed_settings text not null,
  credential_hash text not null, version bigint not null, state text not null, created_ms bigint not null,
  changed_ms bigint not null,
  constraint distribution_receivers_key primary key (tenant, id),
  constraint distribution_receivers_tenant foreign key (tenant) references tenants (id)
);
create index distribution_receivers_by_id on distribution_receivers (id);
create index distribution_receivers_by_region on distribution_receivers (region, id);

-- id: DO_…. title: of the item, when it was ordered. name: of the file. targets: JSON, as ordered. total: counts of
-- deliveries; late: of those, ended or not, that missed the deadline. sequence: of its latest event.
create table distribution_orders (
  tenant text not null, id text not null, item text not null, title text not null, content text not null,
  name text not null, bytes bigint not null, priority text not null, deadline_ms bigint, targets text not null,
  made_by text not null, state text not null, total bigint not null, done bigint not null, failed bigint not null,
  cancelled bigint not null, late bigint not null, sequence bigint not null, created_ms bigint not null,
  ended_ms bigint,
  constraint distribution_orders_key primary key (tenant, id),
  constraint distribution_orders_tenant foreign key (tenant) references tenants (id)
);
create index distribution_orders_by_content on distribution_orders (tenant, content) where state = 'running';
create index distribution_orders_by_time on distribution_orders (tenant, created_ms, id);

-- id: DL_…. region: of the receiver. priority: its place in priorities. rank_ms: of its priority, lower ones are
-- noticed first: the deadline, else the time of the order. place: of its notice; ''. noticed_ms: when it was first
-- noticed: a notice that is sent again does not change it. token_ends_ms: of its notice's token; 0. lease_ms: until
-- then an instance is sending its notice. late: 1: it missed its deadline. took_ms: from its first byte to the last,
-- as the receiver says.
create table distribution_deliveries (
  tenant text not null, id text not null, order_id text not null, receiver text not null, region text not null,
  item text not null, content text not null, bytes bigint not null, priority integer not null,
  rank_ms bigint not null, deadline_ms bigint, state text not null, place text not null, noticed_ms bigint,
  token_ends_ms bigint not null, lease_ms bigint not null, attempts bigint not null, code text not null,
  detail text not null, late integer not null, took_ms bigint not null, neighbour_bytes bigint not null,
  created_ms bigint not null, ended_ms bigint,
  constraint distribution_deliveries_key primary key (tenant, id)
);
create index distribution_deliveries_by_end on distribution_deliveries (tenant, ended_ms);
create index distribution_deliveries_by_order on distribution_deliveries (tenant, order_id, id);
create index distribution_deliveries_by_receiver on distribution_deliveries (tenant, receiver, created_ms, id);
create index distribution_deliveries_by_time on distribution_deliveries (tenant, created_ms, id);
create index distribution_deliveries_due
  on distribution_deliveries (deadline_ms) where state in ('waiting', 'noticed') and late = 0;
create index distribution_deliveries_noticed on distribution_deliveries (noticed_ms, id) where state = 'noticed';
create index distribution_deliveries_open
  on distribution_deliveries (tenant, state, id) where state in ('waiting', 'noticed', 'failed');
create index distribution_deliveries_waiting
  on distribution_deliveries (priority, rank_ms, id) where state = 'waiting';
`,
  {
    // Index without the texts, kept up to date by triggers. The texts themselves stay in the rows.
    sqlite: `
create virtual table library_search using fts5(search_text, content='', contentless_delete=1);
create trigger library_search_new after insert on library_items begin
      insert into library_search(rowid, search_text) values (new.search_id, new.search_text); end;
create trigger library_search_gone after delete on library_items begin
      delete from library_search where rowid = old.search_id; end;
create trigger library_search_changed after update of search_text on library_items begin
      update library_search set search_text = new.search_text where rowid = new.search_id; end;
`,
    postgres: `
create index library_items_search on library_items using gin (to_tsvector('simple', search_text));
`,
  },
);
