import type { Delivery } from './api.ts';

/** Limit of polls for the result of a replay: receivers answer within ten seconds or not at all. */
const POLLS_MAX = 12;
const POLL_EVERY_MS = 1000;

export interface ReplayPorts {
  replay(): Promise<Delivery>;
  read(delivery: string): Promise<Delivery>;
  /** Shows the new delivery's state; called after each poll. */
  show(delivery: Delivery): void;
  /** Resolves true after the time; false when the page closes. */
  pause(ms: number): Promise<boolean>;
}

/** Ends after the first attempt of the delivery, or after POLLS_MAX polls. Rejects with MeridianApiError. */
export async function replayAndWatch({ replay, read, show, pause }: ReplayPorts): Promise<void> {
  let now = await replay();
  show(now);
  for (let looks = 0; looks < POLLS_MAX && now.attempts === 0 && now.state === 'pending'; looks += 1) {
    if (!(await pause(POLL_EVERY_MS))) return;
    now = await read(now.id);
    show(now);
  }
}
