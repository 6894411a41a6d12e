// Transcodes pictures for publish points: ffmpeg makes H.264, which browsers play, from other video.

import { MeridianError, transcodeMillicoresOf } from '@meridian/protocol';
import type { FfmpegSupervisor } from '@meridian/room-media';
import { rosterNames } from '@meridian/room-media';
import { splitAnnexB } from '@meridian/room-media/core';
import type { Logger } from '@meridian/runtime';
import { VideoTranscoder } from '../adapters/ffmpeg/video.ts';
import { bitrateKbpsOf } from '../core/video-bitrate.ts';
import type { VideoConverters } from './conversions.ts';

/** Two seconds at 25 fps: a late viewer soon sees a picture, whatever the encoder's interval. */
const KEY_INTERVAL_PICTURES = 50;

/** Throws OVERLOADED without capacity. Malformed pictures are dropped. */
export const h264Converters =
  ({ supervisor, log }: { readonly supervisor: FfmpegSupervisor; readonly log: Logger }): VideoConverters =>
  (from, onUnit, onFailed, o) => {
    const transcoder = new VideoTranscoder({
      from: from.codec,
      to: 'h264',
      bitrateKbps: bitrateKbpsOf(from),
      cost: transcodeMillicoresOf(from, rosterNames[from.codec]),
      supervisor,
      keyIntervalPictures: KEY_INTERVAL_PICTURES,
      ...o,
      onPicture: ({ ptsMs, isKey, data }) => {
        const nals = splitAnnexB(data);
        if (nals !== undefined && nals.length > 0) onUnit({ kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals });
      },
      onDegraded: (isDegraded) => {
        if (!isDegraded) return;
        log.warn('an ffmpeg for H.264 does not stay up');
        onFailed();
      },
    });
    return {
      write: (picture) => {
        try {
          transcoder.write(picture);
        } catch (error) {
          if (!(error instanceof MeridianError)) throw error;
          log.debug({ err: error }, 'a picture is dropped');
        }
      },
      close: () => void transcoder.close(),
    };
  };
