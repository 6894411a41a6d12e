/**
 * Error codes of the set-up. They are stable: tests and scripts may rely on them.
 * @typedef {'USAGE' | 'SYSTEM_UNSUPPORTED' | 'MEMORY_SHORT' | 'DISK_FULL' | 'PACKAGES_MISSING' | 'PACKAGES_FAILED' |
 *   'NPM_FAILED' | 'NODE_VERSION' | 'WORKER_UNUSABLE' | 'WORKER_BUILD_FAILED' | 'GENERATE_FAILED' | 'BUNDLE_FAILED' |
 *   'PYTHON_FAILED' | 'LOCK_HELD' | 'INTERRUPTED' | 'ENTRY_MISSING'} SetupErrorCode
 */

/** Failure of a step that the reader can act on: what failed, its last output, the remedy. */
export class SetupError extends Error {
  /**
   * @param {SetupErrorCode} code
   * @param {string} message one sentence about the failure
   * @param {{ remedy: string, lastLines?: string[], cause?: unknown }} details
   */
  constructor(code, message, details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SetupError';
    this.code = code;
    this.remedy = details.remedy;
    this.lastLines = details.lastLines ?? [];
  }

  /** @returns {string} several lines of text for people */
  describe() {
    const said = this.lastLines.map((line) => `  | ${line}`);
    return [`${this.message} (${this.code})`, ...said, `What to do: ${this.remedy}`].join('\n');
  }
}

/**
 * @param {string} what was being done
 * @returns {SetupError}
 */
export function interrupted(what) {
  return new SetupError('INTERRUPTED', `Interrupted: ${what}`, {
    remedy: 'run the same command again; it continues where it can and removes partial results',
  });
}

/**
 * Adds a remedy to errors of any step (an interrupt, no space, no right to write); other errors stay unchanged.
 * @param {unknown} error
 * @param {string} doing subject of the step, for the message
 * @returns {unknown}
 */
export function explain(error, doing) {
  if (error instanceof Error && error.name === 'AbortError') return interrupted(doing);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const remedy =
      'free some space (or point MERIDIAN_CACHE_DIR at a disk that has some), then run the same command again';
    return new SetupError('DISK_FULL', `The disk is full: ${doing}`, { remedy, cause: error });
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    const text = error instanceof Error ? error.message : String(error);
    const remedy = 'make the folder writable for this user, or point MERIDIAN_CACHE_DIR at one that is';
    return new SetupError('DISK_FULL', `No right to write: ${doing}`, { remedy, lastLines: [text], cause: error });
  }
  return error;
}
