// Composer without ffmpeg: each step gives the picture that is due, and the sound up to it.
import { COMPOSE_DELAY_MS, outputFormat } from '@meridian/room-media';
import { toAnnexB } from '@meridian/room-media/core';
import type { OpenLaterComposer } from '../../src/composing/compose-stint.ts';
import { PICTURE_MS, SOUND_MS } from '../../src/composing/composed-room.ts';
import { h264 } from './coded-frames.ts';

export interface DrawnComposer {
  readonly openComposer: OpenLaterComposer;
  /** Inputs of the composer, each with the time of the picture that came next. */
  readonly given: { readonly ms: number; readonly what: string }[];
  /** Called before each step with the number of its picture; the step waits for it. */
  onStep: (number: number) => Promise<void> | void;
}

export function drawnComposer(): DrawnComposer {
  const given: DrawnComposer['given'] = [];
  const drawn: DrawnComposer = {
    given,
    onStep: () => undefined,
    openComposer: async ({ time, onVideo, onAudio }) => {
      let [number, soundMs] = [0, 0];
      const note = (what: string): void =>
        void given.push({ ms: Math.round(time.nowMs() - COMPOSE_DELAY_MS - 1), what });
      return {
        setLayout: (layout) => note(layout),
        setTracks: (participants) =>
          note(participants.map(({ name, speakingSinceMs: sinceMs }) => `${name}${sinceMs ?? ''}`).join()),
        push: (trackId, { ptsMs }) => note(`${trackId} ${Math.round(ptsMs)}`),
        step: async () => {
          await drawn.onStep(number);
          const ptsMs = number * PICTURE_MS;
          onVideo({ ptsMs, isKey: true, data: toAnnexB(h264(ptsMs, true).nals) });
          for (; soundMs < ptsMs + PICTURE_MS; soundMs += SOUND_MS)
            onAudio({ ptsMs: soundMs, data: new Uint8Array(50).fill(1), format: outputFormat('aac') });
          number += 1;
        },
        close: async () => undefined,
      };
    },
  };
  return drawn;
}
