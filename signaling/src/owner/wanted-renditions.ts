// Needed renditions at the room's owner. The first need of any signaling node makes the track's publisher add a
// rendition; a while after the last need the publisher may stop. If the publisher cannot make it, a gateway does
// (transcoders.ts), until no client needs it.
//
// Signaling nodes report all their needs each time, and again to the next owner. A publisher's rendition without a need
// (the owner is new, or a stop was lost) counts as if its last need had just gone.
import { type ErrorCode, errorCodes, type Participant, type RoomState } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import {
  feasibleNeeds,
  needKey,
  publishedRenditions,
  type RenditionByOther,
  type RenditionNeed,
} from '../core/index.ts';
import { bounds } from '../limits.ts';
import { isTranscoded, Transcoders, type TranscodersOptions } from './transcoders.ts';

export interface WantedRenditionsOptions extends Pick<TranscodersOptions, 'transcode'> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly roster: Pick<RoomState, 'participants' | 'track'>;
  /** Asks the publisher of a track, or of a rendition, to make the rendition or to stop. */
  ask(publisher: Participant, need: RenditionNeed, isWanted: boolean): void;
}

interface PublisherRequest {
  readonly need: RenditionNeed;
  /** Refusal of the publisher, which gets no further request in this session unless a repetition is scheduled. */
  refused: ErrorCode | undefined;
  /** Runs until a repeated request, after a temporary refusal. */
  retryTimer: Timer | undefined;
  /** Temporary refusals in a row, each soon after its request. */
  failures: number;
  requestedAtMs: number;
  /** Runs while no client needs the rendition, until the publisher is asked to stop. */
  lingerTimer: Timer | undefined;
}

export class WantedRenditions {
  readonly #o: WantedRenditionsOptions;
  readonly #needs = new Map<string, readonly RenditionNeed[]>(); // by signaling node
  readonly #requests = new Map<string, PublisherRequest>();
  readonly #transcoders: Transcoders;
  /** Timers of unneeded renditions by others, after which their makers are asked to stop. */
  readonly #unneeded = new Map<string, Timer>();
  #closed = false;

  constructor(o: WantedRenditionsOptions) {
    this.#o = o;
    this.#transcoders = new Transcoders({
      ...o,
      original: (trackId) => {
        const found = o.roster.track(trackId);
        return found && { track: found.track, nodeId: found.publisher.nodeId };
      },
    });
    this.review();
  }

  /** Replaces the needs of a signaling node; those beyond `renditionNeedsMax` are left out. */
  setNeeds(signalingId: string, needs: readonly RenditionNeed[]): void {
    this.#needs.set(signalingId, needs.slice(0, bounds.renditionNeedsMax));
    this.review();
  }

  /** Drops the needs of a signaling node that has gone. */
  gone(signalingId: string): void {
    if (this.#needs.delete(signalingId)) this.review();
  }

  /** Takes a publisher's refusal of a rendition; refusals of unrequested renditions or by others are ignored. */
  refused(sessionId: string, need: RenditionNeed, code: ErrorCode): void {
    const request = this.#requests.get(needKey(need));
    if (request === undefined || this.#o.roster.track(need.trackId)?.publisher.sessionId !== sessionId) return;
    request.refused = code;
    request.retryTimer?.cancel();
    const isTemporary = errorCodes[code][1];
    request.retryTimer = isTemporary
      ? this.#o.clock.after(this.#pauseMsOf(request), () => this.#retry(request))
      : undefined;
    this.#o.log.info({ sessionId, ...need, code }, 'the publisher cannot make a rendition that a client needs');
    this.review();
  }

  /** Repeats requests to a session that came back over another connection: earlier ones may be lost. */
  repeatRequests(sessionId: string): void {
    for (const request of this.#requests.values())
      if (this.#o.roster.track(request.need.trackId)?.publisher.sessionId === sessionId) this.#ask(request, true);
    this.review();
  }

  review(): void {
    if (this.#closed) return;
    const { roster } = this.#o;
    const participants = roster.participants();
    const presentIds = new Set(participants.map(({ signalingId }) => signalingId));
    for (const signalingId of this.#needs.keys()) if (!presentIds.has(signalingId)) this.#needs.delete(signalingId);
    const { byPublishers, byOthers } = publishedRenditions(participants);
    const needed = feasibleNeeds([...this.#needs.values()].flat(), (trackId) => roster.track(trackId)?.track);
    this.#transcoders.retain(needed);
    for (const [key, need] of needed) {
      if (byOthers.has(key)) this.#transcoders.setPublished(need);
      else this.#request(key, need);
    }
    const known = new Map([...byPublishers, ...[...this.#requests].map(([key, { need }]) => [key, need] as const)]);
    for (const [key, need] of known) {
      // A publisher's refusal is kept as long as the rendition is needed.
      const isDone = byOthers.has(key) && this.#requests.get(key)?.refused === undefined;
      if (!needed.has(key) || isDone) this.#startLinger(key, need);
    }
    this.#endUnneeded(byOthers, needed);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const request of this.#requests.values()) cancelTimers(request);
    this.#requests.clear();
    this.#transcoders.close();
    for (const timer of this.#unneeded.values()) timer.cancel();
    this.#unneeded.clear();
  }

  /** Ends renditions by participants other than the publisher: unneeded ones after a while, duplicates at once. */
  #endUnneeded(byOthers: ReadonlyMap<string, RenditionByOther>, needed: ReadonlyMap<string, RenditionNeed>): void {
    const { clock, ask } = this.#o;
    for (const [key, { need, makers }] of byOthers) {
      for (const maker of makers.slice(1)) ask(maker, need, false);
      if (needed.has(key) || this.#unneeded.has(key)) continue;
      const end = (): void => {
        this.#unneeded.delete(key);
        const made = publishedRenditions(this.#o.roster.participants()).byOthers.get(key);
        for (const maker of made?.makers ?? []) ask(maker, need, false);
      };
      this.#unneeded.set(key, clock.after(bounds.renditionLingerMs, end));
    }
    for (const [key, timer] of this.#unneeded) {
      if (byOthers.has(key) && !needed.has(key)) continue;
      timer.cancel();
      this.#unneeded.delete(key);
    }
  }

  #request(key: string, need: RenditionNeed): void {
    const known = this.#requests.get(key);
    known?.lingerTimer?.cancel();
    if (known !== undefined) {
      known.lingerTimer = undefined;
      if (known.refused !== undefined && errorCodes[known.refused][1] && known.retryTimer === undefined)
        this.#retry(known);
      if (known.refused !== undefined && isTranscoded(need)) this.#transcoders.request(need);
      return;
    }
    const request = newRequest(need);
    this.#requests.set(key, request);
    this.#ask(request, true);
  }

  /** Returns the pause after a refusal: 1 s, 2 s … for refusals in a row; after a rendition that lasted, 1 s again. */
  #pauseMsOf(request: PublisherRequest): number {
    const { clock } = this.#o;
    request.failures = clock.nowMs() - request.requestedAtMs < bounds.transcoderWaitMs ? request.failures + 1 : 1;
    return Math.min(bounds.transcoderPauseMsMax, 1000 * 2 ** Math.min(request.failures - 1, 10));
  }

  /** Asks the publisher again if the rendition is needed, unless another participant makes it meanwhile. */
  #retry(request: PublisherRequest): void {
    request.retryTimer = undefined;
    if (
      request.lingerTimer !== undefined ||
      publishedRenditions(this.#o.roster.participants()).byOthers.has(needKey(request.need))
    )
      return;
    request.refused = undefined;
    this.#ask(request, true);
  }

  #startLinger(key: string, need: RenditionNeed): void {
    const request = this.#requests.get(key) ?? newRequest(need);
    if (this.#o.roster.track(need.trackId) === undefined) {
      cancelTimers(request);
      this.#requests.delete(key);
      return;
    }
    this.#requests.set(key, request);
    request.lingerTimer ??= this.#o.clock.after(bounds.renditionLingerMs, () => {
      request.retryTimer?.cancel();
      this.#requests.delete(key);
      this.#ask(request, false);
    });
  }

  #ask(request: PublisherRequest, isWanted: boolean): void {
    const { need, refused } = request;
    const publisher = this.#o.roster.track(need.trackId)?.publisher;
    request.requestedAtMs = this.#o.clock.nowMs();
    if (publisher !== undefined && refused === undefined) this.#o.ask(publisher, need, isWanted);
  }
}

const newRequest = (need: RenditionNeed): PublisherRequest => ({
  need,
  refused: undefined,
  retryTimer: undefined,
  lingerTimer: undefined,
  failures: 0,
  requestedAtMs: 0,
});

function cancelTimers({ retryTimer: again, lingerTimer }: PublisherRequest): void {
  again?.cancel();
  lingerTimer?.cancel();
}
