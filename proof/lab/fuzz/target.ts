// Feeds one parser with mutants of valid input and with arbitrary bytes, and checks the promises of every parser of
// foreign bytes.
import { type Rng, seededRng } from '@meridian/runtime';
import { AllocationCounter } from './allocation-counter.ts';

export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Parses an arbitrary input. Throws errors that `isDeclared` accepts; any other error is a broken promise. */
  run(input: Uint8Array, rng: Rng): void;
  isDeclared(error: unknown): boolean;
  /** Bytes that the parser may allocate for its buffers, beside a multiple of its input. */
  readonly ownBytes: number;
}

export interface FuzzOutcome {
  readonly executions: number;
  /** Executions that ended with a declared error; the others were parsed. */
  readonly refused: number;
  readonly longestMs: number;
  readonly mostBytes: number;
}

/**
 * Limit of the processor time of an execution. An input of some kB takes far less than a millisecond, so a parser that
 * takes longer loops.
 */
const EXECUTION_MS_MAX = 1000;
/** Bytes that a parser may allocate per byte of input, for buffers that double and for copies of parts. */
const BYTES_PER_INPUT_BYTE = 64;
const ARBITRARY_BYTES_MAX = 512;
/** Share of wholly arbitrary inputs, 1 in 8; the others are mutants of seeds. */
const ARBITRARY_SHARE = 8;
const interesting = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

/**
 * Runs the target until either bound is reached. Equal seeds give equal inputs. Throws at the first input that breaks a
 * promise, with its bytes and the number of the execution.
 */
export function fuzz(target: FuzzTarget, o: { executions: number; seconds: number; seed: number }): FuzzOutcome {
  const rng = seededRng(`${target.name} ${o.seed}`);
  const endMs = performance.now() + o.seconds * 1000;
  let [execution, refused, longestMs, mostBytes] = [0, 0, 0, 0];
  const allocated = new AllocationCounter();
  try {
    for (; execution < o.executions && performance.now() < endMs; execution += 1) {
      const input = inputOf(target.seeds, rng);
      allocated.take();
      const [fromMs, fromCpu] = [performance.now(), process.threadCpuUsage()];
      try {
        target.run(input, rng);
      } catch (error) {
        if (!target.isDeclared(error)) throw brokenPromise(target, execution, o.seed, input, error);
        refused += 1;
      }
      const [tookMs, bytes] = [performance.now() - fromMs, allocated.take()];
      longestMs = Math.max(longestMs, tookMs);
      mostBytes = Math.max(mostBytes, bytes);
      if (bytes > target.ownBytes + BYTES_PER_INPUT_BYTE * input.length)
        throw brokenPromise(target, execution, o.seed, input, new Error(`it allocates ${bytes} bytes`));
      // Wall time may include waiting for a processor, so the CPU time counts too.
      if (tookMs > EXECUTION_MS_MAX && process.threadCpuUsage(fromCpu).user / 1000 > EXECUTION_MS_MAX)
        throw brokenPromise(target, execution, o.seed, input, new Error(`it takes ${tookMs} ms`));
    }
  } finally {
    allocated.close();
  }
  return { executions: execution, refused, longestMs, mostBytes };
}

function brokenPromise(target: FuzzTarget, execution: number, seed: number, input: Uint8Array, cause: unknown): Error {
  const bytes = Buffer.from(input).toString('hex');
  return new Error(`${target.name}: execution ${execution} of seed ${seed}, input ${bytes}`, { cause });
}

function inputOf(seeds: readonly Uint8Array[], rng: Rng): Uint8Array {
  if (rng.int(ARBITRARY_SHARE) === 0) return rng.bytes(rng.int(ARBITRARY_BYTES_MAX));
  let bytes: Uint8Array = (seeds[rng.int(seeds.length)] ?? rng.bytes(1)).slice();
  for (let left = rng.int(1 + rng.int(8)); left > 0; left -= 1) bytes = mutated(bytes, rng);
  return bytes;
}

/** Makes one change: flips a bit, changes some bytes, removes, doubles or inserts a part, or cuts off the end. */
function mutated(bytes: Uint8Array, rng: Rng): Uint8Array {
  const at = rng.int(bytes.length + 1);
  const length = 1 + rng.int(32);
  switch (rng.int(6)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.int(8));
      return bytes;
    case 1:
      bytes.fill(interesting[rng.int(interesting.length)] ?? 0, at, at + 1 + rng.int(4));
      return bytes;
    case 2:
      return concatenated(bytes.subarray(0, at), bytes.subarray(at + length));
    case 3:
      return concatenated(bytes.subarray(0, at + length), bytes.subarray(at));
    case 4:
      return concatenated(bytes.subarray(0, at), rng.bytes(length), bytes.subarray(at));
    default:
      return bytes.slice(0, at);
  }
}

export function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
