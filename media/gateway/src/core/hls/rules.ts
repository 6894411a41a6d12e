// Constants of HLS streams, with the rules of the standards (RFC 8216; its second edition, here 8216bis).

/** Ticks per second, the unit of all times of a stream. */
export const TICKS = 90_000;

/**
 * Maximum duration of a part; all parts but a segment's last have at least 85 % of it (8216bis, 4.4.4.9). Between these
 * two bounds fits a whole number of pictures at 10, 15, 20, 24, 25, 30, 50 and 60 fps.
 */
export const PART_TARGET_TICKS = 31_500; // 0.35 s, whole: a fraction would lose digits in playlists.
export const PART_MIN_TICKS = 0.85 * PART_TARGET_TICKS;

/** A key frame ends a segment of at least this duration; two shorter groups of pictures fit in `TARGET_S.fast`. */
export const SEGMENT_MIN_TICKS = 1.7 * TICKS;

/**
 * Target durations in seconds, constant for a stream (8216, 6.2.1). `fast`: publishers that answer key frame requests
 * or make key frames within 3 s by themselves; `slow`: others. Durations are rounded before comparison.
 */
export const TARGET_S = { fast: 3, slow: 10 } as const;
/** A stream without a second key frame for this time is `slow`. */
export const SLOW_AFTER_TICKS = 3.2 * TICKS;
/** Returns the maximum length of a segment, which ends here even without a key frame. */
export const segmentMaxTicks = (targetS: number): number => (targetS + 0.49) * TICKS;

/** Distance of players from the end of a playlist: the minimum of 8216bis (4.4.3.8). */
export const PART_HOLD_BACK_S = (3 * PART_TARGET_TICKS) / TICKS;
export const holdBackS = (targetS: number): number => 3 * targetS;

/** Minimum of ended segments in a playlist, beside three target durations (8216, 6.2.2). */
export const LISTED_SEGMENTS_MIN = 6;
export const SEGMENTS_WITH_PARTS = 3;

/** How far ahead a player may ask (8216bis, 6.2.5.2): segments, and parts of the growing segment. */
export const SEGMENTS_AHEAD = 2;
export const PARTS_AHEAD = Math.ceil((3 * TICKS) / PART_TARGET_TICKS);

/**
 * Unit of the wall time that becomes a stream's first segment number. Segments take longer than this on average, so a
 * new stream's numbers are above those of every earlier stream.
 */
export const FIRST_NUMBER_UNIT_MS = 1000;

/**
 * Times in segments are of the wall clock, modulo twelve days: a stream that follows another continues its times, as
 * hls.js expects. Larger times overflow in players that count microseconds.
 */
export const TIMELINE_WRAP_MS = 2 ** 20 * 1000;

/** Bound of a segment: two seconds of 32 Mbit/s. */
export const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
export const PART_BYTES_MAX = 2 * 1024 * 1024;
export const PART_PICTURES_MAX = 240;
/** Bound of a stream, with the segments that players of older playlists may still fetch. */
export const STREAM_BYTES_MAX = 48 * 1024 * 1024;
