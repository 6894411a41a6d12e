import { schema } from './schema.ts';

/** Makes a table of periods of 10 s, a minute or an hour; each ends at `at_ms`. */
const periods = <const Name extends string>(name: Name) =>
  `
create table ${name} (
  session bigint not null, at_ms bigint not null, period_ms integer not null, measured_ms integer not null,
  strong integer not null, medium integer not null, weak integer not null, unknown integer not null,
  node_id text not null, source integer not null, rtt_us integer not null, jitter_us integer not null,
  outbound_loss_ppm integer not null, inbound_loss_ppm integer not null, concealed_ppm integer not null,
  freeze_count integer not null, freeze_ms integer not null, sent_bps integer not null,
  received_bps integer not null, available_bps integer not null, sent_height integer not null,
  received_height integer not null, received_fps_tenths integer not null, layer integer not null,
  layer_switches integer not null,
  constraint ${name}_key primary key (session, at_ms)
) without rowid;
create index ${name}_by_time on ${name} (at_ms);
` as const;
const joins = <const Name extends string>(name: Name) =>
  `
-- Joins of clients in minutes and hours, which begin at from_ms; region: of the signaling node; tenant: '': its token
-- could not be read, or there were too many tenants; code: '': it succeeded.
create table ${name} (
  from_ms bigint not null, region text not null, tenant text not null, code text not null, joins bigint not null,
  constraint ${name}_key primary key (from_ms, region, tenant, code)
) without rowid;
create index ${name}_by_tenant on ${name} (tenant, from_ms, region, code);
` as const;

export const sessions = schema(`
-- Few of all rows are in the indexes of those that go on, and what each record changes is in none. key: later
-- sessions have larger ones (core/session-keys.ts). tenant: '': nothing but its records is known yet. decision_id: of
-- its join. place: '': not known, and nothing of the next three. last_ms: end of its last record, and what that said.
-- from_nodes: media nodes, with blanks between. strength: strengthCodes. loss_ppm: of the worse direction. is_live:
-- 1: it may go on; after a minute without records, or its end, 0. minute_from_ms: its earliest record that is in no
-- minute yet, and minute that is in no hour yet; 0: none. to_roll: 1: one of them is not 0.
create table quality_sessions (
  key bigint not null, session_id text not null, tenant text default '' not null, room text default '' not null,
  sid text default '' not null, identity text default '' not null, name text default '' not null,
  protocol text default '' not null, joined_ms bigint default 0 not null, left_ms bigint,
  signaling_id text default '' not null, decision_id text default '' not null, sdk text default '' not null,
  device text default '' not null, transport text default '' not null, network text default '' not null,
  place text default '' not null, country_code text default '' not null, latitude_tenths integer default 0 not null,
  longitude_tenths integer default 0 not null, last_ms bigint default 0 not null, node_id text default '' not null,
  from_nodes text default '' not null, strength integer default 0 not null, rtt_us integer default 0 not null,
  loss_ppm integer default 0 not null, freeze_ppm integer default 0 not null, is_live integer default 0 not null,
  minute_from_ms bigint default 0 not null, hour_from_ms bigint default 0 not null,
  to_roll integer default 0 not null,
  constraint quality_sessions_key primary key (key),
  constraint quality_sessions_by_id unique (session_id)
);
create index quality_sessions_at_node on quality_sessions (node_id, key) where is_live = 1;
create index quality_sessions_by_life on quality_sessions (sid, key);
create index quality_sessions_by_tenant on quality_sessions (tenant, key);
create index quality_sessions_live on quality_sessions (tenant, room, key) where is_live = 1;
create index quality_sessions_of_none on quality_sessions (key) where tenant = '';
create index quality_sessions_to_roll on quality_sessions (key) where to_roll = 1;

${periods('quality_10s')}
${periods('quality_1m')}
${periods('quality_1h')}

create table session_events (
  session bigint not null, at_ms bigint not null, kind text not null, source text not null, from_node text not null,
  to_node text not null, reason text not null, decision_id text not null,
  constraint session_events_key primary key (session, at_ms, kind, source, from_node, to_node)
) without rowid;
create index session_events_by_time on session_events (at_ms);

-- story: decisionStory of console/schemas.ts, JSON.
create table session_decisions (
  session bigint not null, decision_id text not null, made_ms bigint not null, story text not null,
  constraint session_decisions_key primary key (session, decision_id)
);
create index session_decisions_by_time on session_decisions (made_ms);

${joins('join_minutes')}
${joins('join_hours')}

-- By process of a signaling node: the last portion of joins that is counted.
create table join_portions (
  node_id text not null, incarnation text not null, number bigint not null, at_ms bigint not null,
  constraint join_portions_key primary key (node_id, incarnation)
);
create index join_portions_by_time on join_portions (at_ms);

-- from_ms: the hour's beginning. region: '': not known. tenant: '': of none. Measured time of sessions, in how much
-- of it pictures stood still, and their bytes as clients measured them.
create table sla_media_hours (
  from_ms bigint not null, region text not null, tenant text not null, session_ms bigint not null,
  freeze_ms bigint not null, sent_bytes bigint default 0 not null, received_bytes bigint default 0 not null,
  constraint sla_media_hours_key primary key (from_ms, region, tenant)
) without rowid;
create index sla_media_hours_by_tenant on sla_media_hours (tenant, from_ms, region);

-- Sums of days that are over, of which from_ms is the beginning.
create table sla_media_days (
  from_ms bigint not null, region text not null, tenant text not null, session_ms bigint not null,
  freeze_ms bigint not null, sent_bytes bigint not null, received_bytes bigint not null,
  constraint sla_media_days_key primary key (from_ms, region, tenant)
) without rowid;
create index sla_media_days_by_tenant on sla_media_days (tenant, from_ms);

-- Answers of the api: below 400, 4xx, 5xx; the region is that of the instance.
create table sla_api_hours (
  from_ms bigint not null, region text not null, tenant text not null, succeeded bigint not null,
  refused bigint not null, failed bigint not null,
  constraint sla_api_hours_key primary key (from_ms, region, tenant)
) without rowid;
create index sla_api_hours_by_tenant on sla_api_hours (tenant, from_ms, region);

create table sla_api_days (
  from_ms bigint not null, region text not null, tenant text not null, succeeded bigint not null,
  refused bigint not null, failed bigint not null,
  constraint sla_api_days_key primary key (from_ms, region, tenant)
) without rowid;
create index sla_api_days_by_tenant on sla_api_days (tenant, from_ms);

-- Joins of tenants, of all regions together, as core/judge.ts judges them. joins: all of them. counted: without
-- refusals by a rule, and answers to come again. counted_ms: of hours with joins that count; of these, what was bad.
create table sla_join_days (
  from_ms bigint not null, tenant text not null, joins bigint not null, counted bigint not null,
  failed bigint not null, counted_ms bigint not null, bad_us bigint not null,
  constraint sla_join_days_key primary key (from_ms, tenant)
) without rowid;
create index sla_join_days_by_tenant on sla_join_days (tenant, from_ms);

-- Joins of hours of days that are over, of all tenants together. later: answers to come again. failed: by the cloud's
-- fault.
create table sla_region_hours (
  from_ms bigint not null, region text not null, succeeded bigint not null, later bigint not null,
  failed bigint not null,
  constraint sla_region_hours_key primary key (from_ms, region)
) without rowid;

-- Windows that an operator has declared: whole hours. region: '': all of them.
create table sla_exclusions (
  id text primary key, region text not null, from_ms bigint not null, to_ms bigint not null, reason text not null,
  by_id text not null, created_ms bigint not null
);
create index sla_exclusions_by_time on sla_exclusions (to_ms, id);
`);
