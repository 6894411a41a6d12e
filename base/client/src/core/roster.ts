// The room document as this client knows it, and its changes.
//
// 1. Events of the known epoch, above the highest seq seen, are applied in order. A skipped seq is counted and
//   accepted: the service may withhold an event about a hidden participant.
// 2. Events at or below the highest seq, or of a lower epoch, are repetitions and are dropped.
// 3. A higher epoch means a new owner, whose seq starts from one.
// 4. A snapshot replaces everything; the changes are the difference, so that a participant that stayed is not announced
//   again.
import {
  areSameViewers,
  differencesBetween,
  noViewers,
  type Participant,
  type RoomDifference,
  type RoomInfo,
  RoomState,
  type RosterEvent,
  type RosterView,
  type Speaker,
  type Track,
  type Viewers,
} from '@meridian/protocol';

export interface RosterSnapshot extends RosterView {
  readonly selfSessionId: string;
  /** Absent when unchanged. */
  readonly viewers?: Viewers;
}
export type RosterDifference = RoomDifference | { readonly type: 'viewersChanged'; readonly viewers: Viewers };

export class Roster {
  #state = new RoomState(0);
  #selfSessionId = '';
  #viewers = noViewers;
  #gaps = 0;

  get selfSessionId(): string {
    return this.#selfSessionId;
  }
  get epoch(): number {
    return this.#state.epoch;
  }
  get seq(): number {
    return this.#state.seq;
  }
  get speakers(): readonly Speaker[] {
    return this.#state.speakers;
  }
  get info(): RoomInfo {
    return this.#state.info;
  }
  /** Viewers by gateways, listed as a participant or not. */
  get viewers(): Viewers {
    return this.#viewers;
  }
  get gaps(): number {
    return this.#gaps;
  }
  participants(): Participant[] {
    return [...this.#state.participants()];
  }
  others(): Participant[] {
    return this.participants().filter(({ sessionId }) => sessionId !== this.#selfSessionId);
  }
  get(sessionId: string): Participant | undefined {
    return this.#state.get(sessionId);
  }
  track(trackId: string): Track | undefined {
    return this.#state.track(trackId)?.track;
  }

  /** Applies ordered events of an epoch (cases 1, 2, 3). */
  apply(epoch: number, events: readonly RosterEvent[]): readonly RosterDifference[] {
    const state = this.#state;
    if (epoch < state.epoch) return [];
    let isGapCounted = epoch === state.epoch;
    if (!isGapCounted) state.restart(epoch);
    return events.flatMap((event) => {
      if (event.seq <= state.seq) return [];
      if (event.seq > state.seq + 1 && isGapCounted) this.#gaps += 1;
      isGapCounted = true;
      return state.apply(event);
    });
  }

  /** Takes a snapshot (case 4). The first one of a connection announces everyone except ourselves. */
  replace(snapshot: RosterSnapshot): readonly RosterDifference[] {
    const after = RoomState.fromView(snapshot);
    const isOurs = ({ sessionId }: Participant): boolean =>
      sessionId === this.#selfSessionId || sessionId === snapshot.selfSessionId;
    const differences = differencesBetween(this.#state, after).filter(
      (one) => (one.type !== 'participantJoined' && one.type !== 'participantLeft') || !isOurs(one.participant),
    );
    this.#state = after;
    this.#selfSessionId = snapshot.selfSessionId;
    return [...differences, ...this.watched(snapshot.viewers ?? this.#viewers)];
  }

  watched(viewers: Viewers): readonly RosterDifference[] {
    if (areSameViewers(this.#viewers, viewers)) return [];
    this.#viewers = viewers;
    return [{ type: 'viewersChanged', viewers }];
  }
}
