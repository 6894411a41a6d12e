// Applies a room's roster changes, records them, sends them to its signaling nodes, and updates the dependent parts.
import {
  type ErrorCode,
  MeridianError,
  mayPublish,
  type Participant,
  type RoomDifference,
  type wire,
} from '@meridian/protocol';
import type { RoomChanges, Roster, RosterResult } from '../core/index.ts';
import type { SessionOrder } from '../wire/control-wire.ts';
import type { Absences } from './absences.ts';
import type { ActiveSpeakers } from './active-speakers.ts';
import type { BreakOutRemovals } from './break-out-removals.ts';
import type { HeldNodes } from './held-nodes.ts';
import type { RoomJournal } from './journal.ts';
import type { Lobby } from './lobby.ts';
import type { Recordings } from './recordings.ts';
import type { RoomIdentity, SignalingSink } from './signaling-sink.ts';
import type { Stage } from './stage.ts';
import type { TrackRouting } from './track-routing.ts';
import type { WantedRenditions } from './wanted-renditions.ts';

/** Parts of a room that depend on its roster. */
export interface RosterDependents {
  readonly renditions: Pick<WantedRenditions, 'review'>;
  readonly recordings: Pick<Recordings, 'review'>;
  readonly absences: Pick<Absences, 'forget'>;
  readonly trackRouting: Pick<TrackRouting, 'forget'>;
  readonly heldNodes: Pick<HeldNodes, 'sendCopies'>;
  readonly speaking: Pick<ActiveSpeakers, 'gone'>;
  readonly lobby: Pick<Lobby, 'left' | 'review'>;
  readonly stage: Pick<Stage, 'review'>;
  readonly breakOutRemovals: Pick<BreakOutRemovals, 'left'>;
  /** Updates the nodes of the room and its emptiness. */
  follow(): void;
}

export interface RosterWriterOptions {
  readonly room: RoomIdentity;
  readonly roster: Roster;
  /** Absent: the room is not recorded. */
  readonly journal: RoomJournal | undefined;
  readonly signalingNodes: SignalingSink;
  /** Returns the dependent parts; called at each change, since they are made after the writer. */
  dependents(): RosterDependents;
}

/** Changes that may need another rendition, or another publisher of it. */
const concernsRenditions: ReadonlySet<RoomDifference['type']> = new Set([
  'participantJoined',
  'participantLeft',
  'participantChanged',
  'trackPublished',
  'trackUnpublished',
]);

/** Changes that may let a waiting client in, show it to another host, or matter to a crowd. */
const concernsLobby: ReadonlySet<RoomDifference['type']> = new Set([
  'participantJoined',
  'participantLeft',
  'participantChanged',
  'policyChanged',
]);

/** Changes that may begin or end a recording, or bring or take a recorder. */
const concernsRecordings: ReadonlySet<RoomDifference['type']> = new Set([
  'participantJoined',
  'participantLeft',
  'policyChanged',
]);

/** Changes of the copy that media nodes keep. */
const concernsCopy: ReadonlySet<RoomDifference['type']> = new Set(['roomChanged', 'policyChanged']);

export class RosterWriter {
  readonly #o: RosterWriterOptions;

  constructor(o: RosterWriterOptions) {
    this.#o = o;
  }

  /** Announces the roster's changes. Throws the code of its refusal. */
  apply(result: RosterResult): void {
    this.announce(changesOf(result));
  }

  /** Records changes, and informs the signaling nodes and the dependent parts. */
  announce(changes: RoomChanges): void {
    const { events, differences } = changes;
    if (events.length === 0) return;
    const { journal, signalingNodes, room } = this.#o;
    const {
      renditions,
      recordings,
      absences,
      trackRouting,
      heldNodes,
      speaking,
      lobby,
      stage,
      breakOutRemovals,
      follow,
    } = this.#o.dependents();
    journal?.record(differences);
    const left = departuresOf(changes);
    const signalingIds = this.signalingIds();
    for (const { participant } of left) signalingIds.add(participant.signalingId);
    for (const signalingId of signalingIds) signalingNodes.events(signalingId, room, events);
    const concerns = (types: ReadonlySet<RoomDifference['type']>) => differences.some(({ type }) => types.has(type));
    if (concerns(concernsRenditions)) renditions.review();
    for (const { participant } of left) {
      absences.forget(participant.sessionId);
      for (const { trackId } of participant.tracks) trackRouting.forget(trackId);
    }
    for (const one of differences) if (one.type === 'trackUnpublished') trackRouting.forget(one.track.trackId);
    follow();
    if (concerns(concernsCopy)) heldNodes.sendCopies();
    for (const { participant, reason } of left) {
      speaking.gone(participant.sessionId);
      lobby.left(participant.identity, reason);
      breakOutRemovals.left(participant.identity);
    }
    if (concerns(concernsLobby)) {
      lobby.review();
      stage.review();
    }
    if (concerns(concernsRecordings)) recordings.review();
  }

  /** Removes participants at once; a removed participant receives only its own removal. */
  remove(participants: readonly Participant[], code: ErrorCode, reason: string): void {
    for (const participant of participants) this.evict(participant, code, reason);
    const left = participants.map(({ sessionId }) => changesOf(this.#o.roster.leave(sessionId, code)));
    this.announce({
      events: left.flatMap(({ events }) => events),
      differences: left.flatMap(({ differences }) => differences),
    });
  }

  /** Ends the participant's tracks that it may no longer publish; renditions end with their original. */
  unpublishForbidden(participant: Participant): void {
    const { roster } = this.#o;
    const { sessionId, tracks } = participant;
    for (const { trackId } of tracks.filter((track) => !mayPublish(participant, track)))
      if (roster.publisherOf(trackId) === sessionId) this.apply(roster.unpublish(sessionId, trackId, 'NOT_PERMITTED'));
  }

  /** Ends a session that has left the roster: its signaling node informs the client and frees the media. */
  evict(participant: Participant, code: ErrorCode, reason: string): void {
    this.order(participant, { disconnect: code, message: reason });
  }

  order({ signalingId, sessionId }: Pick<Participant, 'signalingId' | 'sessionId'>, order: SessionOrder): void {
    this.#o.signalingNodes.order(signalingId, this.#o.room, sessionId, order);
  }

  sendData(receivers: readonly Participant[], data: wire.DataReceived.$Properties): void {
    for (const [signalingId, group] of Map.groupBy(receivers, (participant) => participant.signalingId)) {
      const sessionIds = group.map(({ sessionId }) => sessionId);
      this.#o.signalingNodes.data(signalingId, this.#o.room, data, sessionIds);
    }
  }

  signalingIds(): Set<string> {
    return new Set(this.#o.roster.participants().map(({ signalingId }) => signalingId));
  }
}

/** Throws the code of a refusal. */
export function changesOf(result: RosterResult): RoomChanges {
  if (!result.ok) throw new MeridianError(result.code);
  return result;
}

export const departuresOf = ({ differences }: RoomChanges): Extract<RoomDifference, { type: 'participantLeft' }>[] =>
  differences.filter((one) => one.type === 'participantLeft');
