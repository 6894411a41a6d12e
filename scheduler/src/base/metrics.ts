import type { Metrics } from '@meridian/runtime';
import { STALL_MS } from './core/stall.ts';

export type CentreMetrics = ReturnType<typeof centreMetrics>;

/** Metrics of the centre. Labels come from closed sets only. */
export const centreMetrics = (metrics: Metrics) => ({
  ...placementMetrics(metrics),
  ...admissionMetrics(metrics),
  ...moveMetrics(metrics),
  ...fleetMetrics(metrics),
  ...recordingMetrics(metrics),
  ...routeMetrics(metrics),
  ...processMetrics(metrics),
  ...regionMetrics(metrics),
  ...geoMetrics(metrics),
  ...autoscaleMetrics(metrics),
});

function placementMetrics(metrics: Metrics) {
  return {
    placements: metrics.tally('placements_total', 'Placement requests by outcome and mode.', ['outcome', 'mode']),
    rejections: metrics.counter('rejections_total', 'Nodes left out of refused and degraded placements, by filter.', [
      'filter',
    ]),
    decisionMs: metrics.histogram(
      'decision_ms',
      'Time to decide a placement, without writes to the store.',
      [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 50],
    ),
    accessTimes: metrics.counter(
      'access_times_total',
      'Round trips of clients reported by signaling nodes, by kind: echo, media node, pretended (from a city that a test client names), refused.',
      ['kind'],
    ),
    located: metrics.tally('located_total', 'Client addresses located, by source.', ['source']),
    charges: metrics.gauge('charges', 'Charged sessions by state.', ['state']),
    chargesLapsed: metrics.counter('charges_lapsed_total', 'Charges that no node confirmed in time.'),
    reserved: metrics.gauge('reserved_sessions', 'Seats reserved for booked rooms, by region.', ['region']),
    reservedShort: metrics.gauge('reserved_short_sessions', 'Booked seats that a region could not serve now.', [
      'region',
    ]),
  };
}

function admissionMetrics(metrics: Metrics) {
  return {
    admissions: metrics.tally(
      'admissions_total',
      'Joins admitted, admitted after a wait, or refused (level, room, queue, tooLong).',
      ['class', 'outcome'],
    ),
    admissionLevel: metrics.gauge('admission_level', 'Share of joins admitted; 1: all.', ['region']),
    admissionRate: metrics.gauge('admission_rate', 'Joins per second that a region admits.', ['region']),
    admissionWaiting: metrics.gauge('admission_waiting', 'Joins that wait for admission.'),
    admissionQueueMs: metrics.histogram(
      'admission_queue_ms',
      'Waiting time of joins that were admitted after a wait.',
      [1, 5, 10, 20, 50, 100, 200, 500, 1000, 1500, 2000],
    ),
  };
}

function moveMetrics(metrics: Metrics) {
  return {
    moves: metrics.counter('moves_total', 'Finished moves.', ['kind', 'outcome']),
    moveFailures: metrics.counter('move_failures_total', 'Failed attempts to move a session; most are retried.', [
      'kind',
      'code',
    ]),
    movesRefused: metrics.counter('moves_refused_total', 'Moves refused because too many wait.', ['kind']),
    timingsAsked: metrics.counter('timings_asked_total', 'Clients asked to measure more sites.'),
    roomWatchMs: metrics.counter('room_watch_ms_total', 'Time spent searching rooms for worthwhile moves.'),
    drainingSessions: metrics.gauge('draining_sessions', 'Sessions on media nodes that drain.'),
    movesRunning: metrics.gauge('moves_running', 'Moves in progress.'),
    movesWaiting: metrics.gauge('moves_waiting', 'Moves that wait in the queue.'),
    moveMs: metrics.histogram(
      'move_ms',
      'Time from the decision of a move to the report of the new node.',
      [250, 500, 1000, 2000, 5000, 10_000, 20_000],
    ),
  };
}

function fleetMetrics(metrics: Metrics) {
  return {
    nodes: metrics.gauge('nodes', 'Nodes by kind and state.', ['kind', 'state']),
    distrusted: metrics.gauge('nodes_distrusted', 'Media nodes whose reported figures contradict each other.'),
    leases: metrics.gauge('leases', 'Remembered room epochs, owned or not.', ['state']),
    leasesGranted: metrics.counter('leases_granted_total', 'Room leases granted to a new owner.'),
    reportsIgnored: metrics.counter('reports_ignored_total', 'Reports of unknown nodes or old incarnations.'),
    enrolled: metrics.counter('certificates_total', 'Certificates issued, by method of enrolment.', ['how']),
  };
}

/** Recorders and their queue. The number of recorders is among `nodes`. */
function recordingMetrics(metrics: Metrics) {
  return {
    recordSlots: metrics.gauge(
      'record_slots',
      'Slots of recorders that accept work: used, handed (assigned, not reported yet), kept (for booked rooms), free.',
      ['state'],
    ),
    recordSlotsShort: metrics.gauge('record_slots_short', 'Booked recorder slots for which no recorder has room now.'),
    recordingsWaiting: metrics.gauge('recordings_waiting', 'Recordings that wait for a recorder, by priority.', [
      'priority',
    ]),
    recordingsOldestWait: metrics.gauge('recordings_oldest_wait_seconds', 'Waiting time of the oldest in the queue.'),
    recordingsHanded: metrics.counter(
      'recordings_handed_total',
      'Recordings assigned to recorders: first, failover (after another recorder lost it).',
      ['why'],
    ),
    recordingsRefused: metrics.counter(
      'recordings_refused_total',
      'Recording requests refused: queue or tenant (too many wait), recorder (every recorder refused).',
      ['by'],
    ),
  };
}

function routeMetrics(metrics: Metrics) {
  return {
    planVersion: metrics.gauge('plan_version', 'Version of the route plan.'),
    linkSamples: metrics.counter('link_samples_total', 'Reported link samples that were accepted.'),
    linkSamplesRefused: metrics.counter(
      'link_samples_refused_total',
      'Reported link samples that were refused, by reason.',
      ['reason'],
    ),
    hostLinks: metrics.gauge('host_links', 'Directed links between hosts, by source of their figures.', ['source']),
    hostsUnplanned: metrics.gauge(
      'hosts_unplanned',
      'Hosts above the limit of the route plan, which are reached directly.',
    ),
    relayedPairs: metrics.gauge('relayed_pairs', 'Ordered pairs of hosts on a relayed path.'),
    replanMs: metrics.histogram('replan_ms', 'Time to plan all routes.', [0.5, 1, 2.5, 5, 10, 25, 50, 100]),
    routeChanges: metrics.counter('route_changes_total', 'Path changes of ordered host pairs.', ['by']),
  };
}

function processMetrics(metrics: Metrics) {
  return {
    leading: metrics.gauge('leading', '1 while this centre leads.'),
    epoch: metrics.gauge('centre_epoch', 'Epoch of this centre while it leads; 0 otherwise.'),
    links: metrics.gauge('links', 'Open links.'),
    linksRefused: metrics.counter('links_refused_total', 'Links refused because their node is revoked.'),
    requestsRefused: metrics.counter('requests_refused_total', 'Requests over links refused, by code.', ['code']),
    stalls: metrics.counter('stalls_total', `Times that the centre did not run for ${STALL_MS} ms or longer.`),
    copyFailures: metrics.counter('copy_failures_total', 'Writes to the store that failed.'),
  };
}

function regionMetrics(metrics: Metrics) {
  return {
    regionPlacers: metrics.gauge(
      'region_placers',
      '1 while the leader or an instance places sessions of this region.',
      ['region', 'by'],
    ),
    chargesElsewhere: metrics.counter('charges_elsewhere_total', 'Charges requested from other regions.', ['outcome']),
    chargesForOthers: metrics.counter('charges_for_others_total', 'Charges made for other regions.', ['outcome']),
    feedAge: metrics.gauge('world_feed_age_seconds', "Time since the leader's last update (region instances only)."),
  };
}

function geoMetrics(metrics: Metrics) {
  const labels = ['source', 'position'] as const;
  return {
    geoInUse: metrics.gauge('geo_in_use', '1 while this location database is in use.', labels),
    geoAge: metrics.gauge('geo_age_seconds', 'Age of the location database in use, since its build.', labels),
    geoStale: metrics.gauge('geo_stale', '1 while the database in use is too old.', labels),
    geoProblem: metrics.gauge('geo_problem', '1 while the file is missing or invalid.', labels),
    geoReloads: metrics.counter('geo_reloads_total', 'Reloads of database files, by outcome.', ['source', 'outcome']),
    geoRefreshes: metrics.counter('geo_refreshes_total', 'Scheduled refreshes of database files, by outcome.', [
      'outcome',
    ]),
  };
}

function autoscaleMetrics(metrics: Metrics) {
  return {
    scaleNeed: metrics.gauge('autoscale_need_nodes', 'Media nodes that a region needs.', ['region']),
    scaleHave: metrics.gauge('autoscale_nodes', 'Media nodes of a region as the autoscaler counts them.', [
      'region',
      'state',
    ]),
    scaleAtBound: metrics.gauge('autoscale_at_bound', '1 while a region needs more nodes than its limit allows.', [
      'region',
    ]),
    scaleOverdue: metrics.gauge('autoscale_drains_overdue', 'Nodes whose drain lasts longer than it should.', [
      'region',
    ]),
    scaleActions: metrics.counter('autoscale_actions_total', 'Orders of the autoscaler, by outcome.', [
      'verb',
      'outcome',
    ]),
    scaleFailures: metrics.counter('autoscale_driver_failures_total', 'Rounds in which the driver did not answer.'),
  };
}
