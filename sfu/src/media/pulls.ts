// Tracks that this node pulls from others: one pull per track, shared by all subscribers on this node.
import { errorInfoOf, limits, Machine, MeridianError, producerIdOf } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type PullEffect, type PullEvent, type PullState, pullTable } from '../core/index.ts';
import type { Pipe } from '../engine.ts';
import type { GrantShape, Neighbours, Outbox, PulledTrack } from './shapes.ts';
import { NodeTrack } from './track.ts';

export interface PullPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly neighbours: Neighbours;
  readonly outbox: Outbox;
  pipe(nodeId: string, fence: string): Promise<Pipe>;
  ownerOf(roomKey: string): string;
  /** Adds the pulled track to its room. Returns false when the room no longer needs it. */
  onCarried(track: NodeTrack): boolean;
  onScored(track: NodeTrack): void;
  onShared(track: NodeTrack): void;
  onDropped(pull: Pull, track: NodeTrack, reason: string): void;
}
export interface PullRequest {
  readonly roomKey: string;
  /** Fence of the room; the carrier must be inside it. */
  readonly fence: string;
  readonly trackId: string;
  readonly carrierId: string;
  /** Address of the carrier by the room's owner; undefined: the owner named none. */
  readonly carrierUrl?: string | undefined;
  readonly grant: GrantShape | undefined;
  /** Track epoch: number of the producer that this pull creates on this node (`nextTrackEpoch` of core/room.ts). */
  readonly epoch: number;
}

interface PullTablePort {
  onReleased(): void;
  /**
   * Returns true when another live pull gets the carrier's same producer of the track. `servedEpoch` 0: any producer.
   */
  isPulledByOther(servedEpoch: number): boolean;
}

export class Pull {
  readonly request: PullRequest;
  readonly #ports: PullPorts;
  readonly #machine: Machine<PullState, PullEvent, PullEffect, string>;
  readonly #ready = Promise.withResolvers<NodeTrack>();
  readonly #subscriberIds = new Set<string>();
  readonly #table: PullTablePort;
  #track: NodeTrack | undefined;
  #lingerTimer: Timer | undefined;
  #failure: MeridianError | undefined;
  #carrierPaused: boolean | undefined;
  /** Whether the carrier's latest report calls the track shared; undefined: no report since the carrier's answer. */
  #carrierShared: boolean | undefined;
  /** Track epoch of the pulled producer at the carrier; 0 before the carrier's answer. */
  #servedEpoch = 0;
  /** Highest track epoch of the carrier's producers that ended before the carrier's answer. */
  #endedEpoch = 0;
  #isReleased = false;

  constructor(request: PullRequest, ports: PullPorts, owner: PullTablePort) {
    this.request = request;
    this.#ports = ports;
    this.#table = owner;
    this.#ready.promise.catch(() => undefined); // waiting callers receive the rejection; there may be none
    this.#machine = new Machine({
      table: pullTable,
      initial: 'idle',
      apply: (effect, reason) => this.#effects[effect](reason ?? ''),
    });
  }

  get state(): PullState {
    return this.#machine.state;
  }
  get track(): NodeTrack | undefined {
    return this.#track;
  }
  get subscriberIds(): ReadonlySet<string> {
    return this.#subscriberIds;
  }

  want(wanter: string): Promise<NodeTrack> {
    this.#subscriberIds.add(wanter);
    this.#machine.dispatch('wanted');
    return this.#ready.promise;
  }

  unwant(wanter: string): void {
    if (this.#subscriberIds.delete(wanter) && this.#subscriberIds.size === 0) this.#machine.dispatch('unwanted');
  }

  get servedEpoch(): number {
    return this.#servedEpoch;
  }

  /** Returns whether this pull gets the carrier's producer with this track epoch; 0: any producer. */
  matchesEpoch(trackEpoch: number): boolean {
    return trackEpoch === 0 || this.#servedEpoch === 0 || trackEpoch === this.#servedEpoch;
  }

  /** Ends the pull. Before the carrier's answer, only notes the track epoch: the answer may be another producer. */
  onEndedAtCarrier(trackEpoch: number, reason: string): void {
    if (trackEpoch > 0 && this.#servedEpoch === 0 && this.#track === undefined)
      this.#endedEpoch = Math.max(this.#endedEpoch, trackEpoch);
    else this.end('ended', reason);
  }

  setPaused(paused: boolean): void {
    this.#carrierPaused = paused;
    if (this.#track !== undefined) this.#applyPause(this.#track, paused);
  }

  setScore(score: number): void {
    if (this.#track === undefined || score === 0 || this.#track.originScore === score) return;
    this.#track.originScore = score;
    this.#ports.onScored(this.#track);
  }

  setShared(shared: boolean): void {
    this.#carrierShared = shared;
    this.#track?.setSharedUpstream(shared);
  }

  /** `held` is the carrier's reason to hold the track back; `''`: it sends the track. */
  setHeld(held: string): void {
    if (this.#track === undefined || this.#track.upstreamHoldReason === held) return;
    this.#track.upstreamHoldReason = held;
    this.#ports.onScored(this.#track);
  }

  /** True when, as far as this node knows, the carrier should send the track now. */
  get isExpected(): boolean {
    const { track } = this;
    if (this.state !== 'carried' || track === undefined) return false;
    return !track.producer.paused && track.requestedLevel.spatialLayers !== 0 && track.upstreamHoldReason === '';
  }

  /** Asks the room's owner for another carrier; media continues as long as it arrives. */
  reportDoubtful(): void {
    if (this.state === 'carried') this.#announce(true, true);
  }

  end(event: 'ended' | 'lost' | 'close', reason: string): void {
    this.#failure ??= new MeridianError(event === 'lost' ? 'NODE_UNREACHABLE' : 'TRACK_UNKNOWN', reason);
    this.#machine.dispatch(event, reason);
  }

  readonly #effects: Record<PullEffect, (reason: string) => void> = {
    ask: () => {
      this.#ports.log.info(this.#logFields, 'pull begun');
      void this.#requestPull();
    },
    announce: () => this.#announce(true),
    startLinger: () => {
      this.#lingerTimer = this.#ports.clock.after(limits.pullLingerMs, () =>
        this.#machine.dispatch('lingerOver', 'unwatched'),
      );
    },
    stopLinger: () => this.#lingerTimer?.cancel(),
    unpull: () => this.#unpull(),
    drop: (reason) => {
      this.#lingerTimer?.cancel();
      if (this.#track !== undefined) this.#ports.onDropped(this, this.#track, reason);
      this.#track?.close();
      this.#release();
    },
    retract: () => this.#announce(false),
    reject: () => {
      this.#ready.reject(this.#failure ?? new MeridianError('INTERNAL'));
      this.#release();
    },
  };

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#ports.log.info({ ...this.#logFields, reason: this.#failure?.message ?? 'unwatched' }, 'pull let go');
    this.#table.onReleased();
  }

  async #requestPull(): Promise<void> {
    const { carrierId, carrierUrl, fence } = this.request;
    try {
      this.#ports.neighbours.reach(carrierId, carrierUrl);
      const pipe = await this.#ports.pipe(carrierId, fence);
      const pulled = await this.#ports.neighbours.pull(carrierId, this.request);
      this.#servedEpoch = pulled.trackEpoch;
      if (pulled.trackEpoch > 0 && pulled.trackEpoch <= this.#endedEpoch) throw new MeridianError('TRACK_UNKNOWN');
      if (this.state === 'pulling') await this.#createTrack(pipe, pulled);
      else this.#unpull(); // the pull has ended before the carrier's answer
    } catch (error) {
      const { code, message } = errorInfoOf(error);
      this.#ports.log.warn({ ...this.#errorFields, code, err: error }, 'pull failed');
      this.#failure ??= new MeridianError(isReachable(error) ? code : 'NODE_UNREACHABLE', message);
      this.#machine.dispatch('failed');
    }
  }

  /**
   * Asks the carrier to stop, unless another pull gets the same producer: a carrier serves a node once per producer, so
   * that pull would fall silent without notice.
   */
  #unpull(): void {
    const { roomKey, trackId, carrierId } = this.request;
    const trackEpoch = this.#servedEpoch;
    if (!this.#table.isPulledByOther(trackEpoch))
      this.#ports.neighbours.unpull(carrierId, { roomKey, trackId, trackEpoch });
  }

  async #createTrack(pipe: Pipe, pulled: PulledTrack): Promise<void> {
    const { roomKey, fence, trackId, carrierId, epoch } = this.request;
    const { trackEpoch } = pulled;
    const producer = await pipe.produce({
      id: producerIdOf(trackId, this.#ports.nodeId, epoch),
      kind: pulled.track.kind,
      rtpParameters: pulled.rtpParameters,
      paused: pulled.paused,
      keyFrameRequestDelayMs: 0, // the origin merges key frame requests; every node on the way would add its own delay
      onScore: () => undefined, // the score of each consumer includes the producer's
    });
    if (this.state !== 'pulling') {
      producer.close();
      return;
    }
    const track: NodeTrack = new NodeTrack({
      roomKey,
      fence,
      info: { ...pulled.track, muted: pulled.paused },
      publisherSessionId: pulled.publisherSessionId,
      origin: false,
      epoch,
      producer,
      clock: this.#ports.clock,
      log: this.#ports.log,
      isSharedUpstream: this.#carrierShared ?? pulled.shared,
      onDemand: (level) => this.#ports.outbox.demand(carrierId, { roomKey, trackId, trackEpoch, level }),
      onShared: () => this.#ports.onShared(track),
      onCatchUp: (catchUp) =>
        this.#ports.outbox.demand(carrierId, { roomKey, trackId, trackEpoch, level: track.requestedLevel, catchUp }),
    });
    if (!this.#ports.onCarried(track)) {
      track.close();
      this.#unpull();
      throw new MeridianError('SESSION_UNKNOWN', 'all sessions have left the room');
    }
    this.#track = track;
    if (this.#carrierPaused !== undefined) this.#applyPause(track, this.#carrierPaused);
    this.#machine.dispatch('pulled');
    this.#ready.resolve(track);
    if (this.#subscriberIds.size === 0) this.#machine.dispatch('unwanted');
  }

  #applyPause(track: NodeTrack, paused: boolean): void {
    track
      .setPaused(paused)
      .catch((error: unknown) => this.#ports.log.warn({ ...this.#errorFields, err: error }, 'pause failed'));
  }

  #announce(carries: boolean, doubtful = false): void {
    const { roomKey, trackId, carrierId } = this.request;
    this.#ports.outbox.carrierChanged(this.#ports.ownerOf(roomKey), {
      roomKey,
      trackId,
      carries,
      fromNodeId: carrierId,
      doubtful,
    });
  }

  get #logFields(): object {
    const { roomKey, trackId, carrierId } = this.request;
    return { roomKey, trackId, fromNodeId: carrierId, toNodeId: this.#ports.nodeId };
  }

  get #errorFields(): object {
    const { roomKey, trackId, carrierId } = this.request;
    return { roomKey, trackId, carrierId };
  }
}

/** Returns false when the link is down or the carrier did not answer (`LINK_…`), true for an error from the carrier. */
function isReachable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return !(typeof code === 'string' && code.startsWith('LINK_'));
}

const keyOf = (roomKey: string, trackId: string): string => `${roomKey}\n${trackId}`;

/** All pulls of this node. A track has one current pull; while the track moves, another pull of it may exist. */
export class PullTable {
  readonly #ports: PullPorts;
  readonly #current = new Map<string, Pull>();
  readonly #all = new Set<Pull>();

  constructor(ports: PullPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#all.size;
  }

  find(roomKey: string, trackId: string): Pull | undefined {
    return this.#current.get(keyOf(roomKey, trackId));
  }

  /** Returns the current pulls whose carriers should send media now. */
  expectedPulls(): Pull[] {
    return [...this.#current.values()].filter(({ isExpected: isAwaited }) => isAwaited);
  }

  begin(request: PullRequest): Pull {
    const pull = this.find(request.roomKey, request.trackId) ?? this.beginDetached(request);
    this.#current.set(keyOf(request.roomKey, request.trackId), pull);
    return pull;
  }

  /** Creates a pull that is not the track's current one, for a move; `promote` makes it current. */
  beginDetached(request: PullRequest): Pull {
    const { carrierId, roomKey, trackId } = request;
    const isPulledAnew = (servedEpoch: number): boolean =>
      this.pullsFrom(carrierId, roomKey, trackId).some(
        (other) =>
          other !== pull && other.state !== 'released' && (servedEpoch === 0 || other.matchesEpoch(servedEpoch)),
      );
    const pull: Pull = new Pull(request, this.#ports, {
      onReleased: () => this.#remove(pull),
      isPulledByOther: isPulledAnew,
    });
    this.#all.add(pull);
    return pull;
  }

  promote(pull: Pull): void {
    this.#current.set(keyOf(pull.request.roomKey, pull.request.trackId), pull);
  }

  /** Leaves the track without a current pull; the pull itself lives until its subscribers have changed over. */
  demote(roomKey: string, trackId: string): void {
    this.#current.delete(keyOf(roomKey, trackId));
  }

  pullsFrom(carrierId: string, roomKey?: string, trackId?: string): Pull[] {
    return [...this.#all].filter(
      ({ request }) =>
        request.carrierId === carrierId &&
        (roomKey === undefined || (request.roomKey === roomKey && request.trackId === trackId)),
    );
  }

  get carriers(): string[] {
    return [...this.#all].map(({ request }) => request.carrierId);
  }

  close(reason: string): void {
    for (const pull of [...this.#all]) pull.end('close', reason);
  }

  #remove(pull: Pull): void {
    this.#all.delete(pull);
    const key = keyOf(pull.request.roomKey, pull.request.trackId);
    if (this.#current.get(key) === pull) this.#current.delete(key);
  }
}
