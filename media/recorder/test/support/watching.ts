// Recorder that watches a test's rooms: real decoders, and a script in place of `RoomTracks`.
import { execFileSync } from 'node:child_process';
import { MeridianError, type Participant, participantFromWire, type wire } from '@meridian/protocol';
import { FfmpegSupervisor, OpusThreads, type TrackPreference, type TrackSink } from '@meridian/room-media';
import { type Clock, createLogger } from '@meridian/runtime';
import { onTestFinished } from 'vitest';
import type { WatchableRoom } from '../../src/watching/watched-room.ts';
import { type RoomRequest, Watching, type WatchingOptions, type WatchOpening } from '../../src/watching/watching.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
const noop = (): void => undefined;
const metrics = { running: noop, used: noop, started: noop, restarted: noop, dropped: noop };

/** Replaces `RoomTracks`: the test sets the participants. */
export class ScriptedRoom {
  readonly sinks = new Map<string, TrackSink>();
  readonly preferences = new Map<string, TrackPreference>();
  readonly keyDemands: string[] = [];
  people: readonly Participant[];
  speakers: { sessionId: string; levelDbov: number }[] = [];
  opens = 0;
  closes = 0;
  refusal: string | undefined;
  #omitted = new Set<string>();
  #hooks: WatchOpening | undefined;

  constructor(people: readonly wire.ParticipantInfo.$Properties[]) {
    this.people = people.map(participantFromWire);
  }

  async open(hooks: WatchOpening): Promise<WatchableRoom> {
    this.opens += 1;
    await hooks.token();
    if (this.refusal !== undefined) throw Object.assign(new Error('refused'), { code: this.refusal });
    this.#hooks = hooks;
    this.#applyRoster();
    const script = this;
    const roster = {
      get speakers() {
        return script.speakers;
      },
      others: () => this.people,
    };
    const room = {
      roster,
      prefer: (trackId: string, preference: TrackPreference) => void this.preferences.set(trackId, preference),
      offerAgain: (trackId: string) => void this.#omitted.delete(trackId),
      close: () => {
        this.closes += 1;
        for (const sink of this.sinks.values()) sink.end();
        this.sinks.clear();
      },
    };
    return room as unknown as WatchableRoom;
  }

  change(people: readonly wire.ParticipantInfo.$Properties[]): void {
    this.people = people.map(participantFromWire);
    this.#applyRoster();
  }
  end(code: string): void {
    this.#hooks?.onEnded(code);
  }
  get receivedTrackIds(): string[] {
    return [...this.preferences].flatMap(([trackId, { paused }]) => (paused ? [] : [trackId])).sort();
  }

  #applyRoster(): void {
    const present = new Set<string>();
    for (const person of this.people)
      for (const track of person.tracks) {
        const { trackId } = track;
        present.add(trackId);
        if (this.sinks.has(trackId) || this.#omitted.has(trackId)) continue;
        const sink = this.#hooks?.onTrack(track, person, () => void this.keyDemands.push(trackId));
        if (sink === undefined) this.#omitted.add(trackId);
        else this.sinks.set(trackId, sink);
      }
    for (const [trackId, sink] of [...this.sinks])
      if (!present.has(trackId)) {
        this.sinks.delete(trackId);
        this.preferences.delete(trackId);
        sink.end();
      }
    this.#hooks?.onRoster?.();
  }
}

/** Watches these rooms by key; joins of other rooms fail, as after their end. */
export function watchingOf(
  rooms: Readonly<Record<string, ScriptedRoom>>,
  o: {
    readonly clock: Clock;
    readonly roomsMax?: number;
    readonly keys?: WatchingOptions['keys'];
    readonly supervisor?: FfmpegSupervisor;
  },
) {
  const { clock } = o;
  const supervisor =
    o.supervisor ?? new FfmpegSupervisor({ sandbox: [], lacks: [], capacity: 8000, clock, log, metrics });
  const opus = new OpusThreads({ clock, log });
  const minted: Parameters<WatchingOptions['tokens']['mint']>[1][] = [];
  const watching = new Watching({
    supervisor,
    opus,
    nodeId: 'rec-1',
    roomsMax: o.roomsMax ?? 8,
    keys: o.keys ?? { forRooms: () => Promise.resolve({ key: 'k', secret: 's', tenant: 'acme' } as never) },
    tokens: {
      mint: (_key, claims) => {
        minted.push(claims);
        return Promise.resolve('token');
      },
    },
    openRoom: async (hooks) => {
      await hooks.token();
      const room = rooms[`acme/${minted.at(-1)?.room}`];
      if (room === undefined) throw new MeridianError('ROOM_ENDED');
      return room.open(hooks);
    },
    clock,
    log,
  });
  onTestFinished(async () => {
    await watching.close();
    await opus.close();
    await supervisor.close();
  });
  return { watching, supervisor, opus, minted };
}

export const askedRoom = (roomKey: string, o: Partial<RoomRequest> = {}): RoomRequest => ({
  roomKey,
  fence: '',
  withPicture: false,
  seenSeq: 0,
  ...o,
});

/** Replaces ffmpegs: records their jobs, writes and ends. */
export class ScriptedFfmpegs {
  readonly jobs: { readonly name: string; writes: number; isClosed: boolean }[] = [];

  get supervisor(): FfmpegSupervisor {
    const start = ({ name }: { name: string }) => {
      const job = { name, writes: 0, isClosed: false };
      this.jobs.push(job);
      return {
        write: () => {
          job.writes += 1;
        },
        close: async () => {
          job.isClosed = true;
        },
      };
    };
    return { lacks: [], start, close: () => Promise.resolve() } as unknown as FfmpegSupervisor;
  }
}

export const personWith = (
  identity: string,
  tracks: readonly wire.TrackInfo.$Properties[],
): wire.ParticipantInfo.$Properties => ({
  sessionId: `PA_${identity}`,
  identity,
  name: identity,
  canPublish: true,
  tracks: tracks.map((track) => ({ ...track })),
});

const SOURCES = { camera: 1, microphone: 2, screen: 3 } as const;
export const trackOf = (
  trackId: string,
  source: keyof typeof SOURCES,
  more: wire.TrackInfo.$Properties = {},
): wire.TrackInfo.$Properties => ({
  trackId,
  kind: source === 'microphone' ? 1 : 2,
  source: SOURCES[source],
  mimeType: source === 'microphone' ? 'audio/opus' : 'video/VP8',
  ...more,
});

/** Returns the size of a JPEG and its mean brightness, 0 to 255; throws for other data. */
export function decodedJpeg(jpeg: Uint8Array): { width: number; height: number; mean: number } {
  const at = jpeg.findIndex((byte, index) => byte === 0xff && jpeg[index + 1] === 0xc0);
  const view = Buffer.from(jpeg);
  const args = ['-loglevel', 'error', '-f', 'jpeg_pipe', '-i', 'pipe:0', '-vf', 'scale=1:1', '-pix_fmt', 'gray'];
  const [mean = -1] = execFileSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], { input: jpeg });
  return { width: view.readUInt16BE(at + 7), height: view.readUInt16BE(at + 5), mean };
}
