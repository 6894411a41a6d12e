// How long to wait before the next try.

const FIRST_MS = 1000;
/** An api or store that is back is asked within a minute. */
const LONGEST_MS = 60_000;

/** `failures`: in a row, at least one. */
export const retryMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));

/** Tells the caller of a job why a file is not kept, for good. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'Refused';
    this.code = code;
  }
}
