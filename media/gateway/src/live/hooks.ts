// Asks tenants' servers before a client publishes, and informs them afterwards.
import type { KeySource } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { postWebhook } from '../adapters/webhook.ts';
import { hookPauseMs, hookVerdict, isAccepted, type OnHookFailure } from '../core/hook.ts';
import { EventQueue } from './event-queue.ts';
import { keySetting } from './key-settings.ts';
import type { NamedRoom } from './live-rooms.ts';

export interface Hook {
  readonly url: string;
  readonly secret: string;
  readonly onFailure: OnHookFailure;
}
export interface HooksOptions {
  readonly apiKeys: readonly { readonly key: string; readonly tenant: string; readonly hook?: Hook }[];
  readonly keys: Pick<KeySource, 'findKnown'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}
export interface HookedPublication extends NamedRoom {
  readonly identity: string;
  readonly protocol: string;
  readonly clientIp: string;
}

/** Bound of the encoders of one API key that wait for its hook server, each at most 3 s. */
export const PENDING_REQUESTS_MAX = 200;
const ID_BYTES = 12;

interface HookState {
  readonly hook: Hook;
  readonly endEvents: EventQueue;
  pendingRequests: number;
}

export class Hooks {
  readonly #o: HooksOptions;
  readonly #hooked: ReadonlyMap<string, HookState>;

  constructor(o: HooksOptions) {
    const { apiKeys, clock, log } = o;
    this.#o = o;
    this.#hooked = new Map(
      apiKeys.flatMap(({ key, hook }) => {
        if (hook === undefined) return [];
        const post = async (body: string): Promise<boolean> => isAccepted(await postWebhook({ ...hook, body }, clock));
        const endEvents = new EventQueue({ post, pauseMs: hookPauseMs, clock, log: log.child({ apiKey: key }) });
        return [[key, { hook, endEvents, pendingRequests: 0 }]] as const;
      }),
    );
  }

  /**
   * Asks the hook of the API key, or else of its tenant, whether the publisher may publish. Resolves with a function to
   * call once at the end. Rejects with HOOK_REFUSED; HOOK_FAILED without an answer, unless the hook's default allows;
   * OVERLOADED above `PENDING_REQUESTS_MAX`.
   */
  async publish({ apiKey, room, identity, protocol, clientIp }: HookedPublication): Promise<() => void> {
    const key = keySetting(this.#o, apiKey, (entry) => entry.hook && entry.key);
    const hooked = key === undefined ? undefined : this.#hooked.get(key);
    if (hooked === undefined) return () => undefined;
    if (hooked.pendingRequests >= PENDING_REQUESTS_MAX)
      throw new MeridianError('OVERLOADED', 'too many publishers wait for the hook');
    const { clock, rng, log } = this.#o;
    const { hook, endEvents } = hooked;
    const id = Buffer.from(rng.bytes(ID_BYTES)).toString('base64url');
    const bodyOf = (event: 'publish' | 'publish_done'): string =>
      JSON.stringify({ event, id, room, identity, protocol, clientIp, atWallMs: clock.wallMs() });
    hooked.pendingRequests += 1;
    const outcome = await postWebhook({ ...hook, body: bodyOf('publish') }, clock).finally(() => {
      hooked.pendingRequests -= 1;
    });
    const verdict = hookVerdict(outcome, hook.onFailure);
    if (!isAccepted(outcome)) log.info({ apiKey, outcome, verdict }, 'a hook did not allow a publication');
    if (verdict === 'refuse') throw new MeridianError('HOOK_REFUSED');
    if (verdict === 'failed') throw new MeridianError('HOOK_FAILED');
    return () => endEvents.add(bodyOf('publish_done'));
  }

  /** Posts pending events once more, then stops. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#hooked.values()].map(({ endEvents }) => endEvents.close()));
  }
}
