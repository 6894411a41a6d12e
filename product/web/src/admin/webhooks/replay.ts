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
  let delivery = await replay();
  show(delivery);
  for (let polls = 0; polls < POLLS_MAX && delivery.attempts === 0 && delivery.state === 'pending'; polls += 1) {
    if (!(await pause(POLL_EVERY_MS))) return;
    delivery = await read(delivery.id);
    show(delivery);
  }
}
