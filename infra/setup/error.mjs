/**
 * What can go wrong in the set-up. Codes are stable: tests and scripts may rely on them.
 * @typedef {'USAGE' | 'SYSTEM_UNSUPPORTED' | 'MEMORY_SHORT' | 'DISK_FULL' | 'PACKAGES_MISSING' | 'PACKAGES_FAILED' |
 *   'NPM_FAILED' | 'NODE_VERSION' | 'WORKER_UNUSABLE' | 'WORKER_BUILD_FAILED' | 'GENERATE_FAILED' | 'BUNDLE_FAILED' |
 *   'PYTHON_FAILED' | 'LOCK_HELD' | 'INTERRUPTED' | 'ENTRY_MISSING'} SetupErrorCode
 */

/**
 * A step of the set-up failed in a way its reader can do something about: what failed, what it said last, what to do.
 */
export class SetupError extends Error {
  /**
   * @param {SetupErrorCode} code
   * @param {string} message one sentence: what failed
   * @param {{ remedy: string, lastLines?: string[], cause?: unknown }} details
   */
  constructor(code, message, details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SetupError';
    this.code = code;
    this.remedy = details.remedy;
    this.lastLines = details.lastLines ?? [];
  }

  /** @returns {string} the text for a person, several lines */
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
    remedy: 'run the same command again; it takes up where it can and clears away what was half made',
  });
}

/**
 * Turns errors every step can meet (an interrupt, no space, no right to write) into ones with a remedy; others pass
 * unchanged.
 * @param {unknown} error
 * @param {string} doing what the step was about, for the message
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
