// Waits of tests and labs at a client of any SDK: for media by its counters, and for its view of others.
import { until } from '../poll.ts';
import type { Agent, Message, Person, Received, Source } from './agent.ts';

/** Number of frames that proves that a track continues after its start. */
const FRAMES_MIN = 15;
/** Number of readings that must each show more sound than the one before. */
const SOUND_READINGS = 3;

const cameraOf = (all: readonly Received[], identity: string): Received | undefined =>
  all.find((one) => one.identity === identity && one.source === 'camera');
const soundOf = (all: readonly Received[], identity: string): number =>
  all.find((one) => one.identity === identity && one.source === 'microphone')?.sound ?? 0;

/** Resolves with the camera's counters once more pictures have been decoded; a track that restarts counts from 0. */
export async function untilFrames(
  agent: Agent,
  identity: string,
  frames = FRAMES_MIN,
  deadlineMs?: number,
): Promise<Received> {
  let before = cameraOf(await agent.received(), identity)?.frames ?? 0;
  return until(
    `${frames} more pictures of ${identity}`,
    async () => {
      const now = cameraOf(await agent.received(), identity);
      if (now === undefined) return false;
      if (now.frames < before) before = now.frames;
      return now.frames - before >= frames && now;
    },
    deadlineMs,
  );
}

/** Resolves when the sound of the microphone continues. */
export async function untilSound(agent: Agent, identity: string, deadlineMs?: number): Promise<void> {
  let last = soundOf(await agent.received(), identity);
  let louder = 0;
  await until(
    `sound of ${identity}`,
    async () => {
      const now = soundOf(await agent.received(), identity);
      if (now > last) louder += 1;
      last = now;
      return louder >= SOUND_READINGS;
    },
    deadlineMs,
  );
}

export const untilKnown = (
  agent: Agent,
  identity: string,
  what: string,
  is: (person: Person) => boolean = () => true,
  deadlineMs?: number,
): Promise<Person> =>
  until(
    `${identity} ${what}`,
    async () => {
      const person = (await agent.people()).find((one) => one.identity === identity);
      return person !== undefined && is(person) && person;
    },
    deadlineMs,
  );

export const isMuted =
  (source: Source, muted: boolean) =>
  ({ tracks }: Person): boolean =>
    tracks.some((track) => track.source === source && track.muted === muted);

export const untilMessage = (agent: Agent, text: string, deadlineMs?: number): Promise<Message> =>
  until(`the message ${text}`, async () => (await agent.heard()).find((one) => one.text === text), deadlineMs);

/** Resolves with the reason of the first end of its connection. */
export const untilDisconnected = (agent: Agent, deadlineMs?: number): Promise<string> =>
  until('the end of the connection', async () => (await agent.status()).disconnects[0], deadlineMs);
