// Quality of a session's connection, and of the whole stay, as its client measures them.
import { isCheckRoom, sessionQualityFromWire, type wire } from '@meridian/protocol';
import { type Measured, nextQuality, type QualityState, unknownQuality } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { ClientContext } from './context.ts';
import type { JoinedSession } from './join.ts';

export class SessionQuality {
  readonly #context: ClientContext;
  readonly #joined: () => JoinedSession | undefined;
  #state: QualityState = unknownQuality;
  /** Media nodes of participants that published during the session. */
  #publisherNodeIds: Set<string> | undefined;

  /** `joined`: returns the present session; undefined before the join. */
  constructor(context: ClientContext, joined: () => JoinedSession | undefined) {
    this.#context = context;
    this.#joined = joined;
  }

  get shown(): QualityState['shown'] {
    return this.#state.shown;
  }

  /** Takes the client's measurement of a period; others are informed when the resulting quality changes. */
  measured(measured: Measured): void {
    this.#next(measured);
    for (const { nodeId, tracks } of this.#joined()?.room.replica?.participants() ?? [])
      if (tracks.length > 0) this.#addPublisherNode(nodeId);
  }

  lost(): void {
    this.#next(undefined);
  }

  /** Takes the client's report on the whole session so far. `sdk`: from its Join. */
  stayReported(reported: wire.SessionQuality.$Properties, sdk: string): void {
    const joined = this.#joined();
    const self = joined?.room.replica?.get(joined.sessionId);
    const { clock, selfId } = this.#context;
    // Hidden sessions and connection checks are neither reported nor in the journal.
    if (joined === undefined || self === undefined || self.hidden || isCheckRoom(joined.room.roomKey)) return;
    const { sessionId, room, placed } = joined;
    const quality = sessionQualityFromWire(reported, (clock.wallMs() - self.joinedWallMs) / 1000);
    if (quality === undefined) return;
    this.#context.stayQualities.put(sessionId, {
      roomKey: room.roomKey,
      sid: room.replica?.info.sid ?? '',
      sessionId,
      quality,
      route: [...new Set([joined.nodeId, ...(this.#publisherNodeIds ?? [])])].slice(0, bounds.stayRouteMax),
      signalingId: selfId,
      sdk,
      location: placed?.location.label ?? '',
      wallMs: clock.wallMs(),
    });
  }

  #addPublisherNode(nodeId: string): void {
    this.#publisherNodeIds ??= new Set();
    if (this.#publisherNodeIds.size < bounds.stayRouteMax) this.#publisherNodeIds.add(nodeId);
  }

  #next(measured: Measured | undefined): void {
    const before = this.#state.shown;
    this.#state = nextQuality(this.#state, measured);
    const { shown } = this.#state;
    const joined = this.#joined();
    if (joined !== undefined && shown !== before)
      joined.room.tellOwner((port) => port.quality(joined.sessionId, shown));
  }
}
