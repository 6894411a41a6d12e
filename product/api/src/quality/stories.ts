// Fetches decision stories while the centre knows them, and stores them to explain past calls.
import { limits, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import { type DecisionStory, storyFromWire } from './core/stories.ts';
import type { SessionDecision } from './intake.ts';

/** Decisions come in bursts when a meeting begins; a short wait collects them. */
const PAUSE_MS = 1000;
/** Pause after a failure: a new centre leads within 5 s, and knows its predecessor's decisions. */
const RETRY_MS = 10_000;
/**
 * Limit of the queue: half an hour of joins at 3 per second. Beyond it, the oldest are dropped; a reader may still
 * fetch them.
 */
const QUEUE_MAX = 5000;
/** Limit of remembered decisions, which were already requested: signaling nodes repeat facts. */
const KNOWN_MAX = 20_000;

export interface DecisionCentre {
  stories(decisionIds: string[]): Promise<wire.DecisionStories.$Properties>;
}

export interface DecisionStoriesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  centre(): DecisionCentre | undefined;
}

export class DecisionStories {
  readonly #o: DecisionStoriesOptions;
  readonly #queue = new Map<string, number>();
  readonly #scheduledIds = new Set<string>();
  #timer: Timer | undefined;
  #fetching: Promise<void> | undefined;
  #pauseMs = PAUSE_MS;
  #isClosed = false;

  constructor(o: DecisionStoriesOptions) {
    this.#o = o;
  }

  /** Schedules one fetch of each decision. Never throws. */
  scheduleFetch(decided: readonly SessionDecision[]): void {
    if (this.#isClosed) return;
    for (const { decisionId, sessionKey } of decided) {
      if (this.#scheduledIds.has(decisionId)) continue;
      remember(this.#scheduledIds, decisionId, KNOWN_MAX);
      this.#queue.set(decisionId, sessionKey);
    }
    for (const oldest of this.#queue.keys()) {
      if (this.#queue.size <= QUEUE_MAX) break;
      this.#queue.delete(oldest);
    }
    this.#scheduleWork();
  }

  /** Returns the stored stories of a session, and those that the centre still knows, oldest first. */
  async storiesOf(sessionKey: number, decisionIds: readonly string[]): Promise<DecisionStory[]> {
    const rows = await this.#o.db
      .selectFrom('session_decisions')
      .select(['decision_id', 'story'])
      .where('session', '=', sessionKey)
      .orderBy('made_ms')
      .limit(limits.decisionStoriesMax)
      .execute();
    const storedStories = rows.map(({ story }) => JSON.parse(story) as DecisionStory);
    const storedIds = new Set(rows.map(({ decision_id }) => decision_id));
    const missing = [...new Set(decisionIds)]
      .filter((id) => id !== '' && !storedIds.has(id))
      .slice(0, limits.decisionStoriesMax);
    if (missing.length === 0) return storedStories;
    const found = await this.#fetch(new Map(missing.map((id) => [id, sessionKey]))).catch((err: unknown) => {
      this.#o.log.debug({ err }, 'decisions could not be fetched from the centre');
      return [];
    });
    return [...storedStories, ...found].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  /** For tests: resolves when the queue is empty, or when the centre did not answer. */
  async settled(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#work();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#queue.clear();
    await this.#fetching;
  }

  #scheduleWork(): void {
    if (this.#isClosed || this.#queue.size === 0 || this.#timer !== undefined || this.#fetching !== undefined) return;
    this.#timer = this.#o.clock.after(this.#pauseMs, () => {
      this.#timer = undefined;
      void this.#work();
    });
  }

  #work(): Promise<void> {
    this.#fetching ??= this.#fetchQueued().finally(() => {
      this.#fetching = undefined;
      this.#scheduleWork();
    });
    return this.#fetching;
  }

  async #fetchQueued(): Promise<void> {
    while (this.#queue.size > 0 && !this.#isClosed) {
      const batch = new Map([...this.#queue].slice(0, limits.decisionStoriesMax));
      try {
        await this.#fetch(batch);
        this.#pauseMs = PAUSE_MS;
      } catch (err) {
        this.#pauseMs = RETRY_MS;
        this.#o.log.debug({ err, decisions: batch.size }, 'decisions could not be fetched from the centre');
        return;
      }
      for (const id of batch.keys()) this.#queue.delete(id);
    }
  }

  async #fetch(sessions: ReadonlyMap<string, number>): Promise<DecisionStory[]> {
    const centre = this.#o.centre();
    if (centre === undefined) throw new Error('there is no link to a centre');
    const { stories } = await centre.stories([...sessions.keys()]);
    const found = (stories ?? []).map((one) => storyFromWire(one)).filter((one) => one !== undefined);
    const requestedStories = found.filter(({ decisionId }) => sessions.has(decisionId));
    if (requestedStories.length === 0) return [];
    const { db } = this.#o;
    const keys = await db
      .selectFrom('quality_sessions')
      .select('key')
      .where('key', 'in', [...sessions.values()])
      .execute();
    const presentKeys = new Set(keys.map(({ key }) => key));
    const newRows = requestedStories.map((story) => ({
      session: sessions.get(story.decisionId) as number,
      decision_id: story.decisionId,
      made_ms: Date.parse(story.createdAt),
      story: JSON.stringify(story),
    }));
    const rows = newRows.filter(({ session }) => presentKeys.has(session));
    if (rows.length === 0) return requestedStories;
    const insert = db.insertInto('session_decisions').values(rows);
    await insert.onConflict((on) => on.columns(['session', 'decision_id']).doNothing()).execute();
    return requestedStories;
  }
}

function remember(known: Set<string>, id: string, max: number): void {
  known.add(id);
  const [oldest] = known;
  if (known.size > max && oldest !== undefined) known.delete(oldest);
}
