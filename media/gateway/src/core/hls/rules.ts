// Numbers of our HLS streams, and why they are what the standards ask for (RFC 8216; its second edition, here 8216bis).

/** Ticks of a second; all times of a stream are counted in them. */
export const TICKS = 90_000;

/**
 * No part is longer; all but the last of a segment have at least 85 % of it (8216bis, 4.4.4.9). Between both there is
 * a whole number of pictures at 10, 15, 20, 24, 25, 30, 50 and 60 a second.
 */
export const PART_TARGET = 31_500; // 0.35 s, whole: a fraction would lose digits in playlists
export const PART_LEAST = 0.85 * PART_TARGET;

/** From here on a key frame ends its segment; two groups of pictures shorter than this are below `TARGET_S.fast`. */
export const SEGMENT_LEAST = 1.7 * TICKS;

/**
 * Target durations, in seconds; a stream has one for ever (8216, 6.2.1). `fast`: publishers that answer demands for key
 * frames or make one within 3 s by themselves; `slow`: others. Durations are rounded before they are compared.
 */
export const TARGET_S = { fast: 3, slow: 10 } as const;
/** No key frame but the first for so long: `slow`. */
export const SLOW_AFTER = 3.2 * TICKS;
/** A segment ends here, without a key frame if need be. */
export const segmentMost = (targetS: number): number => (targetS + 0.49) * TICKS;

/** Players stay so far behind the end of a playlist: the least that 8216bis allows (4.4.3.8). */
export const PART_HOLD_BACK_S = (3 * PART_TARGET) / TICKS;
export const holdBackS = (targetS: number): number => 3 * targetS;

/** Segments in a playlist that have ended, at least; and not less than three target durations (8216, 6.2.2). */
export const LISTED_SEGMENTS = 6;
/** Segments at the end of a playlist whose parts it names. */
export const SEGMENTS_WITH_PARTS = 3;

/** How far ahead a player may ask (8216bis, 6.2.5.2): segments, and parts of the segment that grows. */
export const SEGMENTS_AHEAD = 2;
export const PARTS_AHEAD = Math.ceil((3 * TICKS) / PART_TARGET);

/**
 * No segment is shorter on average, so a stream that takes the seconds of the wall clock as its first number is ahead
 * of every stream before it.
 */
export const NUMBER_MS = 1000;

/**
 * Times in segments are those of the wall clock, counted anew every twelve days: those of a stream that follows another
 * go on from there, as hls.js expects. Larger ones overflow in players that reckon in millionths of a second.
 */
export const TIMELINE_MS = 2 ** 20 * 1000;

/** A segment ends here: two seconds of 32 Mbit/s. */
export const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
/** A part ends here, and with so many pictures. */
export const PART_BYTES_MAX = 2 * 1024 * 1024;
export const PART_PICTURES_MAX = 240;
/** Of one stream, with the segments that players of older playlists may still fetch. */
export const STREAM_BYTES_MAX = 48 * 1024 * 1024;
