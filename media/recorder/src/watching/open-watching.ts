// Opens `Watching`, through which operators watch rooms, with the recorder's resources.

import { composing } from '@meridian/protocol';
import { OpusThreads, RoomTracks, type RtpSockets, type SignalingLinks } from '@meridian/room-media';
import type { ServiceContext } from '@meridian/runtime';
import type { Studio } from '../composing/studio.ts';
import type { RecorderConfig } from '../config.ts';
import { WATCHED_PICTURES_MAX, WATCHED_SOUNDS_MAX } from './core/watched-tracks.ts';
import { Watching, type WatchingOptions } from './watching.ts';

/**
 * Maximum cost of a room's ffmpegs, in thousandths of a core: each picture twice while its decoder is replaced. This
 * capacity is separate, so that watches never cause a refusal of a recording.
 */
const ROOM_MILLICORES = 2 * (WATCHED_PICTURES_MAX + 1) * composing.tile + WATCHED_SOUNDS_MAX * composing.sound;
const nothing = (): void => undefined;
/** Transcoder metrics cover recordings only, so ffmpegs of watched rooms are not counted. */
const uncounted = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };

/** Watching is closed with the recorder. */
export function openWatching(
  { config, clock, rng, log, closeStack }: ServiceContext<RecorderConfig>,
  o: Pick<WatchingOptions, 'tokens' | 'keys'> & {
    readonly studio: Pick<Studio, 'separateSupervisor'>;
    readonly links: SignalingLinks;
    readonly sockets: RtpSockets;
  },
): Watching {
  const { studio, links, sockets, tokens, keys } = o;
  const capacity = config.watchRooms * ROOM_MILLICORES;
  const opus = new OpusThreads({ clock, log });
  closeStack.add('sound of watched rooms', () => opus.close());
  const watching = new Watching({
    supervisor: studio.separateSupervisor({ capacity, metrics: uncounted }),
    opus,
    tokens,
    keys,
    nodeId: config.id,
    roomsMax: config.watchRooms,
    openRoom: (room) =>
      RoomTracks.open(
        Object.assign({ links, sockets, protocol: 'recorder', times: 'final' as const, clock, rng, log }, room),
      ),
    clock,
    log,
  });
  closeStack.add('watched rooms', () => watching.close());
  return watching;
}
