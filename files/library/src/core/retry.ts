const FIRST_MS = 1000;
/** Maximum wait between calls, so that a recovered api or store is called within a minute. */
const LONGEST_MS = 60_000;

export const retryMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));

/** Permanent refusal of a file, thrown to the caller of a check. */
export class FileRefused extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'Refused';
    this.code = code;
  }
}
