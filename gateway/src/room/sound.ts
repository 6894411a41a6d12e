// Sound between codecs, for publish points and programmes: ffmpeg makes Opus of an encoder's sound, and one AAC of all
// voices of a room.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { AudioTranscoder, MixEncoder, outputFormat } from '../adapters/ffmpeg/audio.ts';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import { OpusDecoders } from '../adapters/opus-worker/decoders.ts';
import { Mixer } from '../core/mix.ts';
import type { VoiceMixers } from './programme.ts';
import type { AudioConverters } from './publish-point.ts';

/** How long a block of the mix waits for voices: what a lost packet needs to be sent again, and the decoders. */
const MIX_DELAY_MS = 160;
const BLOCK_MS = 20;

export interface SoundOptions {
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws what AudioTranscoder throws when it is made. A unit that is none is dropped. */
export function opusConverters({ supervisor, log }: SoundOptions): AudioConverters {
  return (from, onUnit) => {
    const transcoder = new AudioTranscoder({ from, to: 'opus', supervisor, onUnit, onDegraded: warn(log) });
    return {
      write: (unit) => {
        try {
          transcoder.write(unit);
        } catch (error) {
          if (!(error instanceof MeridianError)) throw error;
          log.debug({ err: error }, 'a unit of sound is dropped');
        }
      },
      close: () => void transcoder.close(),
    };
  };
}

/** One mix of all voices, coded once for each codec that viewers take. */
export function voiceMixers({ supervisor, clock, log }: SoundOptions): VoiceMixers {
  return () => {
    const encoders = new Set<MixEncoder>();
    const mixer = new Mixer({ startMs: clock.nowMs(), delayMs: MIX_DELAY_MS });
    const decoders = new OpusDecoders({
      clock,
      log,
      onSound: (voice, ptsMs, left, right) => void mixer.push(voice, ptsMs, left, right),
    });
    const timer = clock.every(BLOCK_MS, () => {
      for (const { ptsMs, everybody } of mixer.pull(clock.nowMs()))
        for (const encoder of encoders) encoder.write(ptsMs, everybody);
    });
    const end = (encoder: MixEncoder): void => {
      if (encoders.delete(encoder)) void encoder.close();
    };
    return {
      open(codec, onUnit) {
        const encoder = new MixEncoder({ to: codec, supervisor, onUnit, onDegraded: warn(log) });
        encoders.add(encoder);
        return { format: outputFormat(codec), close: () => end(encoder) };
      },
      push: (voice, ptsMs, packet) => void decoders.decode(voice, ptsMs, packet),
      remove: (voice) => {
        decoders.remove(voice);
        mixer.remove(voice);
      },
      close: () => {
        timer.cancel();
        void decoders.close();
        for (const encoder of encoders) end(encoder);
      },
    };
  };
}

const warn =
  (log: Logger) =>
  (isDegraded: boolean): void => {
    if (isDegraded) log.warn('an ffmpeg for sound does not stay up');
  };
