/**
 * Runs tasks concurrently. The first failure stops the others through `signal`.
 * @typedef {{ signal: AbortSignal, run<T>(work: () => Promise<T>): Promise<T>, ended(): Promise<void> }} Jobs
 * @param {AbortSignal} interrupt stops all from outside
 * @returns {Jobs} a task may wait for an earlier task; `ended` must be awaited
 */
export function createJobs(interrupt) {
  const failed = new AbortController();
  /** @type {Promise<unknown>[]} */
  const jobs = [];
  /** @type {{ error: unknown } | undefined} errors of other tasks only follow from it */
  let first;
  return {
    signal: AbortSignal.any([interrupt, failed.signal]),
    run: (work) => {
      const job = work();
      const watched = job.catch((error) => {
        first ??= { error };
        failed.abort();
      });
      jobs.push(watched);
      return job;
    },
    ended: async () => {
      await Promise.all(jobs);
      if (first) throw first.error;
    },
  };
}
