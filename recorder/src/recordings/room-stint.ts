// A stint that receives all tracks of a room.
import type { RtpSockets, SignalingLinks } from '@meridian/opener';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { RoomTracks, type RoomTracksOptions } from '../room/room-tracks.ts';
import type { OpenStint } from './recording-port.ts';

export interface RoomStintOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly onTrack: RoomTracksOptions['onTrack'];
}

/** Joins the room of each order, and gives its tracks to `onTrack`. */
export function roomStints(o: RoomStintOptions): OpenStint {
  return async ({ identity, token, onEnded }) => {
    const { links, sockets, clock, rng, log, onTrack } = o;
    const tracks = await RoomTracks.open({ links, sockets, token, identity, clock, rng, log, onTrack, onEnded });
    return {
      get slots() {
        return identity === '' ? Math.max(1, tracks.roster.others().length) : 1;
      },
      close: async () => tracks.close(),
    };
  };
}
