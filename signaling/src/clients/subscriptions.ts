// Subscriptions of a client: compares the tracks that it should have (all, or its choice) with those that it has, and
// requests the difference from its media node. A single comparison runs at a time; any event meanwhile repeats it.
import {
  type ErrorCode,
  encodeServerFrame,
  errorCodes,
  isErrorCode,
  limits,
  MeridianError,
  mayReceive,
  type Participant,
  type RoomDifference,
  type RoomState,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import { RenditionChooser, type RenditionNeed, type RenditionTypes } from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import { offerToWire } from '../wire/control-wire.ts';
import { withShownTrack } from '../wire/shown-track.ts';
import { atHomes } from './at-homes.ts';
import { atNode } from './at-node.ts';
import type { ClientContext } from './context.ts';
import type { LocalRoom } from './local-room.ts';

export interface SubscriptionsOptions {
  sessionId: string;
  identity: string;
  /** Node where the session lives; `moved` changes it. */
  nodeId: string;
  room: LocalRoom;
  context: ClientContext;
  /** True: every track; false: those that the client requests. */
  automatic: boolean;
  /** The client may receive, and has a receive transport; `allow` changes it. */
  allowed: boolean;
  decodes: RenditionTypes;
  send(frame: Uint8Array): void;
}

type Update = wire.UpdateSubscription.$Properties;

/** Requests of the client about a track, and failures to subscribe it. */
interface TrackWish {
  /** Request with which the client subscribed the track. */
  chosen?: Update | undefined;
  /** Latest request about the track since the client has it. */
  latestUpdate?: Update | undefined;
  isDeclined?: boolean;
  attempts?: number;
  isGivenUp?: boolean;
}

export class Subscriptions {
  readonly #o: SubscriptionsOptions;
  #nodeId: string;
  #allowed: boolean;
  #held = new Set<string>();
  /** Tracks at the second home, during a move. */
  #secondHome:
    | { readonly nodeId: string; readonly held: Set<string>; readonly offered: ReadonlyMap<string, Update | undefined> }
    | undefined;
  /** Wishes by track; undefined for most sessions, which have none. */
  #wishes: Map<string, TrackWish> | undefined;
  /** Participants that restrict who may receive them; undefined if none has. */
  #restricted: Set<string> | undefined;
  /** Converts the ids above, which the client knows, to those of the media node. */
  readonly #renditions = new RenditionChooser();
  /** Keys of the `needs` that the room knows. */
  #reportedNeeds = '';
  #isRunning = false;
  #mustRerun = false;
  #retryTimer: Timer | undefined;
  #closed = false;

  constructor(o: SubscriptionsOptions) {
    this.#o = o;
    this.#nodeId = o.nodeId;
    this.#allowed = o.allowed;
  }

  /** Tracks that the media node sends to the client. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** Changes the right to receive. The media node ends tracks that are no longer allowed. */
  allow(allowed: boolean): void {
    this.#allowed = allowed;
    for (const wish of this.#wishes?.values() ?? []) forgetFailures(wish);
    this.#reportNeeds();
    this.reconcile();
  }

  /** Returns offers of all received tracks, for a second home of the session. Ends with `moved`. */
  async offersForSecond(nodeId: string): Promise<wire.TrackSubscription.$Properties[]> {
    const offered = this.#updatesOf(this.#held);
    this.#secondHome = { nodeId, held: new Set(), offered };
    const { offers } = await this.#o.room.offers(
      nodeId,
      [...this.#held].map((trackId) => this.idAtNode(trackId)),
    );
    return offers.map((offer) => {
      const trackId = this.#renditions.idAtClient(offer.trackId);
      return offerToWire(offer, preferencesOf(offered.get(trackId)));
    });
  }

  recordAtSecond(trackIds: Iterable<string>): void {
    const second = this.#secondHome;
    if (second === undefined) return;
    for (const trackId of trackIds) {
      second.held.add(trackId);
      this.#passOnNewer(trackId, second);
    }
  }

  /** Makes the second home the session's home, or forgets it. */
  moved(toSecond: boolean): void {
    const second = this.#secondHome;
    this.#secondHome = undefined;
    if (second === undefined || !toSecond) return;
    this.#nodeId = second.nodeId;
    this.#held = second.held;
    for (const trackId of [...this.#held])
      if (this.#wishes?.get(trackId)?.isDeclined === true) this.#recordHeld(trackId);
    this.reconcile();
  }

  /** Records tracks that the media node has subscribed with the join, or before a resume. */
  recordSubscribed(trackIds: Iterable<string>): void {
    for (const trackId of trackIds) this.#held.add(this.#renditions.recordSent(trackId, this.#replica));
    this.#reportNeeds();
    this.#withhold();
  }

  /** Renditions of tracks that the client wants and cannot decode, even while it has them. */
  get needs(): readonly RenditionNeed[] {
    if (this.#closed || !this.#allowed) return [];
    return this.#renditions.undecodable
      .filter((id) => this.#isRequested(id))
      .flatMap((trackId) => {
        const kind = this.#replica?.track(trackId)?.track.kind;
        const mimeType = kind === undefined ? undefined : this.#o.decodes[kind];
        return mimeType === undefined ? [] : [{ trackId, mimeType }];
      });
  }

  withClientIds<T extends { trackId?: string | null; publisherSessionId?: string | null }>(message: T): T {
    return withShownTrack(message, this.#renditions.idAtClient(message.trackId ?? ''), this.#replica);
  }
  idAtNode(trackId: string): string {
    return this.#renditions.idAtNode(trackId);
  }

  /** Counts tracks that failed at the join: retried or given up as after any request. */
  failedAtJoin(failed: readonly wire.SubscriptionFailed.$Properties[]): void {
    for (const entry of failed) this.#countFailure(entry.trackId ?? '', entry.code ?? '');
    this.#retrySoon();
  }

  /** `differences` undefined: everything may differ. */
  onRoster(differences: readonly RoomDifference[] | undefined): void {
    let mayWant = differences === undefined;
    for (const one of differences ?? []) {
      if (one.type === 'trackPublished') mayWant = true;
      else if (one.type === 'participantJoined') mayWant ||= one.participant.tracks.length > 0;
      else if (one.type === 'participantChanged') mayWant ||= this.#isOrWasRestricted(one.participant);
      else if (one.type === 'participantLeft') this.#restricted?.delete(one.participant.sessionId);
      else if (one.type === 'trackUnpublished') {
        // The original or a further rendition may do.
        if (one.track.derivedFrom !== undefined) mayWant = true;
        else this.#forget(one.track.trackId);
      }
    }
    const replica = this.#o.room.replica;
    for (const trackId of [...this.#held]) if (replica?.track(trackId) === undefined) this.#forget(trackId);
    if (!mayWant) return;
    this.#withhold();
    this.reconcile();
  }

  /** Handles an ended consumer; a track that is still in the roster (its carrier died) is requested again. */
  consumerClosed(id: string, nodeId: string): void {
    const trackId = this.#renditions.idAtClient(id);
    if (nodeId === this.#secondHome?.nodeId) this.#secondHome.held.delete(trackId);
    if (nodeId !== this.#nodeId) return;
    this.#held.delete(trackId);
    if (this.#o.room.replica?.track(trackId) === undefined) return;
    this.#countAttempt(trackId);
    this.#retrySoon();
  }

  /**
   * Applies a client's request about a track. NOT_PERMITTED when it cannot receive, TRACK_UNKNOWN, TRACK_LIMIT, or the
   * media node's code. `reason`: for a change that the client did not request, of which it is informed.
   */
  async update(update: Update, reason = ''): Promise<void> {
    if (!this.#allowed) throw new MeridianError('NOT_PERMITTED', 'the session does not receive');
    const trackId = update.trackId ?? '';
    const found = this.#o.room.replica?.track(trackId);
    if (found === undefined || found.publisher.sessionId === this.#o.sessionId || found.track.derivedFrom !== undefined)
      throw new MeridianError('TRACK_UNKNOWN');
    const { sessionId } = this.#o;
    if (update.subscribed !== true) {
      const wish = this.#wishOf(trackId);
      wish.chosen = wish.latestUpdate = undefined;
      if (this.#o.automatic) wish.isDeclined = true;
      const held = this.#held.delete(trackId);
      this.#reportNeeds();
      this.#secondHome?.held.delete(trackId);
      if (held) await this.#unsubscribe(trackId, reason);
      return;
    }
    if (!this.#mayReceive(trackId))
      throw new MeridianError('NOT_PERMITTED', 'the publisher does not let this participant receive the track');
    const wish = this.#wishOf(trackId);
    wish.isDeclined = false;
    if (this.#held.has(trackId)) {
      wish.latestUpdate = update;
      await atHomes(this.#homes, rpc.updateConsumer, (ref) => ({ room: ref, sessionId, update: this.#atNode(update) }));
      return;
    }
    if (this.#held.size >= limits.subscriptionsPerParticipantMax) throw new MeridianError('TRACK_LIMIT');
    wish.chosen = update;
    this.#reportNeeds();
    forgetFailures(wish);
    this.reconcile();
  }

  /** Subscribes or unsubscribes for the service; the client is informed. Rejects as `update`. */
  async order({ trackIds, subscribed }: { readonly trackIds: readonly string[]; readonly subscribed: boolean }) {
    // Tracks that are already in this state keep the client's settings.
    const changed = trackIds.filter((trackId) => this.#held.has(trackId) !== subscribed);
    await Promise.all(changed.map((trackId) => this.update({ trackId, subscribed }, 'UNSUBSCRIBED')));
  }

  reconcile(): void {
    if (this.#closed || !this.#allowed) return;
    this.#mustRerun = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run().catch((error: unknown) =>
      this.#o.context.log.warn({ sessionId: this.#o.sessionId, err: error }, 'subscribing failed'),
    );
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#retryTimer?.cancel();
  }

  async #run(): Promise<void> {
    try {
      while (this.#mustRerun && !this.#closed) {
        this.#mustRerun = false;
        const missing = this.#missing();
        if (missing.length > 0) await this.#subscribe(missing);
      }
    } finally {
      this.#isRunning = false; // in the turn of the last comparison, so that the next request finds no loop running
    }
  }

  #missing(): string[] {
    const publishers = this.#o.room.replica?.participants() ?? [];
    const others = publishers.filter((participant) => participant.sessionId !== this.#o.sessionId);
    const wanted = others
      .flatMap((participant) => participant.tracks.filter((track) => track.derivedFrom === undefined))
      .map((track) => track.trackId)
      .filter((trackId) => this.#wants(trackId));
    return wanted.slice(0, Math.max(0, limits.subscriptionsPerParticipantMax - this.#held.size));
  }

  #wants(trackId: string): boolean {
    if (this.#held.has(trackId)) return false;
    if (this.#wishes?.get(trackId)?.isGivenUp === true && !this.#renditions.hasUntried(trackId, this.#replica))
      return false;
    return this.#isRequested(trackId);
  }

  /** Returns whether the participant restricts its receivers, or did when it was last seen. */
  #isOrWasRestricted({ sessionId }: Participant): boolean {
    // Roster differences lack `subscribers`, which clients do not see.
    const subscribers = this.#replica?.get(sessionId)?.subscribers;
    const wasRestricted = this.#restricted?.has(sessionId) === true;
    if (subscribers !== undefined) this.#restrict(sessionId);
    else this.#restricted?.delete(sessionId);
    return wasRestricted || subscribers !== undefined;
  }

  #restrict(sessionId: string): void {
    this.#restricted ??= new Set();
    this.#restricted.add(sessionId);
  }

  /** Returns whether the publisher lets the client receive the track. */
  #mayReceive(trackId: string): boolean {
    const found = this.#replica?.track(trackId);
    if (found?.publisher.subscribers !== undefined) this.#restrict(found.publisher.sessionId);
    return found === undefined || mayReceive(found.publisher, found.track.source, this.#o.identity);
  }

  /** Ends forbidden tracks at the media node, which informs the client. */
  #withhold(): void {
    for (const trackId of [...this.#held]) {
      if (this.#mayReceive(trackId)) continue;
      this.#held.delete(trackId);
      this.#secondHome?.held.delete(trackId);
      this.#unsubscribe(trackId, 'NOT_PERMITTED').catch(
        ignoringErrors(this.#o.context.log, 'a track that may not be received any more could not be ended'),
      );
    }
    this.#reportNeeds();
  }

  #isRequested(trackId: string): boolean {
    if (!this.#mayReceive(trackId)) return false;
    const wish = this.#wishes?.get(trackId);
    if (this.#held.has(trackId) || wish?.chosen !== undefined) return true;
    return this.#o.automatic && wish?.isDeclined !== true;
  }

  #reportNeeds(): void {
    const needs = this.needs.map(({ trackId }) => trackId).join();
    if (needs === this.#reportedNeeds) return;
    this.#reportedNeeds = needs;
    this.#o.room.needsChanged();
  }

  get #replica(): RoomState | undefined {
    return this.#o.room.replica;
  }
  get #homes(): Parameters<typeof atHomes>[0] {
    const { context, room } = this.#o;
    const second = this.#secondHome;
    return { context, room, nodeId: this.#nodeId, move: second && { otherNodeId: second.nodeId } };
  }

  async #subscribe(trackIds: string[]): Promise<void> {
    const { room, sessionId, context } = this.#o;
    const nodeId = this.#nodeId;
    const offered = this.#updatesOf(trackIds);
    const failed: wire.SubscriptionFailed.$Properties[] = [];
    let made: wire.Subscription.$Properties[] = [];
    try {
      const wanted = trackIds.map((trackId) => this.#renditions.choose(trackId, this.#replica) ?? trackId);
      const answer = await room.offers(nodeId, wanted);
      failed.push(...answer.failed.map((entry) => this.withClientIds(entry)));
      const subscriptions = answer.offers.map((offer) =>
        offerToWire(offer, preferencesOf(offered.get(this.#renditions.idAtClient(offer.trackId)))),
      );
      if (subscriptions.length > 0) {
        const subscribed = await atNode(context, room, nodeId, rpc.subscribeTracks, (ref) => ({
          room: ref,
          sessionId,
          subscriptions,
        }));
        made = subscribed.subscriptions.map((subscription) => this.withClientIds(subscription));
        failed.push(...subscribed.failed.map((entry) => this.withClientIds(entry)));
      }
    } catch (error) {
      const code = codeOf(error) ?? 'INTERNAL';
      this.#o.context.log.debug({ sessionId, err: error }, 'tracks could not be subscribed');
      failed.push(...trackIds.map((trackId) => ({ trackId, code, message: '' })));
    }
    if (this.#closed) return;
    if (nodeId !== this.#nodeId) {
      this.#mustRerun = true; // the subscriptions were made at a node that the session has left
      return;
    }
    for (const { trackId } of made) {
      this.#recordHeld(trackId ?? '');
      this.#passOnNewer(trackId ?? '', { nodeId, offered });
    }
    this.#withhold();
    const givenUp = failed.filter((entry) => this.#countFailure(entry.trackId ?? '', entry.code ?? ''));
    if (made.length > 0 || givenUp.length > 0)
      this.#o.send(encodeServerFrame({ subscriptionsAdded: { subscriptions: made, failed: givenUp } }));
    if (failed.length > givenUp.length) this.#retrySoon();
  }

  #recordHeld(trackId: string): void {
    this.#held.add(trackId);
    const wish = this.#wishes?.get(trackId);
    if (wish === undefined) return;
    forgetFailures(wish);
    // The client declined the track while it was being made.
    if (wish.isDeclined === true)
      this.update({ trackId, subscribed: false }).catch((error: unknown) =>
        this.#o.context.log.debug({ err: error }, 'an unwanted subscription stays until the track ends'),
      );
  }

  /** Passes on what the client has requested since the track was offered to the node. */
  #passOnNewer(
    trackId: string,
    { nodeId, offered }: { readonly nodeId: string; readonly offered: ReadonlyMap<string, Update | undefined> },
  ): void {
    const update = this.#updateOf(trackId);
    if (update === undefined || update === offered.get(trackId)) return;
    const { context, room, sessionId } = this.#o;
    atNode(context, room, nodeId, rpc.updateConsumer, (ref) => ({ room: ref, sessionId, update: this.#atNode(update) }))
      // The media node answers so when the track has ended meanwhile.
      .catch(ignoringErrors(context.log, 'a request about a track that was being subscribed is lost'));
  }

  #updateOf(trackId: string): Update | undefined {
    const wish = this.#wishes?.get(trackId);
    return wish?.latestUpdate ?? wish?.chosen;
  }
  #wishOf(trackId: string): TrackWish {
    const wish = this.#wishes?.get(trackId) ?? {};
    this.#wishes ??= new Map();
    this.#wishes.set(trackId, wish);
    return wish;
  }
  #updatesOf(trackIds: Iterable<string>): ReadonlyMap<string, Update | undefined> {
    return new Map([...trackIds].map((trackId) => [trackId, this.#updateOf(trackId)]));
  }
  #atNode(update: Update): Update {
    return { ...update, trackId: this.idAtNode(update.trackId ?? '') };
  }

  /** Counts a failure; returns true when retries are pointless and the client has to be informed. */
  #countFailure(trackId: string, code: string): boolean {
    const known: ErrorCode = isErrorCode(code) ? code : 'INTERNAL';
    const attempts = this.#countAttempt(trackId);
    // The node may lack a track of the roster for a moment, before or after the roster's change.
    const retryable = errorCodes[known][1] || known === 'TRACK_UNKNOWN' || known === 'GRANT_MISSING';
    if (this.#o.room.replica?.track(trackId) === undefined) {
      this.#forget(trackId);
      return false;
    }
    if (retryable && attempts < bounds.subscribeAttemptsMax) return false;
    if (known === 'CODEC_UNSUPPORTED' || this.idAtNode(trackId) !== trackId) this.#renditions.refuse(trackId);
    this.#reportNeeds();
    if (this.#renditions.hasUntried(trackId, this.#replica)) {
      this.#wishOf(trackId).attempts = 0;
      this.#mustRerun = true;
      return false;
    }
    this.#wishOf(trackId).isGivenUp = true;
    return true;
  }

  #countAttempt(trackId: string): number {
    const wish = this.#wishOf(trackId);
    wish.attempts = (wish.attempts ?? 0) + 1;
    return wish.attempts;
  }

  #retrySoon(): void {
    if (this.#closed || this.#retryTimer !== undefined) return;
    let attempts = 0;
    for (const wish of this.#wishes?.values() ?? []) attempts = Math.max(attempts, wish.attempts ?? 0);
    if (attempts === 0) return;
    this.#retryTimer = this.#o.context.clock.after(
      bounds.subscribeRetryMs * Math.min(attempts, bounds.subscribeAttemptsMax),
      () => {
        this.#retryTimer = undefined;
        this.reconcile();
      },
    );
  }

  /** `reason`: for a change that the client did not request, of which it is informed. */
  async #unsubscribe(trackId: string, reason = ''): Promise<void> {
    const { sessionId } = this.#o;
    const there = this.idAtNode(trackId);
    await atHomes(this.#homes, rpc.unsubscribeTrack, (ref) => ({ room: ref, sessionId, trackId: there, reason }));
  }

  /** Forgets an ended track. Its consumers end with it, except a rendition's, which may continue. */
  #forget(trackId: string): void {
    if (this.#held.delete(trackId) && this.idAtNode(trackId) !== trackId)
      this.#unsubscribe(trackId).catch(
        ignoringErrors(this.#o.context.log, 'the rendition of a track that ended is still received'),
      );
    this.#renditions.forget(trackId);
    this.#secondHome?.held.delete(trackId);
    this.#wishes?.delete(trackId);
    this.#reportNeeds();
  }
}

function forgetFailures(wish: TrackWish): void {
  wish.attempts = 0;
  wish.isGivenUp = false;
}

function preferencesOf(update: Update | undefined): {
  paused?: boolean;
  spatialLayer?: number;
  temporalLayer?: number;
} {
  return {
    ...(update?.paused ? { paused: true } : {}),
    ...(update?.spatialLayer == null ? {} : { spatialLayer: update.spatialLayer }),
    ...(update?.temporalLayer == null ? {} : { temporalLayer: update.temporalLayer }),
  };
}
