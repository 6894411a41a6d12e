/**
 * Works that run at the same time. The first that fails stops the others through `signal`.
 * @typedef {{ signal: AbortSignal, run<T>(work: () => Promise<T>): Promise<T>, ended(): Promise<void> }} Jobs
 * @param {AbortSignal} interrupt stops all from outside
 * @returns {Jobs} `run` may be given a work that waits for an earlier one; `ended` has to be awaited
 */
export function createJobs(interrupt) {
  const failed = new AbortController();
  /** @type {Promise<unknown>[]} */
  const jobs = [];
  /** @type {{ error: unknown } | undefined} the others' errors only follow from it */
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
