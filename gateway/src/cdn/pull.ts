// A stream of a foreign server as a participant of a room. The participant stays for as long as the pull exists, also
// while the server is away.
import type { StreamKey } from '../adapters/stream-keys.ts';
import type { EndCode } from '../core/cdn/redial.ts';
import type { RtmpTarget } from '../core/cdn/target.ts';
import { malformedCodes } from '../core/malformed.ts';
import { RateMeter } from '../core/rate-meter.ts';
import type { RtmpMedia } from '../core/rtmp/media.ts';
import type { Publication, Publications } from '../live/publications.ts';
import { FlvInput } from '../room/flv-input.ts';
import type { Encoder, PublishPoint } from '../room/publish-point.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import { Redial, type RedialBase } from './redial.ts';
import type { RoomStream, RoomStreamStatus } from './room-streams.ts';

/** The participant was sent away, or somebody else publishes in its place: the pull does not come back. */
const FINAL = new Set(['KICKED', 'DUPLICATE_IDENTITY', 'REPLACED']);

export interface PullOptions extends RedialBase {
  readonly id: string;
  readonly target: RtmpTarget;
  readonly points: Pick<PublishPoints, 'open'>;
  readonly publications: Publications;
  /** To publish in the room, as the participant. */
  readonly key: StreamKey;
  /** The pull is over without `close`. */
  onOver(): void;
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
  /** As long as the pull. */
  #publication: Publication | undefined;
  #point: PublishPoint | undefined;
  /** The point's, of the present connection or of the last one: while it has one, the participant stays. */
  #encoder: Encoder | undefined;
  #input: FlvInput | undefined;
  #isClosed = false;

  constructor(o: PullOptions) {
    this.#o = o;
    this.id = o.id;
    this.unique = [o.target.id, `identity ${o.key.identity}`];
    const user = {
      prepare: () => this.#prepare(),
      ready: () => this.#begin(),
      media: (media: RtmpMedia) => this.#take(media),
      ended: () => {
        this.#input = undefined;
      },
    };
    this.#redial = new Redial({ ...o, role: 'play', user });
  }

  get status(): PullStatus {
    return {
      ...{ id: this.id, url: this.#o.target.shown, identity: this.#o.key.identity, ...this.#redial.status },
      bitrateKbps: this.#rate.kbps(this.#o.clock.nowMs()),
    };
  }

  start(): Promise<void> {
    return this.#redial.start();
  }

  close(): void {
    this.#isClosed = true;
    this.#redial.close();
    this.#publication?.end();
    this.#point?.close();
    this.#point = undefined;
  }

  async #prepare(): Promise<void> {
    if (this.#point !== undefined) return;
    const place = { protocol: 'cdn', clientIp: '' };
    this.#publication ??= await this.#o.publications.begin(this.#o.key, place);
    if (this.#isClosed) this.#publication.end();
    if (this.#isClosed) return;
    const point = await this.#o.points.open(this.#o.key, place);
    if (this.#isClosed) return; // it leaves by itself when no encoder comes
    this.#point = point;
    this.#encode(point);
  }

  /** Becomes the point's encoder, with a time of its own. */
  #encode(point: PublishPoint): Encoder {
    const encoder: Encoder = {
      replaced: () => this.#over(encoder, 'REPLACED', ''),
      ended: (code, description) => this.#over(encoder, code, description),
    };
    this.#encoder = encoder;
    point.take(encoder);
    return encoder;
  }

  #begin(): void {
    const [point, publication] = [this.#point, this.#publication];
    if (point === undefined || publication === undefined)
      this.#redial.fail('CONNECTION_CLOSED', 'the participant has left');
    else this.#input = new FlvInput(point, this.#encode(point), publication);
  }

  #take({ kind, timestampMs, body }: RtmpMedia): void {
    const refusal = this.#input?.write(kind, timestampMs, body);
    if (refusal === undefined) {
      this.#redial.live();
      this.#rate.note(body.length, this.#o.clock.nowMs());
      return;
    }
    const code = Object.hasOwn(malformedCodes, refusal.code) ? ('MALFORMED' satisfies EndCode) : refusal.code;
    this.#redial.fail(code, refusal.description);
  }

  /** The point has another encoder, or is over. */
  #over(encoder: Encoder, code: string, description: string): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    this.#point = undefined;
    this.#encoder = undefined;
    this.#input = undefined;
    if (!FINAL.has(code)) {
      this.#redial.fail(code, description);
      return;
    }
    this.#o.log.info({ target: this.#o.target.shown, code }, 'a pull is over');
    this.close();
    this.#o.onOver();
  }
}
