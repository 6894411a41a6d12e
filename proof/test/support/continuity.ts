// Measures in the page the longest silence and the longest pause between pictures of the others. People must speak all
// the time (voice.ts): Chromium's own beep is mostly silence.
import type { Participant } from './browser.ts';

export interface Continuity {
  /** Gaps of each remote participant by name, since the last reading. */
  readonly audioGapMs: Readonly<Record<string, number>>;
  readonly videoFreezeMs: Readonly<Record<string, number>>;
}

/** A quarter of the quietest received moment of voice.ts. */
const silenceBelow = 0.002;

const install = `
  const meter = { audio: new Map(), video: new Map() };
  window.continuity = meter;
  const context = new AudioContext();
  const follow = (participant, track) => {
    const state = { worstMs: 0, silentMs: 0, ms: 0 };
    if (track.kind === 'audio') {
      meter.audio.set(participant.name, state);
      const processor = context.createScriptProcessor(256, 1, 1);
      processor.onaudioprocess = ({ inputBuffer }) => {
        const samples = inputBuffer.getChannelData(0);
        const blockMs = (samples.length / inputBuffer.sampleRate) * 1000;
        let loudest = 0;
        for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
        state.silentMs = loudest < arg.silenceBelow ? state.silentMs + blockMs : 0;
        state.worstMs = Math.max(state.worstMs, state.silentMs);
        state.ms += blockMs;
      };
      processor.connect(context.destination);
      let source = context.createMediaStreamSource(new MediaStream([track.mediaStreamTrack]));
      source.connect(processor);
      // Connects the new track before it releases the old one, like a page that makes its own sound of a track.
      track.on('replaced', (next) => {
        const before = source;
        source = context.createMediaStreamSource(new MediaStream([next]));
        source.connect(processor);
        setTimeout(() => before.disconnect(), 150);
      });
      return;
    }
    meter.video.set(participant.name, state);
    const look = () => {
      const element = track.attachedElements[0];
      if (element === undefined) return void setTimeout(look, 100);
      let lastMs = performance.now();
      const shown = (nowMs) => {
        state.worstMs = Math.max(state.worstMs, nowMs - lastMs);
        lastMs = nowMs;
        element.requestVideoFrameCallback(shown);
      };
      element.requestVideoFrameCallback((nowMs) => { lastMs = nowMs; element.requestVideoFrameCallback(shown); });
    };
    look();
  };
  for (const participant of room.remoteParticipants.values())
    for (const { track } of participant.trackPublications.values()) if (track) follow(participant, track);
  await context.resume();
`;
const read = `
  const worst = (map) => Object.fromEntries([...map].map(([name, state]) => {
    const { worstMs } = state;
    state.worstMs = 0;
    return [name, worstMs];
  }));
  return { audioGapMs: worst(window.continuity.audio), videoFreezeMs: worst(window.continuity.video) };
`;

export async function watchContinuity(p: Participant): Promise<void> {
  await p.room(install, { silenceBelow });
}

/** Returns the longest gaps since the last call, or since the beginning. */
export const continuityOf = (p: Participant): Promise<Continuity> => p.room(read);
