// Metrics of this service. Labels have few values each: error codes, message names.
import type { Metrics } from '@meridian/runtime';
import type { ServiceCounters } from './clients/context.ts';

export interface ServiceGauges {
  sockets(): number;
  unproven(): number;
  waiters(): number;
  journalEntries(): number;
  qualityRecordsWaiting(): number;
  sessions(): number;
  rooms(): number;
  ownedRooms(): number;
  nodeLinks(): number;
  peerLinks(): number;
}

/** Registers the metrics; a scrape reads the gauges. */
export function serviceMetrics(metrics: Metrics): ServiceCounters & {
  refused(why: string): void;
  liveKitDropped(why: string): void;
  watch(gauges: ServiceGauges): void;
} {
  const frames = metrics.tally('frames_total', 'Client frames by direction and message.', ['direction', 'body']);
  const errors = metrics.counter('errors_total', 'Errors sent to clients, by code.', ['code']);
  const dropped = metrics.counter('data_dropped_total', 'Data messages dropped because the client is slow.', ['kind']);
  const timings = metrics.counter(
    'timings_total',
    'Round trips reported by clients, and echo sockets without a ticket, by kind.',
    ['kind'],
  );
  const moves = metrics.counter('moves_total', 'Session moves: BEGUN, OK or error code.', ['result']);
  const moveMs = metrics.histogram(
    'move_ms',
    "Duration of a session's move.",
    [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000],
    ['result'],
  );
  const journal = metrics.counter('journal_entries_total', 'Journal entries by outcome: stored by an api, or lost.', [
    'outcome',
  ]);
  const refused = metrics.counter(
    'sockets_refused_total',
    'Refused connections, and sockets closed for a flood; evicted and late: closed before the client authenticated.',
    ['reason'],
  );
  const liveKitDropped = metrics.counter(
    'livekit_dropped_total',
    'LiveKit client messages that were not served, by error code, or ignored.MESSAGE.',
    ['reason'],
  );
  return {
    frame: (direction, body) => frames.inc(direction, body),
    error: (code) => errors.inc({ code }),
    dataDropped: (kind) => dropped.inc({ kind }),
    ...joinMetrics(metrics),
    timing: (kind) => timings.inc({ kind }),
    move: (result, tookMs) => {
      moves.inc({ result });
      if (result !== 'BEGUN') moveMs.observe({ result: result === 'OK' ? result : 'failed' }, tookMs);
    },
    journalSettled: (outcome, entries) => journal.inc({ outcome }, entries),
    ...qualityMetrics(metrics),
    refused: (why) => refused.inc({ reason: why }),
    liveKitDropped: (why) => liveKitDropped.inc({ reason: why }),
    watch: (gauges) => {
      const help: Record<keyof ServiceGauges, string> = {
        sockets: 'Open client sockets.',
        unproven: 'Client connections that have not authenticated, or are idle between two requests.',
        waiters: 'Participants of this node that wait in a lobby.',
        journalEntries: 'Entries of owned rooms’ journals that no api has stored yet.',
        qualityRecordsWaiting: 'Quality records of sessions that no api has stored yet.',
        sessions: 'Sessions of this node, detached ones included.',
        rooms: 'Rooms with clients at this node.',
        ownedRooms: 'Rooms that this node owns.',
        nodeLinks: 'Open links to media nodes.',
        peerLinks: 'Signaling nodes with an open link.',
      };
      for (const name of Object.keys(help) as (keyof ServiceGauges)[]) {
        const gauge = metrics.gauge(
          name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          help[name],
        );
        (gauge as unknown as { collect: () => void }).collect = () => gauge.set(gauges[name]());
      }
    },
  };
}

function qualityMetrics(metrics: Metrics): Pick<ServiceCounters, 'stayQualityLost' | 'qualitySettled'> {
  const qualitiesLost = metrics.counter(
    'stay_qualities_lost_total',
    'Quality records lost because too many waited for an api.',
  );
  const qualities = metrics.counter(
    'quality_records_total',
    'Quality records of sessions, by outcome; eventDropped: session events; joinRefused: join counts.',
    ['outcome'],
  );
  return {
    stayQualityLost: () => qualitiesLost.inc(),
    qualitySettled: (outcome, count) => qualities.inc({ outcome }, count),
  };
}

function joinMetrics(metrics: Metrics): Pick<ServiceCounters, 'join' | 'joinStep' | 'warm'> {
  const warm = metrics.counter(
    'warm_total',
    'Requests for transports before a join: made, refused (by the centre or the media node), gone (the socket closed meanwhile). Joins with them: taken, or a cold join after all: otherJoin (another room, person, fence, mode or endpoint), nodeGone, otherNode (placed elsewhere).',
    ['what'],
  );
  const joins = metrics.counter('joins_total', 'Joins by result: OK, RESUMED or the error code.', ['result']);
  const joinMs = metrics.histogram(
    'join_ms',
    'Time from the Join frame to its answer, without the wait for a host who admits.',
    [1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000],
    ['result'],
  );
  const joinStepMs = metrics.histogram(
    'join_step_ms',
    'Time of each step of a join, without failed ones: token (verified), place (the centre chooses a media node; no such step while a place from the lobby is charged), owner (of the room admits; another signaling node means a round trip to it), media (session and subscriptions at the media node, after transports that it began to make during the step owner).',
    [1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000],
    ['step'],
  );
  return {
    join: (result, tookMs) => {
      joins.inc({ result });
      joinMs.observe({ result: result === 'OK' || result === 'RESUMED' ? result : 'failed' }, tookMs);
    },
    warm: (what) => warm.inc({ what }),
    joinStep: (step, tookMs) => joinStepMs.observe({ step }, tookMs),
  };
}
