// Sending a delivery again, until it is known how that went.
import type { Delivery } from './api.ts';

/** Receivers answer within ten seconds or not at all. */
const LOOKS_MAX = 12;
const LOOK_EVERY_MS = 1000;

export interface ReplayPorts {
  replay(): Promise<Delivery>;
  read(delivery: string): Promise<Delivery>;
  /** Shows the new delivery as it is now, again and again. */
  show(delivery: Delivery): void;
  /** After a time: true; false when the page is closed. */
  pause(ms: number): Promise<boolean>;
}

/** Ends with the first attempt, or when that takes long. Rejects with MeridianApiError. */
export async function replayed({ replay, read, show, pause }: ReplayPorts): Promise<void> {
  let now = await replay();
  show(now);
  for (let looks = 0; looks < LOOKS_MAX && now.attempts === 0 && now.state === 'pending'; looks += 1) {
    if (!(await pause(LOOK_EVERY_MS))) return;
    now = await read(now.id);
    show(now);
  }
}
