// The ways into and out of the room by other protocols, as a gateway names them and as the panel shows them. Pure.
import type { MessageKey } from './messages/en.ts';
import { type ParticipantModel, splitViewers } from './model.ts';

export interface WaysModel {
  room: string;
  expiresWallMs: number;
  /** Absent: one may not publish. */
  publish?: {
    rtmp: RtmpWay;
    /** The same by TLS; absent where the gateway has none. */
    rtmps?: RtmpWay;
    whip: { url: string; key: string };
  };
  /** Absent: one may not watch. */
  play?: { rtmp: string; rtmps?: string; flv: string; hls: string };
}

interface RtmpWay {
  server: string;
  key: string;
  url: string;
}

/** Of programs beside the person, and of a mini-program. */
export interface RoomWays {
  encoder: WaysModel;
  miniprogram: WaysModel;
  /** The mini-program publishes under the person's own identity: the person's page makes room for it. */
  takesPlace: boolean;
}

/** Asked for each time the panel is opened: keys expire. */
export type WaysState = { state: 'asked' } | { state: 'failed'; code: string } | { state: 'known'; ways: RoomWays };

export interface WayField {
  id: string;
  label: MessageKey;
  /** What is copied. */
  value: string;
  /** The part of `value` that opens the room to who knows it. */
  secret: string;
}

export interface WayGroup {
  id: 'obs' | 'ffmpeg' | 'whip' | 'miniprogram' | 'players';
  title: MessageKey;
  /** One sentence. */
  text: MessageKey;
  fields: readonly WayField[];
}

/**
 * What a gateway answered to `POST /v1/ways`; undefined when it is not that. Only what the panel shows is looked at.
 */
export function readWays(answer: unknown): WaysModel | undefined {
  const { room, expiresWallMs, publish, play } = fieldsOf(answer);
  if (typeof room !== 'string' || typeof expiresWallMs !== 'number') return undefined;
  const ways: WaysModel = { room, expiresWallMs };
  if (publish !== undefined) {
    const [rtmp, rtmps] = ['rtmp', 'rtmps'].map((by) => texts(fieldsOf(publish)[by], ['server', 'key', 'url']));
    const whip = texts(fieldsOf(publish)['whip'], ['url', 'key']);
    if (rtmp === undefined || whip === undefined) return undefined;
    ways.publish = { rtmp, ...(rtmps && { rtmps }), whip };
  }
  if (play !== undefined) {
    const urls = texts(play, ['rtmp', 'flv', 'hls']);
    if (urls === undefined) return undefined;
    ways.play = { ...urls, ...texts(play, ['rtmps']) };
  }
  return ways;
}

/** What the panel shows, in order; empty: one may neither publish nor watch. `origin`: of this page. */
export function groupsOf({ encoder, miniprogram, takesPlace }: RoomWays, origin: string): WayGroup[] {
  const groups: WayGroup[] = [];
  const { publish, play } = encoder;
  if (publish !== undefined) {
    const { rtmp, rtmps, whip } = publish;
    const secret = rtmp.key;
    groups.push(
      group('obs', 'ways.obs', 'ways.obs.text', [
        { id: 'obs-server', label: 'ways.server', value: rtmp.server, secret: '' },
        ...(rtmps === undefined
          ? []
          : [{ id: 'obs-server-tls', label: 'ways.serverTls', value: rtmps.server, secret: '' } as const]),
        { id: 'obs-key', label: 'ways.key', value: rtmp.key, secret },
      ]),
      group('ffmpeg', 'ways.ffmpeg', 'ways.ffmpeg.text', [
        { id: 'rtmp-url', label: 'ways.rtmpUrl', value: rtmp.url, secret },
        { id: 'ffmpeg-line', label: 'ways.command', value: ffmpegLine(rtmp.url), secret },
      ]),
      group('whip', 'ways.whip', 'ways.whip.text', [
        { id: 'whip-url', label: 'ways.address', value: whip.url, secret: '' },
        { id: 'whip-key', label: 'ways.bearer', value: whip.key, secret: whip.key },
      ]),
    );
  }
  const phone: WayField[] = [];
  if (miniprogram.publish !== undefined) {
    const { url, key } = miniprogram.publish.rtmp;
    phone.push({ id: 'miniprogram-push', label: 'ways.push', value: url, secret: key });
  }
  if (miniprogram.play !== undefined) {
    const { rtmp } = miniprogram.play;
    phone.push({
      id: 'miniprogram-pull',
      label: 'ways.pull',
      value: rtmp,
      secret: lastPart(rtmp),
    });
  }
  const phoneText = takesPlace ? 'ways.miniprogram.textInstead' : 'ways.miniprogram.text';
  if (phone.length > 0) groups.push(group('miniprogram', 'ways.miniprogram', phoneText, phone));
  if (play !== undefined) groups.push(playersOf(encoder.room, play, origin));
  return groups;
}

/** Who publishes into the room by another protocol, by name. */
export function publishersOf(participants: readonly ParticipantModel[]): ParticipantModel[] {
  return splitViewers(participants)
    .people.filter(({ protocol }) => protocol !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A field's value with its key hidden. */
export const masked = ({ value, secret }: Pick<WayField, 'value' | 'secret'>): string =>
  secret === '' ? value : value.replaceAll(secret, '••••••••');

function playersOf(room: string, play: NonNullable<WaysModel['play']>, origin: string): WayGroup {
  const secret = lastPart(play.rtmp);
  return group('players', 'ways.players', 'ways.players.text', [
    {
      id: 'play-page',
      label: 'ways.playerPage',
      value: `${origin}/play/${encodeURIComponent(room)}#key=${secret}`,
      secret,
    },
    { id: 'play-flv', label: 'ways.flv', value: play.flv, secret },
    { id: 'play-hls', label: 'ways.hls', value: play.hls, secret },
    { id: 'play-rtmp', label: 'ways.rtmpUrl', value: play.rtmp, secret },
    ...(play.rtmps === undefined
      ? []
      : [{ id: 'play-rtmps', label: 'ways.rtmpsUrl', value: play.rtmps, secret } as const]),
  ]);
}

const group = (id: WayGroup['id'], title: MessageKey, text: MessageKey, fields: readonly WayField[]): WayGroup => ({
  id,
  title,
  text,
  fields,
});

/** Sends a file as a live show; without B-frames, so that nobody waits for pictures to be put in order. */
const ffmpegLine = (url: string): string =>
  `ffmpeg -re -i FILE -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 50 -c:a aac -f flv '${url}'`;

const lastPart = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** These fields of a value, when all of them are texts. */
function texts<K extends string>(value: unknown, keys: readonly K[]): Record<K, string> | undefined {
  const fields = fieldsOf(value);
  const entries = keys.map((key) => [key, fields[key]] as const);
  const complete = entries.every(([, text]) => typeof text === 'string' && text !== '');
  return complete ? (Object.fromEntries(entries) as Record<K, string>) : undefined;
}
