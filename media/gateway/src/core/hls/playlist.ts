// Writes playlists (RFC 8216; its second edition for parts).
import type { Variant } from './ladder.ts';
import { holdBackS, PART_HOLD_BACK_S, PART_TARGET_TICKS, SEGMENTS_WITH_PARTS, TARGET_S, TICKS } from './rules.ts';
import type { Part, Segment, SegmentWindow } from './window.ts';

/** Needed for EXT-X-MAP in playlists that are not I-frame only. */
const VERSION = 6;

export const initName = (number: number): string => `init-${number}.mp4`;
export const segmentName = (number: number): string => `seg-${number}.m4s`;
export const partName = (number: number, index: number): string => `part-${number}.${index}.m4s`;
export const MEDIA_NAME = 'media.m3u8';

export const rungName = (rung: number): string => `${rung}/${MEDIA_NAME}`;

/** Lists all variants, the best first, as simple players begin with the first. */
export function multivariantPlaylist(variants: readonly Variant[], frameRate: number | undefined): string {
  const text = ['#EXTM3U', `#EXT-X-VERSION:${VERSION}`];
  for (const { rung, bitsPerSecond, codecs, size } of variants) {
    const attributes = [`BANDWIDTH=${bitsPerSecond}`, `CODECS="${codecs}"`];
    if (size !== undefined) attributes.push(`RESOLUTION=${size.width}x${size.height}`, 'VIDEO-RANGE=SDR');
    if (codecs.includes('avc1') && frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`);
    text.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, rung === undefined ? MEDIA_NAME : rungName(rung));
  }
  return lines(text);
}

export interface MediaPlaylistOptions {
  readonly targetS: number;
  /** Wall time of the stream's time 0. */
  readonly zeroWallMs: number;
}

export function mediaPlaylist(window: SegmentWindow, o: MediaPlaylistOptions): string {
  const { listed, hint } = window;
  const text = [
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${o.targetS}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=${holdBackS(o.targetS)},PART-HOLD-BACK=${PART_HOLD_BACK_S}`,
    `#EXT-X-PART-INF:PART-TARGET=${PART_TARGET_TICKS / TICKS}`,
    `#EXT-X-MEDIA-SEQUENCE:${listed[0]?.number ?? hint.msn}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${window.discontinuitySequence}`,
  ];
  const partsFrom = hint.msn - SEGMENTS_WITH_PARTS;
  for (const [at, segment] of listed.entries()) {
    if (segment.isDiscontinuous) text.push('#EXT-X-DISCONTINUITY');
    if (at === 0 || segment.init !== listed[at - 1]?.init) text.push(`#EXT-X-MAP:URI="${initName(segment.init)}"`);
    text.push(`#EXT-X-PROGRAM-DATE-TIME:${dateOf(segment, o.zeroWallMs)}`);
    if (segment.number >= partsFrom)
      for (const [index, part] of segment.parts.entries()) text.push(partLine(segment.number, index, part));
    if (segment.bytes !== undefined) text.push(`#EXTINF:${seconds(segment.duration)},`, segmentName(segment.number));
  }
  text.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${partName(hint.msn, hint.part)}"`);
  return lines(text);
}

/** Returns how long a blocking playlist request may wait (8216bis, 6.2.5.2). */
export const waitMsMax = (targetS: number = TARGET_S.slow): number => 3000 * targetS;

function partLine(number: number, index: number, { duration, isIndependent }: Part): string {
  const independent = isIndependent ? ',INDEPENDENT=YES' : '';
  return `#EXT-X-PART:DURATION=${seconds(duration)},URI="${partName(number, index)}"${independent}`;
}

const dateOf = ({ start }: Segment, zeroWallMs: number): string =>
  new Date(Math.round(zeroWallMs + (start * 1000) / TICKS)).toISOString();
const seconds = (ticks: number): string => (ticks / TICKS).toFixed(5);
const lines = (text: readonly string[]): string => `${text.join('\n')}\n`;
