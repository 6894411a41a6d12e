/** A broken invariant: our own mistake, never a caller's. It is thrown, never returned, and never caught to go on. */
export class InvariantError extends Error {
  readonly code = 'INVARIANT';
}

/** Throws InvariantError unless `condition` holds, in production as well. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
