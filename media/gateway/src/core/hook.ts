// What becomes of a tenant's answer to a hook, and when an event that was not taken is sent again.

/** Of the server that is asked: an HTTP status, or no answer in time. */
export type HookOutcome = number | 'none';
/** What an encoder may do when its hook cannot be asked. */
export type OnHookFailure = 'allow' | 'refuse';

export const HOOK_ATTEMPTS_MAX = 10;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** 2xx allows and 403 refuses; everything else says nothing of the encoder, as no answer does. */
export function hookVerdict(outcome: HookOutcome, onFailure: OnHookFailure): 'allow' | 'refuse' | 'failed' {
  if (isTaken(outcome)) return 'allow';
  if (outcome === 403) return 'refuse';
  return onFailure === 'allow' ? 'allow' : 'failed';
}

/** The event need not be sent again. */
export const isTaken = (outcome: HookOutcome): boolean => outcome !== 'none' && outcome >= 200 && outcome < 300;

/** The pause after so many attempts, from 1; undefined: it is given up. */
export function hookPauseMs(attempts: number): number | undefined {
  if (attempts >= HOOK_ATTEMPTS_MAX) return undefined;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
}
