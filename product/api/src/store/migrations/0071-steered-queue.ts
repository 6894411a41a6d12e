import { schema } from './schema.ts';

export const steeredQueue = schema(`
-- views: decayed views of a content at at_ms (core/heat.ts).
create table library_heats (
  tenant text not null, content text not null, views double precision not null, at_ms bigint not null,
  constraint library_heats_key primary key (tenant, content)
);
create index library_heats_by_time on library_heats (at_ms);

-- paused: 1: its open deliveries wait until it goes on. heat: level of its content that its deliveries have.
alter table distribution_orders add column paused integer not null default 0;
alter table distribution_orders add column heat bigint not null default 0;

-- rank_ms: virtual time by which deliveries of one priority are ordered (core/delivery-rank.ts). heat: level of the
-- content in rank_ms. revision: rises with each change of priority, deadline, rank or pause. sent_revision: revision
-- that the receiver's channel has. proof: what the receipt is founded on (proofs in contract.ts).
alter table distribution_deliveries add column heat bigint not null default 0;
alter table distribution_deliveries add column paused integer not null default 0;
alter table distribution_deliveries add column revision bigint not null default 0;
alter table distribution_deliveries add column sent_revision bigint not null default 0;
alter table distribution_deliveries add column proof text not null default '';
create index distribution_deliveries_unsent
  on distribution_deliveries (tenant, id) where state = 'noticed' and revision <> sent_revision;
create index distribution_deliveries_queue
  on distribution_deliveries (tenant, receiver, paused, priority, rank_ms, id) where state in ('waiting', 'noticed');
create index distribution_deliveries_by_content
  on distribution_deliveries (tenant, content) where state in ('waiting', 'noticed');

-- rates: JSON of Rates (files/distribution/src/contract.ts); '{}': no ceiling.
alter table distribution_receivers add column rates text not null default '{}';

-- Ended deliveries by day. day: YYYY-MM-DD in UTC. priority: its place in priorities. bytes: of those that are done.
-- took_ms: sum of the times from order to receipt of those that are done.
create table distribution_days (
  tenant text not null, day text not null, region text not null, receiver text not null, priority integer not null,
  done bigint not null, failed bigint not null, cancelled bigint not null, late bigint not null,
  bytes bigint not null, neighbour_bytes bigint not null, took_ms bigint not null,
  constraint distribution_days_key primary key (tenant, day, region, receiver, priority)
);
create index distribution_days_by_day on distribution_days (day);
`);
