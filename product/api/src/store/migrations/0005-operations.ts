import { schema } from './schema.ts';

export const operations = schema(`
-- state: firing | clearing | over. value: numbers, which may be fractions. labels: JSON. inhibited_by: "RULE SUBJECT"
-- of its cause; ''.
create table alarms (
  id text primary key, rule text not null, subject text not null, severity text not null, state text not null,
  value text not null, limit_value text not null, labels text not null, text text not null,
  inhibited_by text not null, started_ms bigint not null, ended_ms bigint, ack_ms bigint, ack_by text not null,
  ack_note text not null
);
create index alarms_by_state on alarms (state, started_ms);
create index alarms_by_time on alarms (started_ms, id);

-- kind: fired | cleared | acknowledged.
create table alarm_changes (
  id text primary key, alarm text not null, at_ms bigint not null, kind text not null, by_id text not null,
  note text not null
);
create index alarm_changes_by_alarm on alarm_changes (alarm, at_ms);

-- id: one row. turn: rises with each look: of two judges at once one is refused. state: JSON of JudgeState.
create table alarm_judge (id text primary key, turn bigint not null, state text not null);

-- matchers: JSON.
create table alarm_silences (
  id text primary key, matchers text not null, starts_ms bigint not null, ends_ms bigint not null,
  reason text not null, by_id text not null, created_ms bigint not null
);
create index alarm_silences_by_end on alarm_silences (ends_ms);

-- kind: webhook | mail | sms | alertmanager. sealed_target: JSON of Target, sealed: it has secrets, addresses and
-- numbers.
create table alarm_receivers (
  id text primary key, name text not null, kind text not null, severity text not null, matchers text not null,
  after_ms bigint not null, repeat_ms bigint not null, is_enabled integer not null, sealed_target text not null,
  created_ms bigint not null, updated_ms bigint not null
);

-- severity: ''; as the rule says.
create table alarm_rules (
  rule text primary key, severity text not null, limit_value text not null, for_ms bigint, is_off integer not null,
  updated_ms bigint not null
);

-- state: pending | delivered | failed | cancelled. content: JSON of NoticeContent.
create table alarm_notifications (
  id text primary key, receiver text not null, receiver_name text not null, state text not null,
  content text not null, attempts bigint not null, created_ms bigint not null, done_ms bigint, last_status bigint,
  last_error text not null
);
create index alarm_notifications_by_time on alarm_notifications (created_ms);

create table alarm_notified (
  alarm text not null, notification text not null,
  constraint alarm_notified_key primary key (alarm, notification)
);
create index alarm_notified_by_message on alarm_notified (notification);

-- Of a node that lives, every five minutes: means since the sample before, or what it said last. at_ms: the end of
-- the five minutes. incarnation: ''; not known. sessions_max: 0: no limit is known.
create table node_samples (
  at_ms bigint not null, node text not null, host text not null, kind text not null, region text not null,
  incarnation text not null, cpu_ppm bigint not null, tx_bps bigint not null, rx_bps bigint not null,
  sessions bigint not null, sessions_max bigint not null, rss_bytes bigint not null, disk_used_bytes bigint,
  disk_bytes bigint,
  constraint node_samples_key primary key (at_ms, node)
) without rowid;

-- Its samples of an hour. at_ms: the end of the hour, of UTC. minutes: in which it lived, and was seen: of 60.
create table node_hours (
  at_ms bigint not null, node text not null, host text not null, kind text not null, region text not null,
  minutes bigint not null, cpu_ppm bigint not null, cpu_peak_ppm bigint not null, tx_bytes bigint not null,
  rx_bytes bigint not null, tx_peak_bps bigint not null, rx_peak_bps bigint not null,
  session_minutes bigint not null, sessions_peak bigint not null, sessions_max bigint not null,
  rss_peak_bytes bigint not null, disk_used_bytes bigint, disk_bytes bigint,
  constraint node_hours_key primary key (at_ms, node)
) without rowid;

-- All nodes of a region that live, every five minutes: percentiles of its traffic come from these. open_sessions: on
-- media nodes that take new ones, and what they can have; 0: no limit is known.
create table region_samples (
  at_ms bigint not null, region text not null, nodes bigint not null, tx_bps bigint not null,
  rx_bps bigint not null, sessions bigint not null, open_sessions bigint not null, open_max bigint not null,
  constraint region_samples_key primary key (at_ms, region)
) without rowid;

-- What media nodes of one region sent to those of another, of an hour; a relayed path is each of its legs. at_ms: the
-- end of the hour, of UTC. peak_bps: the largest mean of five minutes.
create table link_hours (
  at_ms bigint not null, from_region text not null, to_region text not null, sent_bytes bigint not null,
  peak_bps bigint not null,
  constraint link_hours_key primary key (at_ms, from_region, to_region)
) without rowid;

-- Its hours of a day that is over. at_ms: the end of the day, of UTC. peaks_bps: peak_bps of each, with blanks
-- between.
create table link_days (
  at_ms bigint not null, from_region text not null, to_region text not null, sent_bytes bigint not null,
  peaks_bps text not null,
  constraint link_days_key primary key (at_ms, from_region, to_region)
) without rowid;

-- last_ms: when its last report came, and what that was.
create table dial_testers (
  region text not null, probe text not null, host text not null, every_s bigint not null, last_ms bigint not null,
  digest text not null,
  constraint dial_testers_key primary key (region, probe)
);

-- kind: dialKinds. to_region: '' of calls and bookings. stage: of a failure: dialStages, a code, a sentence; '' of a
-- success. served_by: '': not known.
create table dial_results (
  region text not null, kind text not null, to_region text not null, received_ms bigint not null,
  probe text not null, is_ok integer not null, stage text not null, code text not null, text text not null,
  join_ms bigint, first_frame_ms bigint, gap_ms bigint, served_by text not null, served_region text not null,
  constraint dial_results_key primary key (region, kind, to_region, received_ms, probe)
) without rowid;
create index dial_results_by_time on dial_results (received_ms, region);
create index dial_results_failed on dial_results (received_ms) where is_ok = 0;

-- Of a month of dial tests, calls are one in forty; of results, few are failures. joins: how many results had the
-- time, and its sum.
create table dial_hours (
  region text not null, kind text not null, to_region text not null, hour_ms bigint not null, tried bigint not null,
  failed bigint not null, joins bigint not null, join_ms bigint not null, first_frames bigint not null,
  first_frame_ms bigint not null, gaps bigint not null, gap_ms bigint not null,
  constraint dial_hours_key primary key (region, kind, to_region, hour_ms)
);
create index dial_hours_by_time on dial_hours (hour_ms);
create index dial_hours_calls on dial_hours (hour_ms, region, tried, failed) where kind = 'call';

-- Rooms that are watched all the time while they are live. added_by: id of a user, or of the operator's key.
create table wall_rooms (
  tenant text not null, room text not null, added_by text not null, added_ms bigint not null,
  constraint wall_rooms_key primary key (tenant, room),
  constraint wall_rooms_tenant foreign key (tenant) references tenants (id)
);

-- A tenant without a row has said nothing: they may.
create table tenant_wall (
  tenant text not null, is_refused integer not null,
  constraint tenant_wall_key primary key (tenant),
  constraint tenant_wall_tenant foreign key (tenant) references tenants (id)
);

-- id: one row. recipients: JSON: addresses.
create table inspection_settings (
  id text primary key, hour integer not null, time_zone text not null, language text not null,
  recipients text not null, updated_ms bigint not null
);

-- Reports of the last days, by the day of the zone in which they were made. day: 2026-11-23. report: JSON of
-- InspectionReport.
create table inspections (
  day text not null, made_ms bigint not null, problems integer not null, attentions integer not null,
  report text not null,
  constraint inspections_key primary key (day)
);

-- Nodes that take no new sessions, since when this has been seen.
create table inspection_closed (
  node text not null, since_ms bigint not null,
  constraint inspection_closed_key primary key (node)
);

-- The last back-up. One row.
create table inspection_backup (id text primary key, at_ms bigint not null);

-- One row at most. prices: costPrices of schemas.ts, JSON.
create table cost_prices (id text primary key, prices text not null, updated_ms bigint not null);
`);
