// Addresses at which other protocols publish into the room and play it, as a gateway provides them and the panel shows
// them.
import type { MessageKey } from './messages/texts.ts';
import { type ParticipantModel, splitViewers } from './model.ts';

export interface StreamAddresses {
  room: string;
  expiresWallMs: number;
  /** Addresses to publish; absent without that right. */
  publish?: {
    rtmp: RtmpAddress;
    /** The same over TLS; absent when the gateway has no TLS. */
    rtmps?: RtmpAddress;
    whip: { url: string; key: string };
  };
  /** Addresses to play; absent without that right. */
  play?: { rtmp: string; rtmps?: string; flv: string; hls: string };
}

interface RtmpAddress {
  server: string;
  key: string;
  url: string;
}

/** Addresses for an encoder beside the person, and for a mini-program. */
export interface RoomAddresses {
  encoder: StreamAddresses;
  miniprogram: StreamAddresses;
  /** The mini-program publishes under the person's identity, so it replaces the person's page. */
  takesPlace: boolean;
}

/** Requested each time the panel opens, since keys expire. */
export type AddressesState =
  | { state: 'asked' }
  | { state: 'failed'; code: string }
  | { state: 'known'; addresses: RoomAddresses };

export interface AddressField {
  id: string;
  label: MessageKey;
  value: string;
  /** Secret part of `value`: it opens the room to anyone who knows it. */
  secret: string;
}

export interface AddressGroup {
  id: 'obs' | 'ffmpeg' | 'whip' | 'miniprogram' | 'players';
  title: MessageKey;
  text: MessageKey;
  fields: readonly AddressField[];
}

/**
 * Parses a gateway's answer to `POST /v1/addresses`; returns undefined when malformed. Checks only the fields that the
 * panel shows.
 */
export function readAddresses(answer: unknown): StreamAddresses | undefined {
  const { room, expiresWallMs, publish, play } = fieldsOf(answer);
  if (typeof room !== 'string' || typeof expiresWallMs !== 'number') return undefined;
  const addresses: StreamAddresses = { room, expiresWallMs };
  if (publish !== undefined) {
    const [rtmp, rtmps] = ['rtmp', 'rtmps'].map((by) => texts(fieldsOf(publish)[by], ['server', 'key', 'url']));
    const whip = texts(fieldsOf(publish)['whip'], ['url', 'key']);
    if (rtmp === undefined || whip === undefined) return undefined;
    addresses.publish = { rtmp, ...(rtmps && { rtmps }), whip };
  }
  if (play !== undefined) {
    const urls = texts(play, ['rtmp', 'flv', 'hls']);
    if (urls === undefined) return undefined;
    addresses.play = { ...urls, ...texts(play, ['rtmps']) };
  }
  return addresses;
}

/**
 * Returns the groups that the panel shows, in order; empty without rights to publish or watch. `origin`: of this page.
 */
export function groupsOf({ encoder, miniprogram, takesPlace }: RoomAddresses, origin: string): AddressGroup[] {
  const groups: AddressGroup[] = [];
  const { publish, play } = encoder;
  if (publish !== undefined) {
    const { rtmp, rtmps, whip } = publish;
    const secret = rtmp.key;
    groups.push(
      group('obs', 'streaming.obs', 'streaming.obs.text', [
        { id: 'obs-server', label: 'streaming.server', value: rtmp.server, secret: '' },
        ...(rtmps === undefined
          ? []
          : [{ id: 'obs-server-tls', label: 'streaming.serverTls', value: rtmps.server, secret: '' } as const]),
        { id: 'obs-key', label: 'streaming.key', value: rtmp.key, secret },
      ]),
      group('ffmpeg', 'streaming.ffmpeg', 'streaming.ffmpeg.text', [
        { id: 'rtmp-url', label: 'streaming.rtmpUrl', value: rtmp.url, secret },
        { id: 'ffmpeg-line', label: 'streaming.command', value: ffmpegLine(rtmp.url), secret },
      ]),
      group('whip', 'streaming.whip', 'streaming.whip.text', [
        { id: 'whip-url', label: 'streaming.address', value: whip.url, secret: '' },
        { id: 'whip-key', label: 'streaming.bearer', value: whip.key, secret: whip.key },
      ]),
    );
  }
  const phone: AddressField[] = [];
  if (miniprogram.publish !== undefined) {
    const { url, key } = miniprogram.publish.rtmp;
    phone.push({ id: 'miniprogram-push', label: 'streaming.push', value: url, secret: key });
  }
  if (miniprogram.play !== undefined) {
    const { rtmp } = miniprogram.play;
    phone.push({
      id: 'miniprogram-pull',
      label: 'streaming.pull',
      value: rtmp,
      secret: lastPart(rtmp),
    });
  }
  const phoneText = takesPlace ? 'streaming.miniprogram.textInstead' : 'streaming.miniprogram.text';
  if (phone.length > 0) groups.push(group('miniprogram', 'streaming.miniprogram', phoneText, phone));
  if (play !== undefined) groups.push(playersOf(encoder.room, play, origin));
  return groups;
}

/** Returns participants that publish by another protocol, sorted by name. */
export function publishersOf(participants: readonly ParticipantModel[]): ParticipantModel[] {
  return splitViewers(participants)
    .people.filter(({ protocol }) => protocol !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

export const masked = ({ value, secret }: Pick<AddressField, 'value' | 'secret'>): string =>
  secret === '' ? value : value.replaceAll(secret, '••••••••');

function playersOf(room: string, play: NonNullable<StreamAddresses['play']>, origin: string): AddressGroup {
  const secret = lastPart(play.rtmp);
  return group('players', 'streaming.players', 'streaming.players.text', [
    {
      id: 'play-page',
      label: 'streaming.playerPage',
      value: `${origin}/play/${encodeURIComponent(room)}#key=${secret}`,
      secret,
    },
    { id: 'play-flv', label: 'streaming.flv', value: play.flv, secret },
    { id: 'play-hls', label: 'streaming.hls', value: play.hls, secret },
    { id: 'play-rtmp', label: 'streaming.rtmpUrl', value: play.rtmp, secret },
    ...(play.rtmps === undefined
      ? []
      : [{ id: 'play-rtmps', label: 'streaming.rtmpsUrl', value: play.rtmps, secret } as const]),
  ]);
}

const group = (
  id: AddressGroup['id'],
  title: MessageKey,
  text: MessageKey,
  fields: readonly AddressField[],
): AddressGroup => ({
  id,
  title,
  text,
  fields,
});

/** Sends a file as a live show; without B-frames, so that viewers do not wait for reordering. */
const ffmpegLine = (url: string): string =>
  `ffmpeg -re -i FILE -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 50 -c:a aac -f flv '${url}'`;

const lastPart = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function texts<K extends string>(value: unknown, keys: readonly K[]): Record<K, string> | undefined {
  const fields = fieldsOf(value);
  const entries = keys.map((key) => [key, fields[key]] as const);
  const complete = entries.every(([, text]) => typeof text === 'string' && text !== '');
  return complete ? (Object.fromEntries(entries) as Record<K, string>) : undefined;
}
