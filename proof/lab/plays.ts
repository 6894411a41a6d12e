// Records at which times people in meeting pages hear and see each other.
import type { Participant } from '../test/support/browser.ts';

export const kinds = ['audio', 'video'] as const;

export interface PlayTimes {
  /** Times (milliseconds since 1970) by person and kind of track, such as `P1 audio`. */
  readonly playsMs: Readonly<Record<string, readonly number[]>>;
  readonly eventsMs: Readonly<Record<string, number>>;
}

/**
 * Script that records when each received track plays. Sound counts if it has a quarter of the level of the quietest
 * moment of voice.ts; it comes in pieces of 10 ms, each with one time.
 */
export const watchScript = `
  const at = () => performance.timeOrigin + performance.now();
  const seen = { playsMs: {}, eventsMs: {} };
  window.seen = seen;
  const loud = (data) => {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    return samples.some((sample) => Math.abs(sample) > 0.002);
  };
  const read = async (name, kind, mediaTrack) => {
    const reader = new MediaStreamTrackProcessor({ track: mediaTrack }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      if (kind === 'video' || loud(value)) (seen.playsMs[name + ' ' + kind] ??= []).push(at());
      value.close();
    }
  };
  const follow = (track, participant) => {
    void read(participant.name, track.kind, track.mediaStreamTrack);
    track.on('replaced', (next) => void read(participant.name, track.kind, next));
  };
  for (const participant of room.remoteParticipants.values())
    for (const { track } of participant.trackPublications.values()) if (track) follow(track, participant);
  room.on('trackSubscribed', (track, _publication, participant) => follow(track, participant));
  room.on('reconnecting', () => { seen.eventsMs.told = at(); });
  room.on('reconnected', async () => {
    seen.eventsMs.joined = at();
    const open = () => window.pcs.filter((pc) => pc.connectionState !== 'closed');
    while (open().length < 2 || open().some((pc) => pc.connectionState !== 'connected'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    seen.eventsMs.connected = at();
  });
`;
export const forgetScript = 'window.seen.playsMs = {}; window.seen.eventsMs = {};';
export const playTimesOf = (p: Participant): Promise<PlayTimes> => p.room('return window.seen;');

export const otherTracks = (p: Participant, people: readonly Participant[]): string[] =>
  people.filter((other) => other !== p).flatMap(({ name }) => kinds.map((kind) => `${name} ${kind}`));
