// Patches of ours in the worker (sfu/worker).
import { readFileSync } from 'node:fs';
import process from 'node:process';

const found = new Map<string, boolean>();

/** Returns whether the worker at `path` has a patch of ours, and it is not switched off. */
export function hasPatch(path: string, patch: string): boolean {
  const key = `${patch} ${path}`;
  const has = found.get(key) ?? (!isOff(patch) && readFileSync(path).includes(`patch ${patch}`));
  found.set(key, has);
  return has;
}

function isOff(patch: string): boolean {
  const off = (process.env['MERIDIAN_WORKER_OFF'] ?? '').split(',');
  return off.includes(patch) || off.includes('all');
}
