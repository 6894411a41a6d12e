import { schema } from './schema.ts';

export const rooms = schema(`
-- Rooms whose policies keep clients out have guards: nodes ask for them. An api of an older version changes the
-- policy without it: guards_version is the version of the policy for which it was found. name_key: of the name
-- (nameKeyOf), so that both databases sort alike. version: that of the policy. created_ms: null: it was not created,
-- an owner has reported it. idle_ms_max: it is forgotten when it was not used for so long; 0: it is kept. booked: of
-- a meeting's room: the BookedPolicy that was applied, as JSON.
create table rooms (
  tenant text not null, name text not null, name_key text not null, version bigint not null, policy text not null,
  created_ms bigint, idle_ms_max bigint not null, forget_ms bigint, booked text, guards integer default 0 not null,
  guards_version integer default -1 not null,
  constraint rooms_key primary key (tenant, name)
);
create index rooms_by_forget on rooms (forget_ms);
create index rooms_by_name_key on rooms (tenant, name_key);
create index rooms_guards on rooms (guards, tenant, name);
create index rooms_guards_unknown on rooms (tenant, name) where guards_version <> version;

-- estimated: 1: no owner reported the end. epoch: of the latest owner that sent a roster, and when it did. opened: 1:
-- companies have the event. info: roomInfo, JSON. sequence: of the latest event. lost: entries that owners could not
-- keep. unowned_ms: when a sweep first found the room without an owner; null: it has one, as far as is known.
create table room_lives (
  sid text primary key, tenant text not null, room text not null, started_ms bigint not null, ended_ms bigint,
  end_reason text not null, estimated bigint not null, epoch bigint not null, roster_ms bigint not null,
  opened bigint not null, finished bigint not null, info text not null, sequence bigint not null,
  lost bigint not null, unowned_ms bigint, heard_ms bigint not null
);
create index room_lives_by_end on room_lives (ended_ms);
create index room_lives_by_room on room_lives (tenant, room, started_ms);
create index room_lives_by_time on room_lives (tenant, started_ms, sid);

-- participant: participant without tracks, JSON.
create table room_stays (
  id text primary key, sid text not null, tenant text not null, session_id text not null, identity text not null,
  name text not null, kind text not null, protocol text not null, region text not null, node_id text not null,
  joined_ms bigint not null, joined_epoch bigint not null, joined_seq bigint not null, left_ms bigint,
  left_epoch bigint not null, left_seq bigint not null, left_reason text not null, estimated bigint not null,
  epoch bigint not null, participant text not null
);
create index room_stays_by_identity on room_stays (tenant, identity);
create index room_stays_by_life on room_stays (sid, joined_ms, id);

-- told_ms: when the signaling node heard it; when it was stored. route: media nodes, its own first; JSON.
create table stay_quality (
  tenant text not null, session_id text not null, sid text not null, told_ms bigint not null,
  heard_ms bigint not null, signaling_id text not null, route text not null, location text not null,
  sdk text not null, device text not null, transport text not null, measured_s bigint not null,
  resumes bigint not null, rtt_p50_ms bigint not null, rtt_p95_ms bigint not null, packets_sent bigint not null,
  packets_sent_lost bigint not null, packets_received bigint not null, packets_received_lost bigint not null,
  bytes_sent bigint not null, bytes_received bigint not null, freeze_count bigint not null,
  freeze_ms bigint not null, sent_width bigint not null, sent_height bigint not null,
  received_width bigint not null, received_height bigint not null,
  constraint stay_quality_once primary key (tenant, session_id)
);
create index stay_quality_by_age on stay_quality (heard_ms);
create index stay_quality_by_life on stay_quality (sid);

create table journal_entries (
  sid text not null, epoch bigint not null, seq bigint not null,
  constraint journal_entries_once primary key (sid, epoch, seq)
);

create table journal_losses (
  sid text not null, epoch bigint not null, lost bigint not null,
  constraint journal_losses_once primary key (sid, epoch)
);

-- sequence: dense per sid, from 1. created_ms: when it was stored. body: webhookBody without id, event, sequence,
-- JSON.
create table events (
  id text primary key, tenant text not null, sid text not null, room text not null, sequence bigint not null,
  type text not null, at_ms bigint not null, created_ms bigint not null, body text not null,
  constraint events_in_order unique (sid, sequence)
);
create index events_by_time on events (tenant, created_ms, id);

-- key: one job of a kind has it. lane: jobs of a lane share a bound; nodes keep to the lanes that they have. rank_ms:
-- 0: in the order of run_at_ms. cause: JSON of Cause: from which rank_ms is made. added: how often it was added since
-- it exists: more than when it began, and it runs once more. worker: '': this service does it; else nodes of this
-- kind. worker_node: that has it, or had it last; ''. done: 0 to 1, as its node says. result: JSON: {code, detail} of
-- its last failure at a node; '{}'. pool: whose slots it takes: '' those of its kind, else one of the kind's pools,
-- of what nodes do: where it can be done (Take.pools); '': at any.
create table jobs (
  id text primary key, kind text not null, key text not null, tenant text not null, lane text not null,
  payload text not null, run_at_ms bigint not null, attempts bigint not null, added bigint not null,
  lease_until_ms bigint not null, leased_by text not null, created_ms bigint not null,
  pool text default '' not null, rank_ms bigint default 0 not null, cause text default '{}' not null,
  worker text default '' not null, worker_node text default '' not null, result text default '{}' not null,
  done double precision default 0 not null,
  constraint jobs_once unique (kind, key)
);
create index jobs_at_nodes on jobs (worker, kind) where worker <> '' and leased_by <> '';
create index jobs_by_lane on jobs (kind, lane);
create index jobs_by_rank on jobs (kind, pool, (coalesce(nullif(rank_ms, 0), run_at_ms)), id) where worker = '';
create index jobs_of_nodes
  on jobs (worker, kind, tenant, (coalesce(nullif(rank_ms, 0), run_at_ms)), id) where worker <> '';

-- events: words with blanks; '': all. format: standard | livekit. signer: the API key that signs in LiveKit's form,
-- ''. state: enabled | disabled. state_reason: '' | request | gone. sealed_previous: the secret before, valid until
-- previous_until_ms; ''. pool: of Deliveries, by its last attempt: '' it was prompt, or answered; slow; new: there
-- was none.
create table webhooks (
  id text primary key, tenant text not null, url text not null, description text not null, events text not null,
  format text not null, signer text not null, state text not null, state_reason text not null,
  sealed_secret text not null, sealed_previous text not null, previous_until_ms bigint not null,
  created_ms bigint not null, updated_ms bigint not null, pool text default '' not null
);
create index webhooks_by_tenant on webhooks (tenant, created_ms, id);

-- lane: what is delivered in order: the sid of a room, or the delivery alone. state: pending | delivered | failed |
-- cancelled. last_status: 0: no answer.
create table webhook_deliveries (
  id text primary key, tenant text not null, webhook text not null, event text not null, type text not null,
  lane text not null, sequence bigint not null, state text not null, attempts bigint not null,
  created_ms bigint not null, first_failed_ms bigint, next_ms bigint not null, done_ms bigint, last_status bigint,
  last_error text not null, last_took_ms bigint
);
create index webhook_deliveries_by_end on webhook_deliveries (tenant, done_ms);
create index webhook_deliveries_by_lane on webhook_deliveries (webhook, lane, state, sequence);
create index webhook_deliveries_by_time on webhook_deliveries (webhook, created_ms, id);
create index webhook_deliveries_done on webhook_deliveries (done_ms);
create index webhook_deliveries_due on webhook_deliveries (next_ms) where state = 'pending';

-- grants: linkGrants as JSON. password: as Passwords made it. meeting: its room too; null: a caller made the link.
-- invitee: null: of the meeting's number. made_by: id of the user that made it; null: a key did, or a meeting.
create table join_links (
  id text primary key, tenant text not null references tenants (id), code_hash text not null unique,
  room text not null, title text not null, identity text, name text, grants text not null, lobby integer not null,
  can_invite integer not null, password text, uses integer not null, max_uses integer not null,
  created_ms bigint not null, expires_ms bigint not null, revoked_ms bigint, meeting text, invitee text,
  made_by text
);
create index join_links_by_end on join_links (expires_ms);
create index join_links_by_meeting on join_links (meeting, invitee);
create index join_links_by_tenant on join_links (tenant, created_ms);

create table join_link_browsers (
  link text not null references join_links (id) on delete cascade, browser_hash text not null,
  identity text not null,
  constraint join_link_browsers_key primary key (link, browser_hash)
);

-- id: also the tokenId by which it is revoked. uses: publish | play | both. api_key: by which it is sealed.
-- created_by: kind:id of a Principal.
create table stream_keys (
  id text primary key, tenant text not null, room text not null, identity text not null, name text not null,
  uses text not null, api_key text not null, created_by text not null, created_ms bigint not null,
  expires_ms bigint not null
);
create index stream_keys_by_end on stream_keys (expires_ms);
create index stream_keys_by_time on stream_keys (tenant, created_ms, id);

-- kind: push | pull. api_key: by which gateways act. shown_url: without what is secret. picture: of a push; '': the
-- active speaker's. identity: of a pull's participant. gateway: which has it, or was asked last. created_by: kind:id
-- of a Principal.
create table room_streams (
  id text primary key, tenant text not null, room text not null, kind text not null, api_key text not null,
  fence text not null, sealed_url text not null, shown_url text not null, picture text not null,
  identity text not null, name text not null, gateway text not null, created_by text not null,
  created_ms bigint not null, ends_ms bigint not null
);
create index room_streams_by_time on room_streams (tenant, created_ms, id);

-- indexed_until_ms: later occurrences are not in meeting_occurrences yet; null: there are none. body: the whole
-- Meeting as JSON.
create table meetings (
  id text primary key, tenant text not null references tenants (id), number text not null unique,
  room text not null, title text not null, status text not null, version integer not null, indexed_until_ms bigint,
  created_ms bigint not null, body text not null
);
create index meetings_by_tenant on meetings (tenant, created_ms);
create index meetings_to_index on meetings (indexed_until_ms);

-- title: null: the meeting's.
create table meeting_occurrences (
  meeting text not null, original_start text not null, tenant text not null, starts_ms bigint not null,
  ends_ms bigint not null, title text,
  constraint meeting_occurrences_key primary key (meeting, original_start)
);
create index meeting_occurrences_by_start on meeting_occurrences (starts_ms, meeting, original_start);
create index meeting_occurrences_by_time on meeting_occurrences (tenant, starts_ms, meeting, original_start);

-- id:IDENTITY and mail:ADDRESS of hosts and invitees. starts_ms: of a meeting that takes place once; null: of a
-- series, or it does not take place.
create table meeting_persons (
  tenant text not null, person text not null, meeting text not null, starts_ms bigint, ends_ms bigint,
  constraint meeting_persons_key primary key (tenant, person, meeting)
);
create index meeting_persons_by_meeting on meeting_persons (meeting);
create index meeting_persons_by_time on meeting_persons (tenant, person, starts_ms, meeting, ends_ms);

-- token_hash: SHA-256 in hex. user_id: one of the two says whose meetings it has. made_by: the user that made it,
-- null: a key of the api did, or it is unknown.
create table calendar_feeds (
  id text primary key, tenant text not null references tenants (id), token_hash text not null unique, user_id text,
  room text, created_ms bigint not null, made_by text
);
create index calendar_feeds_by_tenant on calendar_feeds (tenant, created_ms, id);
`);
