// Interprets a tenant's answer to a hook, and schedules repeats of events.

export type HookOutcome = number | 'none';
export type OnHookFailure = 'allow' | 'refuse';

export const HOOK_ATTEMPTS_MAX = 10;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** 2xx allows and 403 refuses; any other outcome counts as no answer. */
export function hookVerdict(outcome: HookOutcome, onFailure: OnHookFailure): 'allow' | 'refuse' | 'failed' {
  if (isAccepted(outcome)) return 'allow';
  if (outcome === 403) return 'refuse';
  return onFailure === 'allow' ? 'allow' : 'failed';
}

export const isAccepted = (outcome: HookOutcome): boolean => outcome !== 'none' && outcome >= 200 && outcome < 300;

/** Returns the pause after this many attempts, from 1; undefined to give up. */
export function hookPauseMs(attempts: number): number | undefined {
  if (attempts >= HOOK_ATTEMPTS_MAX) return undefined;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
}
