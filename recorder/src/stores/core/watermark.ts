export const spoolLevel = { ok: 'ok', warn: 'warn', full: 'full' } as const;
export type SpoolLevel = (typeof spoolLevel)[keyof typeof spoolLevel];

export interface Fill {
  /** What the spool holds and has promised to hold, against its budget. */
  readonly usedBytes: number;
  readonly budgetBytes: number;
  /** Of the whole disk; zero when it is not known. */
  readonly diskUsedBytes: number;
  readonly diskBytes: number;
}

const WARN_AT = 0.8;
const FULL_AT = 0.95;
/** A level is left this far below where it began, so that it does not flap around its border. */
const HYSTERESIS = 0.05;

/** The level after `previous`: of the disk or of the budget, whichever is fuller. */
export function levelOf(previous: SpoolLevel, fill: Fill): SpoolLevel {
  const share = Math.max(
    fill.usedBytes / Math.max(1, fill.budgetBytes),
    fill.diskBytes > 0 ? fill.diskUsedBytes / fill.diskBytes : 0,
  );
  const fullAt = previous === spoolLevel.full ? FULL_AT - HYSTERESIS : FULL_AT;
  if (share >= fullAt) return spoolLevel.full;
  const warnAt = previous === spoolLevel.ok ? WARN_AT : WARN_AT - HYSTERESIS;
  return share >= warnAt ? spoolLevel.warn : spoolLevel.ok;
}
