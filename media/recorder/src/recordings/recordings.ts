// Recordings of this recorder, each ordered by a room's owner through the centre.
import type { TenantKeys, Tokens } from '@meridian/node-shell';
import {
  type ErrorCode,
  isFence,
  isIdentity,
  isPageUrl,
  isRecordingId,
  MeridianError,
  partsOfRoomKey,
  type RecordingMode,
  recorderIdentity,
  recordingModes,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Pace } from '../core/pace.ts';
import type { OpenStint, RunningStint, StintOrder } from './recording-port.ts';

const TOKEN_MS = 60_000;
/** A failed page is not reopened here for this time: its room's owner orders it every two seconds. */
const PAGE_RETRY_MS = 60_000;
const pageFailures: readonly unknown[] = ['PAGE_FAILED', 'PAGE_TOO_LARGE'] satisfies ErrorCode[];

type RoomParts = NonNullable<ReturnType<typeof partsOfRoomKey>>;

export interface RecordingsOptions {
  readonly openStint: OpenStint;
  readonly tokens: Pick<Tokens, 'mint'>;
  readonly keys: Pick<TenantKeys, 'forRooms'>;
  /** Id of this recorder, which makes its sessions' identities unique in a room. */
  readonly nodeId: string;
  /** Participants that it can record at once. */
  readonly slots: number;
  /** Returns whether another recording may begin; running ones continue in any case. */
  canBegin(): boolean;
  pace(): Pace;
  /** Throws a MeridianError when this recorder does not make recordings of this mode. */
  check(mode: RecordingMode): void;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Logger;
}

interface Job {
  readonly roomKey: string;
  readonly recordingId: string;
  /** Ordered slots, charged until the stint states its need. */
  readonly slots: number;
  readonly isLater: boolean;
  /** Resolves when an API key for it is known; rejects without one. */
  keyFound: Promise<void>;
  stint: RunningStint | undefined;
}

export class Recordings {
  readonly #o: RecordingsOptions;
  readonly #jobs = new Map<string, Job>();
  /** Pages that failed here, with the code, which is the answer to orders until the given time. */
  readonly #failedPages = new Map<string, { readonly code: ErrorCode; readonly untilMs: number }>();
  /** Slots of work besides recordings. */
  readonly #held = new Set<{ readonly slots: number }>();
  readonly #pending = new Set<Promise<void>>();
  #isDraining = false;
  #isClosed = false;

  constructor(o: RecordingsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /**
   * Slots as reported to the centre. 0: none begins, and others that have room take over those that run. Those in use:
   * none begins.
   */
  get slots(): number {
    const pace = this.#o.pace();
    if (this.#isClosed || this.#isDraining || pace === 'behind' || !this.#o.canBegin()) return 0;
    return pace === 'full' ? Math.min(this.#o.slots, this.usedSlots) : this.#o.slots;
  }

  get usedSlots(): number {
    const held = [...this.#held].reduce((sum, { slots }) => sum + slots, 0);
    return [...this.#jobs.values()].reduce((sum, job) => sum + slotsOf(job), held);
  }

  /** Returns whether work of these slots may begin besides recordings; where it needs more than all, it runs alone. */
  canHold(slots: number): boolean {
    return this.slots > 0 && this.usedSlots + Math.min(slots, this.slots) <= this.slots;
  }

  /** Occupies slots for work that is no recording, until the returned function is called. Throws OVERLOADED. */
  hold(slots: number): () => void {
    if (!this.canHold(slots)) throw new MeridianError('OVERLOADED', 'this recorder has no slots for it');
    const held = { slots: Math.min(slots, this.slots) };
    this.#held.add(held);
    return () => void this.#held.delete(held);
  }

  list(): wire.RecordingHeld.$Properties[] {
    return [...this.#jobs.values()].map((job) => ({
      roomKey: job.roomKey,
      recordingId: job.recordingId,
      slots: slotsOf(job),
    }));
  }

  isRunning(tenant: string, recordingId: string): boolean {
    return [...this.#jobs.values()].some(
      (job) => job.recordingId === recordingId && partsOfRoomKey(job.roomKey)?.tenant === tenant,
    );
  }

  /**
   * Begins an ordered recording, unless it runs; resolves before the session joins with whether it is composed later.
   * A recording that runs stays as it began. Rejects with REQUEST_INVALID,
   * TOKEN_INVALID without an API key of the room's tenant that holds the fence, API_UNREACHABLE while the key is
   * unknown, OVERLOADED without free slots, SHUTTING_DOWN (also during a drain), errors of `check`, and PAGE_FAILED or
   * PAGE_TOO_LARGE for a page that failed here recently.
   */
  async begin(order: wire.RecordOrder): Promise<{ readonly later: boolean }> {
    const { roomKey, recordingId, identity, fence, slots } = order;
    const parts = partsOfRoomKey(roomKey);
    if (parts === undefined || !isRecordingId(recordingId) || !isFence(fence) || slots < 1)
      throw new MeridianError('REQUEST_INVALID', 'room, recording, fence or slots is invalid');
    if (identity !== '' && !isIdentity(identity)) throw new MeridianError('REQUEST_INVALID', 'identity is invalid');
    const mode = modeOf(order.mode);
    const pageUrl = mode === 'page' ? order.pageUrl : '';
    if (mode === 'page' && !isPageUrl(pageUrl)) throw new MeridianError('REQUEST_INVALID', 'page_url is invalid');
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    const name = `${roomKey} ${recordingId}`;
    const known = this.#jobs.get(name);
    if (known !== undefined) return await begun(known);
    if (this.#isDraining) throw new MeridianError('SHUTTING_DOWN');
    const isLater = mode === 'composed' && order.later;
    this.#o.check(isLater ? '' : mode);
    this.#checkFailedPage(name);
    if (this.usedSlots + slots > this.slots) throw new MeridianError('OVERLOADED', 'this recorder has no slots for it');
    const job: Job = { roomKey, recordingId, slots, isLater, keyFound: Promise.resolve(), stint: undefined };
    this.#jobs.set(name, job);
    const token = (): Promise<string> => this.#token(parts, order);
    const onEnded = (why: string, code?: string): void => this.#ended(name, job, why, code);
    job.keyFound = this.#findKey(name, job, parts.tenant, fence);
    this.#addPending(
      job.keyFound.then(
        () => this.#join(name, job, { recordingId, roomKey, identity, mode, isLater, pageUrl, token, onEnded }),
        () => undefined,
      ),
    );
    return await begun(job);
  }

  /** Starts or stops a drain: running recordings continue until the owners move them, and none begins. */
  drain(isDraining: boolean): void {
    this.#isDraining = isDraining;
  }

  /** Ends all recordings for good; resolves when everything received is on the disk. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [name, job] of [...this.#jobs]) if (job.stint !== undefined) this.#end(name, job, job.stint);
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #findKey(name: string, job: Job, tenant: string, fence: string): Promise<void> {
    try {
      await this.#o.keys.forRooms(tenant, fence);
    } catch (error) {
      this.#forget(name, job);
      throw error;
    }
    if (!this.#isClosed) return;
    this.#forget(name, job);
    throw new MeridianError('SHUTTING_DOWN');
  }

  async #join(name: string, job: Job, order: StintOrder): Promise<void> {
    const { openStint, log } = this.#o;
    const { roomKey, recordingId } = job;
    try {
      job.stint = await openStint(order);
    } catch (error) {
      this.#forget(name, job);
      if (error instanceof MeridianError) this.#rememberPageFailure(name, error.code);
      log.info({ roomKey, recordingId, err: error }, 'a recording does not begin');
      return;
    }
    log.info({ roomKey, recordingId }, 'a recording begins');
    if (this.#isClosed) this.#end(name, job, job.stint);
  }

  /** Each join looks up the key, so that a revoked key is replaced by another of the tenant. */
  async #token({ tenant, room }: RoomParts, { recordingId, fence }: wire.RecordOrder): Promise<string> {
    const { key } = await this.#o.keys.forRooms(tenant, fence);
    const identity = recorderIdentity(recordingId, this.#o.nodeId);
    const rights = { canPublish: false, canSubscribe: true, hidden: true };
    return this.#o.tokens.mint(key, { identity, name: '', room, fence, lifetimeMs: TOKEN_MS, ...rights });
  }

  #ended(name: string, job: Job, why: string, code: string | undefined): void {
    const { roomKey, recordingId } = job;
    this.#forget(name, job);
    this.#rememberPageFailure(name, code);
    this.#o.log.info({ roomKey, recordingId, why, code }, 'a recording is over here');
  }

  #checkFailedPage(name: string): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [one, { untilMs }] of this.#failedPages) if (untilMs <= nowMs) this.#failedPages.delete(one);
    const failed = this.#failedPages.get(name);
    if (failed !== undefined) throw new MeridianError(failed.code);
  }

  #rememberPageFailure(name: string, code: string | undefined): void {
    if (isPageFailure(code)) this.#failedPages.set(name, { code, untilMs: this.#o.clock.nowMs() + PAGE_RETRY_MS });
  }

  #end(name: string, job: Job, stint: RunningStint): void {
    this.#forget(name, job);
    this.#addPending(
      stint.close().catch((error: unknown) => {
        const { roomKey, recordingId } = job;
        this.#o.log.error({ roomKey, recordingId, err: error }, 'a recording did not end in order');
      }),
    );
  }

  #addPending(work: Promise<void>): void {
    const waited = work.finally(() => this.#pending.delete(waited));
    this.#pending.add(waited);
  }

  #forget(name: string, job: Job): void {
    if (this.#jobs.get(name) === job) this.#jobs.delete(name);
  }
}

async function begun({ keyFound, isLater }: Job): Promise<{ readonly later: boolean }> {
  await keyFound;
  return { later: isLater };
}

const isPageFailure = (code: string | undefined): code is ErrorCode => pageFailures.includes(code);

const slotsOf = ({ stint, slots }: Job): number => Math.max(1, stint?.slots ?? slots);

function modeOf(text: string): RecordingMode {
  const mode = recordingModes.find((one) => one === text);
  if (mode === undefined) throw new MeridianError('REQUEST_INVALID', 'mode is unknown');
  return mode;
}
