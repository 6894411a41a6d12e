/** What a check has found: `fail`: the host cannot serve so; `warn`: it can, though something will hurt. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** What mends it. */
  readonly cure?: string;
}

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const warn = (what: string, cure: string): Finding => ({ level: 'warn', what, cure });
export const fail = (what: string, cure: string): Finding => ({ level: 'fail', what, cure });

/** A line for people, with the cure below it. */
export const lineOf = ({ level, what, cure }: Finding): string =>
  `${level.padEnd(4)}  ${what}${cure === undefined ? '' : `\n      → ${cure}`}`;
