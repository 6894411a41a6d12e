// Sends a room's programme to a foreign server, as an encoder does. The programme continues while the server is away.
import type { StreamKey } from '../adapters/stream-keys.ts';
import type { RtmpTarget } from '../core/cdn/target.ts';
import { RateMeter } from '../core/rate-meter.ts';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { WaitingBytes, WaitingPlace } from '../core/waiting-bytes.ts';
import type { LiveRooms, LiveViewer } from '../live/live-rooms.ts';
import { AnnouncedProgramme, Announcement } from '../room/announced.ts';
import type { Programme, ProgrammeItem } from '../room/programme.ts';
import type { RtmpDial } from '../rtmp/dialer.ts';
import { Redial, type RedialBase } from './redial.ts';
import type { RoomStream, RoomStreamStatus } from './room-streams.ts';

type PushedItem = Pick<ProgrammeItem, 'kind' | 'isFormat' | 'isKey' | 'rtmp'> & Partial<Pick<ProgrammeItem, 'content'>>;
interface PushViewer<T> {
  take(item: T): void;
  ended(code: string): void;
}
export interface Pushable extends Pick<Programme, 'expects' | 'demandKeyFrame'> {
  watch(viewer: PushViewer<PushedItem>): () => void;
  begin(): readonly PushedItem[];
}

/**
 * A player at the foreign server begins with a key frame, and browsers make none without a request. Requests at this
 * time after the last key frame give at least one every two seconds.
 */
const KEY_FRAME_MS = 1700;

export interface PushOptions extends RedialBase {
  readonly id: string;
  readonly target: RtmpTarget;
  readonly programmes: { open(key: StreamKey): Promise<Pushable> };
  readonly live: LiveRooms;
  readonly waiting?: WaitingBytes;
  readonly key: StreamKey;
}

export interface PushStatus extends RoomStreamStatus {
  /** Pictures dropped because the connection is slower than the programme. */
  readonly droppedPictures: number;
}

export class Push implements RoomStream<PushStatus> {
  readonly id: string;
  readonly unique: readonly string[];
  readonly #o: PushOptions;
  readonly #redial: Redial;
  readonly #rate = new RateMeter();
  #programme: Pushable | undefined;
  #stopWatching: (() => void) | undefined;
  #liveViewer: LiveViewer | undefined;
  #slow = new SlowViewer();
  #waitingPlace: WaitingPlace | undefined;
  #droppedBefore = 0;
  #isClosed = false;

  constructor(o: PushOptions) {
    this.#o = o;
    this.id = o.id;
    this.unique = [o.target.id];
    const user = {
      prepare: () => this.#prepare(),
      ready: (dial: RtmpDial) => this.#begin(dial),
      media: () => undefined,
      ended: () => this.#pause(),
    };
    this.#redial = new Redial({ ...o, role: 'publish', user });
  }

  get status(): PushStatus {
    return {
      id: this.id,
      url: this.#o.target.redactedUrl,
      ...this.#redial.status,
      bitrateKbps: this.#rate.kbps(this.#o.clock.nowMs()),
      droppedPictures: this.#droppedBefore + this.#slow.dropped,
    };
  }

  start(keep: boolean): Promise<void> {
    return this.#redial.begin(keep);
  }

  close(): void {
    this.#isClosed = true;
    this.#redial.close();
    this.#waitingPlace?.leave();
    this.#liveViewer?.close();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  async #prepare(): Promise<void> {
    if (this.#programme !== undefined) return;
    const programme = await this.#o.programmes.open(this.#o.key);
    if (this.#isClosed) return; // A programme without viewers ends by itself.
    this.#programme = programme;
    this.#pause();
  }

  #begin(dial: RtmpDial): void {
    const { clock } = this.#o;
    this.#droppedBefore += this.#slow.dropped;
    const slow = new SlowViewer();
    this.#slow = slow;
    let keyMs = clock.nowMs(); // Time of the last key frame, or of the last request for one.
    this.#redial.markLive();
    const tooSlow = (): void => dial.fail('TOO_SLOW', '');
    const place = this.#o.waiting?.enter({
      get queuedBytes() {
        return dial.queuedBytes;
      },
      tooSlow,
    });
    this.#waitingPlace = place;
    const counted = this.#o.live.viewer(this.#o.key, 'push');
    this.#liveViewer = counted;
    this.#watch((item) => {
      if (item.isKey) keyMs = clock.nowMs();
      else if (clock.nowMs() - keyMs >= KEY_FRAME_MS) {
        keyMs = clock.nowMs();
        this.#programme?.demandKeyFrame();
      }
      const verdict = slow.verdictFor(item, dial.queuedBytes);
      if (verdict === 'end') tooSlow();
      if (verdict !== 'send') return;
      const message = item instanceof Announcement ? item.pushed : item.rtmp;
      dial.write(message);
      this.#rate.note(message.length, clock.nowMs());
      counted.sent(message.length);
      place?.note();
    });
    if (this.#programme === undefined) dial.fail('CONNECTION_CLOSED', 'the programme is over');
  }

  #pause(): void {
    this.#waitingPlace?.leave();
    this.#liveViewer?.close();
    this.#watch(() => undefined);
  }

  #watch(take: (item: PushedItem | Announcement) => void): void {
    const programme = this.#programme;
    const stopBefore = this.#stopWatching;
    const announced = programme && new AnnouncedProgramme(programme, { clock: this.#o.clock, onChange: 'add' });
    const stop = announced?.watch({
      take,
      ended: (code) => {
        if (this.#programme !== programme) return;
        this.#programme = undefined;
        this.#stopWatching = undefined;
        this.#redial.fail(code, 'the programme is over');
      },
    });
    stopBefore?.();
    if (this.#programme === programme) this.#stopWatching = stop;
  }
}
