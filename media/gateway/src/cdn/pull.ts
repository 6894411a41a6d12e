// Publishes a foreign server's stream as a participant, who leaves after a while without media and returns with it.
import { MeridianClientError } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import type { StreamKey } from '../adapters/stream-keys.ts';
import type { RtmpTarget } from '../core/cdn/target.ts';
import { RateMeter } from '../core/rate-meter.ts';
import type { RtmpMedia } from '../core/rtmp/media.ts';
import type { Publication, Publications } from '../live/publications.ts';
import { FlvInput } from '../room/flv-input.ts';
import { type Encoder, HELD_MS, type PublishPoint } from '../room/publish-point.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import { Redial, type RedialBase } from './redial.ts';
import type { RoomStream, RoomStreamStatus } from './room-streams.ts';

/** Codes after which the pull does not return: the participant was removed, or another client publishes as it. */
const FINAL = new Set(['KICKED', 'DUPLICATE_IDENTITY', 'REPLACED']);
const PULL_PUBLISHER = { protocol: 'cdn', clientIp: '' } as const;
/** Media held while the participant joins: five seconds of the largest streams. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;

export interface PullOptions extends RedialBase {
  readonly id: string;
  readonly target: RtmpTarget;
  readonly points: Pick<PublishPoints, 'open'>;
  readonly publications: Publications;
  readonly key: StreamKey;
  /** Time that the participant stays without media; default: `HELD_MS`. */
  readonly heldMs?: number;
  onOver(code: string, reason: string): void;
}

export interface PullStatus extends RoomStreamStatus {
  readonly identity: string;
}

export class Pull implements RoomStream<PullStatus> {
  readonly id: string;
  readonly unique: readonly string[];
  readonly #o: PullOptions;
  readonly #redial: Redial;
  readonly #rate = new RateMeter();
  #publication: Publication | undefined;
  #point: PublishPoint | undefined;
  /** Encoder of the present or last connection; while the point has it, the participant stays. */
  #encoder: Encoder | undefined;
  #input: FlvInput | undefined;
  #waiting: RtmpMedia[] = [];
  #waitingBytes = 0;
  #isJoining = false;
  #leaveTimer: Timer | undefined;
  #isClosed = false;

  constructor(o: PullOptions) {
    this.#o = o;
    this.id = o.id;
    this.unique = [o.target.id, `identity ${o.key.identity}`];
    const user = {
      prepare: () => this.#prepare(),
      ready: () => this.#begin(),
      media: (media: RtmpMedia) => this.#onMedia(media),
      ended: () => this.#awaitMedia(),
    };
    this.#redial = new Redial({ ...o, role: 'play', user });
  }

  get status(): PullStatus {
    return {
      id: this.id,
      url: this.#o.target.redactedUrl,
      identity: this.#o.key.identity,
      ...this.#redial.status,
      bitrateKbps: this.#rate.kbps(this.#o.clock.nowMs()),
    };
  }

  start(keep: boolean): Promise<void> {
    return this.#redial.begin(keep);
  }

  close(): void {
    this.#isClosed = true;
    this.#redial.close();
    this.#publication?.end();
    this.#leave();
  }

  /** Joins before the first connection, so that errors are known at once; later joins wait for media. */
  async #prepare(): Promise<void> {
    if (this.#publication !== undefined) return;
    const { key, publications, points } = this.#o;
    this.#publication = await publications.begin(key, PULL_PUBLISHER);
    if (this.#isClosed) this.#publication.end();
    if (this.#isClosed) return;
    const point = await points.open(key, PULL_PUBLISHER);
    if (this.#isClosed) return; // A point without an encoder leaves by itself.
    this.#point = point;
    this.#encode(point);
    this.#awaitMedia();
  }

  #awaitMedia(): void {
    this.#input = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#leaveTimer ??= this.#o.clock.after(this.#o.heldMs ?? HELD_MS, () => this.#leave());
  }

  #leave(): void {
    this.#leaveTimer?.cancel();
    this.#leaveTimer = undefined;
    this.#encoder = undefined;
    this.#input = undefined;
    this.#point?.close();
    this.#point = undefined;
  }

  /** Joins again, because media came after the participant had left. */
  async #join(): Promise<void> {
    const { key, points } = this.#o;
    let point: PublishPoint;
    try {
      point = await points.open(key, PULL_PUBLISHER);
    } catch (error) {
      if (!(error instanceof MeridianError || error instanceof MeridianClientError)) throw error;
      this.#end(error.code, error.message);
      return;
    }
    if (this.#isClosed) return;
    if (point.hasEncoder) {
      this.#end('REPLACED', '');
      return;
    }
    this.#point = point;
    this.#encode(point);
    if (this.#waiting.length === 0) this.#awaitMedia();
    else this.#begin();
    for (const media of this.#waiting.splice(0)) this.#onMedia(media);
  }

  #encode(point: PublishPoint): Encoder {
    const encoder: Encoder = {
      replaced: () => this.#over(encoder, 'REPLACED', ''),
      ended: (code, description) => this.#over(encoder, code, description),
    };
    this.#encoder = encoder;
    point.attach(encoder);
    return encoder;
  }

  #begin(): void {
    const [point, publication] = [this.#point, this.#publication];
    if (point === undefined || publication === undefined) return; // The participant joins when media come.
    this.#input = new FlvInput(point, this.#encode(point), publication, this.#redial.drops);
  }

  #onMedia(media: RtmpMedia): void {
    const { kind, timestampMs, body } = media;
    if (this.#input === undefined) {
      this.#stay();
      this.#hold(media);
      return;
    }
    const unitsBefore = this.#input.units;
    const refusal = this.#input.write(kind, timestampMs, body);
    if (refusal === undefined) {
      if (this.#input.units === unitsBefore) return;
      this.#stay();
      this.#redial.markLive();
      this.#rate.note(body.length, this.#o.clock.nowMs());
      return;
    }
    this.#redial.fail(refusal.code, refusal.description);
  }

  #stay(): void {
    this.#leaveTimer?.cancel();
    this.#leaveTimer = undefined;
  }

  #hold(media: RtmpMedia): void {
    this.#waiting.push(media);
    this.#waitingBytes += media.body.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      this.#redial.fail('OVERLOADED', 'the room is not joined in time');
      return;
    }
    if (this.#isJoining) return;
    this.#isJoining = true;
    this.#join()
      .catch((error: unknown) => {
        this.#o.log.error({ err: error }, 'the participant of a pull did not join');
        this.#redial.fail('INTERNAL', '');
      })
      .finally(() => {
        this.#isJoining = false;
      });
  }

  #over(encoder: Encoder, code: string, description: string): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    this.#point = undefined;
    this.#leave();
    this.#end(code, description);
  }

  #end(code: string, description: string): void {
    if (!FINAL.has(code)) {
      this.#redial.fail(code, description);
      return;
    }
    this.#o.log.info({ target: this.#o.target.redactedUrl, code }, 'a pull is over');
    this.close();
    this.#o.onOver(code, description);
  }
}
