// HLS playlists (RFC 8216) of a content. Segments are byte ranges in the objects of their chunks.
import type { Rate } from './source.ts';

export interface PlacedSegment {
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface MadeRung {
  readonly name: string;
  readonly init: string;
  readonly codecs: string;
  readonly segments: readonly PlacedSegment[];
  /** Undefined for sound. */
  readonly picture: { readonly width: number; readonly height: number; readonly rate: Rate } | undefined;
}

export const playlistName = (name: string): string => `${name}.m3u8`;
export const MASTER_NAME = 'master.m3u8';

export function mediaPlaylist({ init, segments }: MadeRung): string {
  const longestMs = Math.max(1, ...segments.map(({ durationMs }) => durationMs));
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longestMs / 1000))}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS'],
    `#EXT-X-MAP:URI="${init}"`,
    ...segments.flatMap(({ file, from, bytes, durationMs }) => [
      `#EXTINF:${(durationMs / 1000).toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes}@${from}`,
      file,
    ]),
    '#EXT-X-ENDLIST\n',
  ].join('\n');
}

/** Lists `rungs` in the given order; a content without a picture has none. */
export function masterPlaylist(rungs: readonly MadeRung[], sound: MadeRung | undefined): string {
  const soundRates = sound === undefined ? { peak: 0, average: 0 } : ratesOf(sound);
  const variants = rungs.length > 0 || sound === undefined ? rungs : [sound];
  const lines = variants.flatMap((rung) => {
    const rungRates = ratesOf(rung);
    const addedRates = rung === sound ? { peak: 0, average: 0 } : soundRates;
    const codecs = rung === sound || sound === undefined ? rung.codecs : `${rung.codecs},${sound.codecs}`;
    const attributes = [
      `BANDWIDTH=${rungRates.peak + addedRates.peak}`,
      `AVERAGE-BANDWIDTH=${rungRates.average + addedRates.average}`,
      `CODECS="${codecs}"`,
      ...pictureAttributes(rung),
      ...(sound === undefined || rung === sound ? [] : ['AUDIO="sound"']),
    ];
    return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, playlistName(rung.name)];
  });
  const media = `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"`;
  const sounds = sound === undefined || rungs.length === 0 ? [] : [`${media},URI="${playlistName(sound.name)}"`];
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...sounds, ...lines, ''].join('\n');
}

function pictureAttributes({ picture }: MadeRung): string[] {
  if (picture === undefined) return [];
  const { width, height, rate } = picture;
  return [`RESOLUTION=${width}x${height}`, `FRAME-RATE=${(rate.num / rate.den).toFixed(3)}`, 'VIDEO-RANGE=SDR'];
}

/** Returns the measured bit rates of the segment with the highest rate, and of the whole. */
function ratesOf({ segments }: MadeRung): { readonly peak: number; readonly average: number } {
  const peak = Math.max(1, ...segments.map(({ bytes, durationMs }) => (bytes * 8000) / Math.max(1, durationMs)));
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const ms = segments.reduce((sum, segment) => sum + segment.durationMs, 0);
  return { peak: Math.ceil(peak), average: Math.ceil((bytes * 8000) / Math.max(1, ms)) };
}
