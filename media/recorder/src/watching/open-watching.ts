// What watched rooms need of the recorder.

import { composing } from '@meridian/protocol';
import { OpusThreads, RoomTracks, type RtpSockets, type SignalingLinks } from '@meridian/room-media';
import type { ServiceContext } from '@meridian/runtime';
import type { Studio } from '../composing/studio.ts';
import type { RecorderConfig } from '../config.ts';
import { WATCHED_PICTURES_MAX, WATCHED_SOUNDS_MAX } from './core/chosen.ts';
import { Watching, type WatchingOptions } from './watching.ts';

/**
 * The most that ffmpegs of a room are charged, in thousandths of a core: each picture once more while its decoder is
 * replaced. They count apart from recordings, which are never refused because of them.
 */
const ROOM_MILLICORES = 2 * (WATCHED_PICTURES_MAX + 1) * composing.tile + WATCHED_SOUNDS_MAX * composing.sound;
const nothing = (): void => undefined;
/** The figures of transcoders are those of recordings. */
const uncounted = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };

/** Closed with the recorder. */
export function openWatching(
  { config, clock, rng, log, closeStack }: ServiceContext<RecorderConfig>,
  o: Pick<WatchingOptions, 'tokens' | 'keys'> & {
    readonly studio: Pick<Studio, 'supervisorBeside'>;
    readonly links: SignalingLinks;
    readonly sockets: RtpSockets;
  },
): Watching {
  const { studio, links, sockets, tokens, keys } = o;
  const capacity = config.watchRooms * ROOM_MILLICORES;
  const opus = new OpusThreads({ clock, log });
  closeStack.add('sound of watched rooms', () => opus.close());
  const watching = new Watching({
    supervisor: studio.supervisorBeside({ capacity, metrics: uncounted }),
    opus,
    tokens,
    keys,
    nodeId: config.id,
    roomsMax: config.watchRooms,
    openRoom: (of) =>
      RoomTracks.open(
        Object.assign({ links, sockets, protocol: 'recorder', times: 'final' as const, clock, rng, log }, of),
      ),
    clock,
    log,
  });
  closeStack.add('watched rooms', () => watching.close());
  return watching;
}
