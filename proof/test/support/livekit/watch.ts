// What tests and labs wait for at a client of any SDK: media by its counters, and what it knows of others.
import { until } from '../poll.ts';
import type { Agent, Message, Person, Received, Source } from './agent.ts';

/** Pictures that show that a track goes on, not only that it began. */
const FRAMES = 15;
/** Readings in which there is more sound than in the one before. */
const SOUNDS = 3;

const cameraOf = (all: readonly Received[], identity: string): Received | undefined =>
  all.find((one) => one.identity === identity && one.source === 'camera');
const soundOf = (all: readonly Received[], identity: string): number =>
  all.find((one) => one.identity === identity && one.source === 'microphone')?.sound ?? 0;

/** Resolves with its camera once more pictures of it have been decoded; a track that begins anew counts from 0. */
export async function sees(agent: Agent, identity: string, frames = FRAMES, deadlineMs?: number): Promise<Received> {
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

/** Resolves when sound of its microphone goes on. */
export async function hears(agent: Agent, identity: string, deadlineMs?: number): Promise<void> {
  let last = soundOf(await agent.received(), identity);
  let louder = 0;
  await until(
    `sound of ${identity}`,
    async () => {
      const now = soundOf(await agent.received(), identity);
      if (now > last) louder += 1;
      last = now;
      return louder >= SOUNDS;
    },
    deadlineMs,
  );
}

/** Resolves with the participant once it is as `is` says. */
export const knows = (
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

/** Resolves with the message of this text once it has come. */
export const hasHeard = (agent: Agent, text: string, deadlineMs?: number): Promise<Message> =>
  until(`the message ${text}`, async () => (await agent.heard()).find((one) => one.text === text), deadlineMs);

/** Resolves with the reason of the first end of its connection. */
export const hasEnded = (agent: Agent, deadlineMs?: number): Promise<string> =>
  until('the end of the connection', async () => (await agent.status()).disconnects[0], deadlineMs);
