import { schema } from './schema.ts';

/** Recordings, the library, and the distribution of files. */
export const files = schema(
  `
-- stints: the recorders that had it, each from when on.
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

create table tenant_recording (
  tenant text not null, renditions text not null,
  constraint tenant_recording_key primary key (tenant),
  constraint tenant_recording_tenant foreign key (tenant) references tenants (id)
);

-- What LiveKit's Egress calls have begun: what its answers name, and recordings do not.
create table egresses (
  tenant text not null, id text not null, room text not null, source text not null, outputs text not null,
  label text not null, made_ms bigint not null, stopped_ms bigint,
  constraint egresses_key primary key (tenant, id)
);
create index egresses_by_time on egresses (tenant, made_ms, id);

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

create table library_renditions (
  tenant text not null, content text not null, ordered text not null, state text not null, plan text not null,
  chunks bigint not null, done bigint not null, failure text not null, files text not null, sound text not null,
  created_ms bigint not null,
  constraint library_renditions_key primary key (tenant, content),
  constraint library_renditions_tenant foreign key (tenant) references tenants (id)
);

-- Without a reference to the tenant: its row would be locked while a chunk ends, against the order of removals.
create table library_rendition_chunks (
  tenant text not null, content text not null, chunk bigint not null, made text not null,
  constraint library_rendition_chunks_key primary key (tenant, content, chunk)
);

create table tenant_library (
  tenant text not null, watching text not null,
  constraint tenant_library_key primary key (tenant),
  constraint tenant_library_tenant foreign key (tenant) references tenants (id)
);

-- Without references to the tenant: those that write lock its row first, in the order of removals.
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

create table library_positions (
  tenant text not null, item text not null, viewer text not null, position_ms bigint not null,
  updated_ms bigint not null,
  constraint library_positions_key primary key (tenant, item, viewer)
) without rowid;
create index library_positions_by_time on library_positions (tenant, updated_ms);
create index library_positions_by_viewer on library_positions (tenant, viewer);

create table library_starts (
  tenant text not null, id text not null, started_ms bigint not null,
  constraint library_starts_key primary key (tenant, id)
) without rowid;
create index library_starts_by_time on library_starts (started_ms);

create table library_demand (
  tenant text not null, content text not null, item text not null, hour_ms bigint not null, starts bigint not null,
  constraint library_demand_key primary key (tenant, content, item, hour_ms)
) without rowid;
create index library_demand_by_time on library_demand (tenant, hour_ms);

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
    // An index apart, which triggers keep as the rows are. The texts themselves stay in the rows.
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
