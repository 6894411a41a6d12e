// Our part in a break-out room: a second room beside the main one, whose session stays. Meanwhile our tracks in the
// main room are muted and its media is paused. Afterwards everything is as before, except sources that were muted in
// the break-out: a person who turned a source off, or was muted, does not expect to be heard or seen on the way back.
import { type Body, type Emitter, MeridianClientError, type ServerFrame, type TokenSource } from '@meridian/client';
import { breakOutAttribute } from '@meridian/protocol';
import { type BreakOutEnd, breakOutEnd } from './core/break-out-end.ts';
import type { RoomEventMap } from './events.ts';
import type { LocalParticipant } from './participants/local-participant.ts';
import type { RemoteParticipant } from './participants/remote-participant.ts';
import type { LocalTrackPublication } from './tracks/local-publication.ts';
import type { RemoteTrackPublication } from './tracks/remote-publication.ts';
import type { BreakOut, ConnectionState, ConnectOptions, TrackSource } from './types.ts';

/** Longest delay of the end timer, because browsers fire a timer of more than 24 days at once. */
const timerMsMax = 3_600_000;

type Events = Pick<Emitter<RoomEventMap>, 'on' | 'emit'>;
interface MainRoom extends Events {
  readonly state: ConnectionState;
  readonly breakOuts: readonly BreakOut[];
  readonly localParticipant: LocalParticipant;
  readonly remoteParticipants: ReadonlyMap<string, RemoteParticipant>;
}
interface GroupRoom extends Events {
  connect(entryUrl: readonly string[], token: TokenSource, options: ConnectOptions): Promise<void>;
  disconnect(): Promise<void>;
}

export interface BreakOutPorts<Room extends GroupRoom> {
  readonly main: MainRoom;
  makeRoom(): Room;
  request(body: Body): Promise<ServerFrame>;
  readonly entryUrls: () => readonly string[];
  readonly fromCity: () => string | undefined;
  nowWallMs(): number;
}

interface EnteredBreakOut<Room> {
  readonly breakOut: BreakOut;
  readonly room: Room;
  readonly muted: readonly LocalTrackPublication[];
  readonly turnedOff: Set<TrackSource>;
  readonly paused: Set<RemoteTrackPublication>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** @internal */
export class BreakOuts<Room extends GroupRoom> {
  readonly #o: BreakOutPorts<Room>;
  #entered: EnteredBreakOut<Room> | undefined;

  constructor(o: BreakOutPorts<Room>) {
    this.#o = o;
    const { main } = o;
    main.on('breakOutsChanged', () => this.#checkEnd());
    main.on('rightsChanged', () => this.#checkEnd());
    main.on('trackSubscribed', (_track, publication) => this.#pause(publication));
    main.on('disconnected', () => void this.#end('lost'));
  }

  get room(): Room | undefined {
    return this.#entered?.room;
  }
  get current(): BreakOut | undefined {
    return this.#entered?.breakOut;
  }

  async enter(breakOutId: string, options: ConnectOptions): Promise<Room> {
    const { main } = this.#o;
    const breakOut = main.breakOuts.find((one) => one.breakOutId === breakOutId);
    if (breakOut === undefined) throw new MeridianClientError('BREAK_OUT_CLOSED');
    if (this.#entered?.breakOut.breakOutId === breakOutId) return this.#entered.room;
    await this.#end('left');
    const room = this.#o.makeRoom();
    const devicesOn = {
      audio: main.localParticipant.isMicrophoneEnabled,
      video: main.localParticipant.isCameraEnabled,
    };
    const entered = await this.#leaveMain(breakOut, room);
    room.on('disconnected', () => void this.#end('lost', entered));
    room.on('trackMuted', ({ source }, { isLocal }) => void (isLocal && entered.turnedOff.add(source)));
    room.on('trackUnmuted', ({ source }, { isLocal }) => void (isLocal && entered.turnedOff.delete(source)));
    const fromCity = this.#o.fromCity();
    const where = fromCity === undefined ? {} : { fromCity };
    try {
      await room.connect(this.#o.entryUrls(), this.#tokenOf(breakOutId), Object.assign(devicesOn, where, options));
    } catch (error) {
      await this.#end('lost', entered);
      throw error;
    }
    this.#checkEnd();
    return room;
  }

  async leave(): Promise<void> {
    await this.#end('left');
  }

  /** Returns a source of fresh tokens: each token serves one join. */
  #tokenOf(breakOutId: string): TokenSource {
    return async () => {
      const { breakOutToken } = await this.#o.request({ askBreakOutToken: { breakOutId } });
      return breakOutToken?.token ?? '';
    };
  }

  /** Mutes our tracks and pauses the media of the main room before the devices open, since muting releases a camera. */
  async #leaveMain(breakOut: BreakOut, room: Room): Promise<EnteredBreakOut<Room>> {
    const { main } = this.#o;
    const muted = [...main.localParticipant.trackPublications.values()].filter(({ isMuted }) => !isMuted);
    const entered: EnteredBreakOut<Room> = {
      breakOut,
      room,
      muted,
      turnedOff: new Set(),
      paused: new Set(),
      timer: undefined,
    };
    this.#entered = entered;
    for (const { trackPublications } of main.remoteParticipants.values())
      for (const publication of trackPublications.values()) this.#pause(publication);
    await Promise.allSettled(muted.map((publication) => publication.mute()));
    this.#setAttribute(breakOut.name);
    return entered;
  }

  #pause(publication: RemoteTrackPublication): void {
    if (this.#entered === undefined || !publication.isEnabled) return;
    publication.setEnabled(false);
    this.#entered.paused.add(publication);
  }

  #checkEnd(): void {
    const entered = this.#entered;
    if (entered === undefined) return;
    const { main } = this.#o;
    const { identity, permissions, role } = main.localParticipant;
    const nowWallMs = this.#o.nowWallMs();
    const leads = permissions.admin || role === 'host' || role === 'cohost';
    const { breakOutId } = entered.breakOut;
    const end = breakOutEnd(main.breakOuts, breakOutId, { identity, leads, nowWallMs });
    clearTimeout(entered.timer);
    if (end !== undefined) void this.#end(end, entered);
    const { endsAtMs = 0 } = main.breakOuts.find((one) => one.breakOutId === breakOutId) ?? {};
    if (end !== undefined || endsAtMs === 0) return;
    entered.timer = setTimeout(() => this.#checkEnd(), Math.min(endsAtMs - nowWallMs, timerMsMax));
  }

  /** Ends the break-out once; later calls for it, or calls for an earlier one, do nothing. */
  async #end(reason: BreakOutEnd, entered: EnteredBreakOut<Room> | undefined = this.#entered): Promise<void> {
    if (entered === undefined || entered !== this.#entered) return;
    this.#entered = undefined;
    clearTimeout(entered.timer);
    const muted = entered.muted.filter(({ source }) => !entered.turnedOff.has(source));
    await entered.room.disconnect();
    for (const publication of entered.paused) publication.setEnabled(true);
    const { main } = this.#o;
    const published = new Set(main.localParticipant.trackPublications.values());
    await Promise.allSettled(muted.filter((one) => published.has(one)).map((one) => one.unmute()));
    this.#setAttribute('');
    main.emit('breakOutEnded', reason, entered.breakOut);
  }

  /** Shows other participants which break-out we are in, by an attribute that needs no right to attributes. */
  #setAttribute(name: string): void {
    const { main } = this.#o;
    if (main.state !== 'connected') return;
    main.localParticipant.setAttributes({ [breakOutAttribute]: name }).catch(() => undefined);
  }
}
