// The roster as this client knows it, and what changed between two states of it. Pure.
//
// Case 1: events of the epoch known, above the highest seq seen, are applied in order. A step over a seq is counted and
//         accepted: the service may keep an event about a hidden participant to itself.
// Case 2: events at or below the highest seq, or of a lower epoch, are repetitions and are dropped.
// Case 3: a higher epoch means another owner; its seq starts anew.
// Case 4: a snapshot replaces everything; changes are the difference, so that whoever stayed is not announced again.
// Case 5: the same identity joins while its older session is still listed: the older one leaves first.
import {
  areSameViewers,
  emptyRoomInfo,
  noViewers,
  type Participant,
  type Quality,
  type RoomInfo,
  type RosterChange,
  type RosterEvent,
  type RosterView,
  type Speaker,
  type Track,
  type Viewers,
} from '@meridian/protocol';

/** A participant as the roster keeps it: its tracks by track id. */
export type RosterParticipant = Omit<Participant, 'tracks'> & { readonly tracks: ReadonlyMap<string, Track> };
export interface Roster {
  readonly selfSessionId: string;
  readonly epoch: number;
  readonly seq: number;
  /** Everyone, ourselves included, by session id. */
  readonly participants: ReadonlyMap<string, RosterParticipant>;
  readonly speakers: readonly Speaker[];
  readonly info: RoomInfo;
  /** Who watches by gateways, whether listed as a participant or not. */
  readonly viewers: Viewers;
  /** Steps over a seq since the beginning; for diagnosis. */
  readonly gaps: number;
}
export interface RosterSnapshot extends RosterView {
  readonly selfSessionId: string;
  /** Absent: as before. */
  readonly viewers?: Viewers;
}
/** What an event or a snapshot changed, with what was there before. */
export type RosterDifference =
  | { readonly type: 'participantJoined'; readonly participant: RosterParticipant }
  | { readonly type: 'participantLeft'; readonly participant: RosterParticipant; readonly reason: string }
  | {
      readonly type: 'participantChanged';
      readonly participant: RosterParticipant;
      readonly previous: RosterParticipant;
    }
  | { readonly type: 'trackPublished'; readonly sessionId: string; readonly track: Track }
  | { readonly type: 'trackUnpublished'; readonly sessionId: string; readonly track: Track; readonly reason: string }
  | { readonly type: 'trackMuted'; readonly sessionId: string; readonly track: Track }
  | { readonly type: 'qualityChanged'; readonly sessionId: string; readonly quality: Quality }
  | { readonly type: 'speakersChanged'; readonly speakers: readonly Speaker[] }
  | { readonly type: 'roomChanged'; readonly info: RoomInfo; readonly previous: RoomInfo }
  | { readonly type: 'viewersChanged'; readonly viewers: Viewers };
export interface RosterStep {
  readonly roster: Roster;
  readonly changes: readonly RosterDifference[];
}

export const emptyRoster: Roster = {
  selfSessionId: '',
  epoch: 0,
  seq: 0,
  participants: new Map(),
  speakers: [],
  info: emptyRoomInfo,
  viewers: noViewers,
  gaps: 0,
};

/** Applies ordered events of one epoch (cases 1, 2, 3, 5). */
export function applyEvents(roster: Roster, epoch: number, events: readonly RosterEvent[]): RosterStep {
  if (epoch < roster.epoch) return { roster, changes: [] };
  const participants = new Map(roster.participants);
  const changes: RosterDifference[] = [];
  let { seq, speakers, info, gaps } = epoch > roster.epoch ? { ...roster, seq: 0 } : roster;
  const restarted = epoch > roster.epoch;
  for (const [index, event] of events.entries()) {
    if (event.seq <= seq) continue;
    if (event.seq > seq + 1 && !(restarted && index === 0)) gaps += 1;
    seq = event.seq;
    if (event.change.type === 'speakersChanged') {
      speakers = event.change.speakers;
      changes.push(event.change);
    } else if (event.change.type === 'roomChanged') {
      changes.push({ ...event.change, previous: info });
      info = event.change.info;
    } else {
      changes.push(...applyOne(participants, event.change));
    }
  }
  return { roster: { ...roster, epoch, seq, participants, speakers, info, gaps }, changes };
}

/** Replaces the roster by a snapshot (case 4). The first one of a connection announces everyone but ourselves. */
export function applySnapshot(roster: Roster, snapshot: RosterSnapshot): RosterStep {
  const participants = new Map(snapshot.participants.map((one) => [one.sessionId, kept(one)]));
  const changes: RosterDifference[] = [];
  for (const row of roster.participants.values()) {
    if (participants.has(row.sessionId) || row.sessionId === roster.selfSessionId) continue;
    changes.push({ type: 'participantLeft', participant: row, reason: '' });
  }
  for (const row of participants.values()) {
    const known = roster.participants.get(row.sessionId);
    if (known !== undefined) changes.push(...difference(known, row));
    else if (row.sessionId !== snapshot.selfSessionId) changes.push({ type: 'participantJoined', participant: row });
  }
  changes.push({ type: 'speakersChanged', speakers: snapshot.speakers });
  const { selfSessionId, epoch, seq, speakers, info } = snapshot;
  if (JSON.stringify(info) !== JSON.stringify(roster.info))
    changes.push({ type: 'roomChanged', info, previous: roster.info });
  const step = applyViewers(roster, snapshot.viewers ?? roster.viewers);
  const { viewers, gaps } = step.roster;
  return {
    roster: { selfSessionId, epoch, seq, participants, speakers, info, viewers, gaps },
    changes: [...changes, ...step.changes],
  };
}

/** Others watch by gateways, or by other protocols. */
export function applyViewers(roster: Roster, viewers: Viewers): RosterStep {
  if (areSameViewers(roster.viewers, viewers)) return { roster, changes: [] };
  return { roster: { ...roster, viewers }, changes: [{ type: 'viewersChanged', viewers }] };
}

const kept = (participant: Participant): RosterParticipant => ({
  ...participant,
  tracks: new Map(participant.tracks.map((track) => [track.trackId, track])),
});

function applyOne(
  participants: Map<string, RosterParticipant>,
  event: Exclude<RosterChange, { type: 'speakersChanged' | 'roomChanged' }>,
): RosterDifference[] {
  if (event.type === 'unknown') return [];
  if (event.type === 'participantJoined') return joined(participants, kept(event.participant));
  const sessionId = event.type === 'participantChanged' ? event.participant.sessionId : event.sessionId;
  const known = participants.get(sessionId);
  if (known === undefined) return [];
  if (event.type === 'participantLeft') {
    participants.delete(sessionId);
    return [{ type: 'participantLeft', participant: known, reason: event.reason }];
  }
  if (event.type === 'participantChanged') {
    const { nodeId } = event.participant;
    // Tracks are where their publisher is.
    const tracks =
      known.nodeId === nodeId
        ? known.tracks
        : new Map([...known.tracks].map(([trackId, track]) => [trackId, { ...track, nodeId }]));
    const participant = { ...event.participant, tracks };
    participants.set(sessionId, participant);
    return [{ type: 'participantChanged', participant, previous: known }];
  }
  if (event.type === 'qualityChanged') {
    participants.set(sessionId, { ...known, quality: event.quality });
    return known.quality === event.quality ? [] : [{ type: 'qualityChanged', sessionId, quality: event.quality }];
  }
  return applyTrack(participants, known, event);
}

function joined(participants: Map<string, RosterParticipant>, row: RosterParticipant): RosterDifference[] {
  const known = participants.get(row.sessionId);
  if (known !== undefined) {
    participants.set(row.sessionId, row);
    return difference(known, row);
  }
  const changes: RosterDifference[] = [];
  for (const other of participants.values()) {
    if (other.identity !== row.identity) continue;
    participants.delete(other.sessionId);
    changes.push({ type: 'participantLeft', participant: other, reason: 'DUPLICATE_IDENTITY' });
  }
  participants.set(row.sessionId, row);
  changes.push({ type: 'participantJoined', participant: row });
  return changes;
}

function applyTrack(
  participants: Map<string, RosterParticipant>,
  owner: RosterParticipant,
  event: Extract<RosterChange, { type: 'trackPublished' | 'trackUnpublished' | 'trackMuted' }>,
): RosterDifference[] {
  const tracks = new Map(owner.tracks);
  const sessionId = owner.sessionId;
  const set = (change: RosterDifference): RosterDifference[] => {
    participants.set(sessionId, { ...owner, tracks });
    return [change];
  };
  if (event.type === 'trackPublished') {
    const known = tracks.get(event.track.trackId);
    tracks.set(event.track.trackId, event.track);
    if (known === undefined) return set({ type: 'trackPublished', sessionId, track: event.track });
    participants.set(sessionId, { ...owner, tracks });
    return known.muted === event.track.muted ? [] : [{ type: 'trackMuted', sessionId, track: event.track }];
  }
  const known = tracks.get(event.trackId);
  if (known === undefined) return [];
  if (event.type === 'trackUnpublished') {
    tracks.delete(event.trackId);
    return set({ type: 'trackUnpublished', sessionId, track: known, reason: event.reason });
  }
  if (known.muted === event.muted) return [];
  const track = { ...known, muted: event.muted };
  tracks.set(event.trackId, track);
  return set({ type: 'trackMuted', sessionId, track });
}

/** What a snapshot's row says that the known row does not. */
function difference(known: RosterParticipant, row: RosterParticipant): RosterDifference[] {
  const sessionId = row.sessionId;
  const changes: RosterDifference[] = [];
  if (JSON.stringify({ ...known, tracks: 0, quality: 0 }) !== JSON.stringify({ ...row, tracks: 0, quality: 0 })) {
    changes.push({ type: 'participantChanged', participant: row, previous: known });
  }
  if (known.quality !== row.quality) changes.push({ type: 'qualityChanged', sessionId, quality: row.quality });
  for (const track of known.tracks.values()) {
    if (!row.tracks.has(track.trackId)) changes.push({ type: 'trackUnpublished', sessionId, track, reason: '' });
  }
  for (const track of row.tracks.values()) {
    const before = known.tracks.get(track.trackId);
    if (before === undefined) changes.push({ type: 'trackPublished', sessionId, track });
    else if (before.muted !== track.muted) changes.push({ type: 'trackMuted', sessionId, track });
  }
  return changes;
}
