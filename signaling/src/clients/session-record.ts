// A session's quality data for the api: facts, a record of each 10 s, and events, over all connections of this node.
import { type Participant, plainText, type RoomDifference, type RoomState, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import {
  clientEventFrom,
  type Figures,
  type Measured,
  measuredByNode,
  QualityPeriod,
  type ReportedStats,
} from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { Placement } from '../ports.ts';
import type { QualityBatches } from './quality-batches.ts';

/** A joined session as its record reads it; implemented by client.ts. */
export interface RecordedSession {
  readonly sessionId: string;
  readonly nodeId: string;
  readonly room: { readonly roomKey: string; readonly replica: RoomState | undefined };
  readonly sdk: string;
  /** Round trip of the session's pings; 0 before the first. */
  readonly rttMs: number;
  /** Ids of the tracks that the session actually receives, as in the roster. */
  readonly received: Iterable<string>;
  /** Takes the media node's measurement of 10 s, for a client that measures nothing itself. */
  measuredByNode(measured: Measured): void;
}

/** Way in which a connection got the session. */
export interface Arrival {
  readonly self: Participant;
  readonly placed: Pick<Placement, 'location'> | undefined;
  /** Id of the decision that placed the session; '': placed without the centre. */
  readonly decisionId: string;
  readonly resumed: boolean;
  /** Signaling node that had the session before; '': not known, or none. */
  readonly fromSignalingId: string;
  /** Lost session that this one replaces, proven by a receipt; '': none. */
  readonly priorSessionId: string;
}

/** Move of the session to another media node, as the owner ordered it. */
export interface SessionMoved {
  readonly fromNodeId: string;
  readonly toNodeId: string;
  readonly reason: string;
  readonly decisionId: string;
}

export interface SessionRecordOptions {
  readonly clock: Clock;
  readonly selfId: string;
  readonly out: Pick<QualityBatches, 'facts' | 'record' | 'event' | 'hurry'>;
}

type EventDetails = Omit<wire.SessionEvent.$Properties, 'sessionId' | 'wallMs' | 'kind'>;
/** Characters of a client's name for its transport, network or device. */
const WORD_LENGTH_MAX = 64;
const noDescription = { transport: '', network: '', device: '' };

export class SessionRecord {
  readonly sessionId: string;
  readonly #o: SessionRecordOptions;
  /** Undefined until the client's first report. */
  #period: QualityPeriod | undefined;
  /** Spatial layers of received tracks, -1: paused; by track. */
  #layers: Map<string, number> | undefined;
  #session: RecordedSession | undefined;
  #facts: wire.SessionFacts.$Properties & { sessionId: string };
  #areFactsDue = false;
  #layerSwitchCount = 0;
  #nodeMeasurement: wire.SessionMeasured.$Properties | undefined;
  #startedAtMs: number;
  #recordedAtMs: number;
  #reportedAtMs: number;
  #eventsLeft: number = bounds.qualityEventsPerRoundMax;
  /** The client's latest raw description of itself. */
  #description = noDescription;

  constructor(o: SessionRecordOptions, session: RecordedSession, arrival: Arrival) {
    this.#o = o;
    this.sessionId = session.sessionId;
    this.#startedAtMs = this.#recordedAtMs = this.#reportedAtMs = o.clock.nowMs();
    this.#session = session;
    this.#facts = factsOf(session, arrival, o.selfId);
    o.out.facts(this.#facts);
    const { decisionId, fromSignalingId, priorSessionId, resumed } = arrival;
    if (resumed) this.#event('switched', { from: fromSignalingId, to: o.selfId });
    else this.#event('joined', { to: session.nodeId, decisionId });
    if (priorSessionId !== '') this.#event('rejoined', { reason: priorSessionId });
  }

  /** Connection that has the session; undefined: released, and may be resumed here. */
  get session(): RecordedSession | undefined {
    return this.#session;
  }

  /** Continues with another connection of this node. */
  resumed(session: RecordedSession): void {
    const wasReleased = this.#session === undefined;
    this.#session = session;
    if (wasReleased) this.#o.out.facts(this.#facts); // another signaling node may have had it meanwhile
    this.#event('resumed', {});
  }

  reported(stats: ReportedStats): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#period ??= new QualityPeriod();
    if (this.#period.add(stats, session.rttMs)) this.#reportedAtMs = this.#o.clock.nowMs();
    this.#updateDescription(stats);
    if ((stats.events?.length ?? 0) > 0) this.#recordClientEvents(stats.events ?? []);
  }

  /** Whether the client is silent, so that its media node has to measure it. */
  get isSilent(): boolean {
    return this.#o.clock.nowMs() - this.#reportedAtMs >= bounds.qualityClientSilentMs;
  }

  measuredByNode(measured: wire.SessionMeasured.$Properties): void {
    this.#nodeMeasurement = measured;
    const figures = measuredByNode(measured, bounds.qualityRoundMs);
    if (figures === undefined) return;
    const { rttMs, outboundLoss, inboundLoss, jitterMs } = figures;
    this.session?.measuredByNode({
      rttMs: rttMs ?? 0,
      outboundLoss: outboundLoss ?? 0,
      inboundLoss: inboundLoss ?? 0,
      jitterMs: jitterMs ?? 0,
      freezeMs: 0,
      periodMs: bounds.qualityRoundMs,
    });
  }

  /** Sends the facts again, since the api may lack them. */
  factsLost(): void {
    this.#areFactsDue = true;
  }

  away(reason: string): void {
    this.#event('away', { reason });
  }

  moved({ fromNodeId, toNodeId, reason, decisionId }: SessionMoved): void {
    this.#layers?.clear();
    this.#event('moved', { from: fromNodeId, to: toNodeId, reason, decisionId });
  }

  /** Takes a difference of the room that is about this session. */
  onDifference(one: RoomDifference): void {
    if (one.type === 'participantChanged' && one.participant.name !== one.previous.name) {
      this.#facts = { ...this.#facts, name: one.participant.name };
      this.#areFactsDue = true;
    }
    if (!('track' in one) || one.track.derivedFrom !== undefined) return;
    const { source } = one.track;
    if (one.type === 'trackMuted') this.#boundedEvent(one.track.muted ? 'muted' : 'unmuted', { source });
    else if (one.type === 'trackPublished') this.#boundedEvent('published', { source });
    else this.#boundedEvent('unpublished', { source, reason: one.reason });
  }

  /** Takes the media node's state of a received track. */
  received(state: wire.SubscriptionState.$Properties): void {
    const { trackId, spatialLayer, pausedReason } = state;
    if (!trackId) return;
    const before = this.#layers?.get(trackId);
    const layer = pausedReason ? -1 : (spatialLayer ?? 0);
    if (before === layer) return;
    if (before === undefined && (this.#layers?.size ?? 0) >= bounds.qualityLayersMax) return;
    if (before !== undefined && before >= 0 && layer >= 0) this.#layerSwitchCount += 1;
    this.#layers ??= new Map();
    this.#layers.set(trackId, layer);
  }

  receptionEnded(trackId: string): void {
    this.#layers?.delete(trackId);
  }

  /** Records that another participant's track now comes from another node. */
  onCarrierChanged(trackId: string, from: string, to: string): void {
    const source = this.#session?.room.replica?.track(trackId)?.track.source ?? '';
    this.#boundedEvent('carrier', { source, from, to });
  }

  /** Makes the first record early, once the client has measured. Returns true when it is made or not needed. */
  takeFirst(): boolean {
    const { clock, out } = this.#o;
    if (this.#session === undefined || clock.nowMs() - this.#startedAtMs >= bounds.qualityRoundMs) return true;
    if (this.#recordedAtMs > this.#startedAtMs) return true;
    if (this.#period?.isEmpty !== false) return false;
    this.take();
    out.hurry();
    return true;
  }

  /** Makes the record of the time since the last one; without figures none soon after the begin or the last one. */
  take(): void {
    const session = this.#session;
    const { clock, out } = this.#o;
    const nowMs = clock.nowMs();
    const sinceMs = nowMs - this.#recordedAtMs;
    this.#eventsLeft = bounds.qualityEventsPerRoundMax;
    if (session === undefined) return;
    const figures = this.#figures(sinceMs);
    const isSoon = nowMs - this.#startedAtMs < bounds.qualityRoundMs || sinceMs < bounds.qualityRoundMs / 2;
    if (figures === undefined && isSoon) return;
    this.#recordedAtMs = nowMs;
    if (this.#areFactsDue) out.facts(this.#facts);
    this.#areFactsDue = false;
    const { fromNodeIds, layer } = this.#route(session);
    out.record({
      sessionId: this.sessionId,
      wallMs: clock.wallMs(),
      nodeId: session.nodeId,
      fromNodeIds,
      layer,
      layerSwitches: this.#layerSwitchCount,
      ...(figures ?? { source: '', periodMs: Math.round(sinceMs) }),
    });
    this.#layerSwitchCount = 0;
  }

  /** Handles a release. `reason`: the session has left the room; undefined: it continues, here or elsewhere. */
  over(reason: string | undefined): void {
    if (this.#session === undefined) return;
    const hasNews = this.#o.clock.nowMs() > this.#recordedAtMs;
    if (hasNews) this.take();
    this.#session = undefined;
    if (reason !== undefined) this.#event('left', { reason });
    this.#o.out.hurry();
  }

  #figures(sinceMs: number): (Figures & { source: string }) | undefined {
    const byClient = this.#period?.take(sinceMs + REPORT_MS);
    const nodeMeasurement = this.#nodeMeasurement;
    this.#nodeMeasurement = undefined;
    if (byClient !== undefined) return Object.assign(byClient, { source: 'client' });
    const byNode = nodeMeasurement && measuredByNode(nodeMeasurement, Math.max(1, sinceMs));
    return byNode && Object.assign(byNode, { source: 'sfu' });
  }

  #route({ nodeId, room: { replica }, received }: RecordedSession): { fromNodeIds: string[]; layer: number } {
    const fromNodeIds: string[] = [];
    let layer = -1;
    for (const trackId of received) {
      const found = replica?.track(trackId);
      if (found === undefined) continue;
      const { publisher, track } = found;
      if (track.kind === 'video' && !track.muted) layer = Math.max(layer, this.#layers?.get(trackId) ?? 0);
      const from = publisher.nodeId;
      if (from === nodeId || from === '' || fromNodeIds.length >= bounds.stayRouteMax - 1) continue;
      if (!fromNodeIds.includes(from)) fromNodeIds.push(from);
    }
    return { fromNodeIds, layer };
  }

  /** Takes changed transport, network and device names of the client, which not every report has. */
  #updateDescription({ transport, network, device }: ReportedStats): void {
    if (!transport && !network && !device) return;
    const lastDescription = this.#description;
    if (
      lastDescription.transport === transport &&
      lastDescription.network === network &&
      lastDescription.device === device
    )
      return;
    this.#description = { transport: transport ?? '', network: network ?? '', device: device ?? '' };
    const words = {
      transport: transport === 'udp' || transport === 'tcp' ? transport : '',
      network: word(network),
      device: word(device),
    };
    const facts = this.#facts;
    const isSame =
      facts.transport === words.transport && facts.network === words.network && facts.device === words.device;
    if (isSame) return;
    this.#facts = { ...facts, ...words };
    this.#areFactsDue = true;
  }

  #recordClientEvents(events: readonly wire.ClientEvent.$Properties[]): void {
    const { clock } = this.#o;
    for (const event of events.slice(0, bounds.qualityEventsPerRoundMax)) {
      const checkedEvent = clientEventFrom(event, clock.nowMs() - this.#startedAtMs);
      if (checkedEvent === undefined) continue;
      const { agoMs, kind, source, detail } = checkedEvent;
      this.#boundedEvent(kind, { source, reason: detail }, clock.wallMs() - agoMs);
    }
  }

  #boundedEvent(kind: string, what: EventDetails, wallMs?: number): void {
    if (this.#eventsLeft <= 0) return;
    this.#eventsLeft -= 1;
    this.#event(kind, what, wallMs);
  }

  #event(kind: string, what: EventDetails, wallMs: number = this.#o.clock.wallMs()): void {
    this.#o.out.event({ sessionId: this.sessionId, wallMs, kind, ...what });
  }
}

/** Longest time before the last record at which a report may have begun. */
const REPORT_MS = 2500;
const word = (text: string | null | undefined): string =>
  plainText((text ?? '').slice(0, 4 * WORD_LENGTH_MAX), WORD_LENGTH_MAX);
/** Rounds coordinates of an address to about a city. */
const rounded = (degrees: number): number => Math.round(degrees * 10) / 10;

function factsOf(
  { sessionId, room, sdk }: RecordedSession,
  { self, placed, decisionId }: Arrival,
  selfId: string,
): wire.SessionFacts.$Properties & { sessionId: string } {
  const { label = '', countryCode = '', latitude = 0, longitude = 0 } = placed?.location ?? {};
  return {
    sessionId,
    roomKey: room.roomKey,
    sid: room.replica?.info.sid ?? '',
    identity: self.identity,
    name: self.name,
    protocol: self.protocol,
    joinedWallMs: self.joinedWallMs,
    signalingId: selfId,
    decisionId,
    sdk,
    device: '',
    transport: '',
    network: '',
    place: label,
    countryCode,
    latitude: rounded(latitude),
    longitude: rounded(longitude),
  };
}
