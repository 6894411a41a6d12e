/** Result of a check. `fail`: the host cannot serve; `warn`: it can, but with a problem. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly cure?: string;
}

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const warn = (what: string, cure: string): Finding => ({ level: 'warn', what, cure });
export const fail = (what: string, cure: string): Finding => ({ level: 'fail', what, cure });

export const lineOf = ({ level, what, cure }: Finding): string =>
  `${level.padEnd(4)}  ${what}${cure === undefined ? '' : `\n      → ${cure}`}`;
