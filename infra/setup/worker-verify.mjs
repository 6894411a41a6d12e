import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';

/** Exit code of a worker without a version argument, after loading its libraries. */
const NO_VERSION_EXIT_CODE = 41;

/** A healthy worker answers in 20 ms, but the machine may be compiling. */
const START_LIMIT_MS = 10_000;

/** ELF e_machine by Node's name of the architecture. */
const ELF_MACHINES = new Map([
  ['x64', 62],
  ['arm64', 183],
]);

/**
 * Returns why a file cannot be this machine's worker, by its first bytes. A shell would otherwise run a foreign program
 * as a script.
 * @param {string} file
 * @param {string} arch
 * @returns {string | undefined}
 */
export function wrongProgram(file, arch) {
  const head = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  if (length >= 2 && head.toString('latin1', 0, 2) === '#!') return undefined;
  if (length < 20 || head.toString('latin1', 0, 4) !== '\x7fELF') return 'it is not a program';
  const machine = head.readUInt16LE(18);
  return machine === ELF_MACHINES.get(arch)
    ? undefined
    : `it is made for another CPU (ELF machine ${machine}, this is ${arch})`;
}

/**
 * Checks quickly, on every warm start, that the program loads.
 * @param {string} file
 * @returns {Promise<string | undefined>} why not
 */
export async function whyNotLoading(file) {
  const { code, how } = await ended(spawn(file, [], { env: {}, stdio: 'ignore', timeout: START_LIMIT_MS }));
  return code === NO_VERSION_EXIT_CODE ? undefined : `it does not start: ${how}`;
}

/**
 * Tests a worker fully before it is trusted: started like mediasoup does, it initialises TLS and SRTP and reports that
 * it runs by one complete message on its channel.
 * @param {string} file
 * @param {string} version of the mediasoup package
 * @returns {Promise<string | undefined>} why not
 */
export async function whyNotRunning(file, version) {
  const loading = await whyNotLoading(file);
  if (loading !== undefined) return loading;
  const child = spawn(file, ['--logLevel=none'], {
    env: { MEDIASOUP_VERSION: version },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    timeout: START_LIMIT_MS,
  });
  let received = Buffer.alloc(0);
  let complaint = '';
  child.stderr?.on('data', (/** @type {Buffer} */ chunk) => {
    complaint = (complaint + chunk.toString()).slice(-500);
  });
  for (const index of [3, 4])
    child.stdio[index]?.on('error', (error) => {
      complaint ||= error.message;
    });
  const firstMessage = new Promise((resolve) => {
    const channel = /** @type {import('node:stream').Readable} */ (child.stdio[4]);
    channel.on('data', (/** @type {Buffer} */ chunk) => {
      received = Buffer.concat([received, chunk]);
      // A message is its length in four bytes, little-endian, followed by that many bytes.
      if (received.length >= 4 && received.length >= 4 + received.readUInt32LE(0) && received.readUInt32LE(0) > 0)
        resolve(true);
    });
  });
  const exit = ended(child);
  const first = await Promise.race([firstMessage, exit]);
  child.kill('SIGKILL');
  const { how } = await exit;
  return first === true ? undefined : `it does not say that it runs: ${how}${complaint ? `, ${complaint.trim()}` : ''}`;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number | null, how: string }>}
 */
function ended(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, how: error.message }));
    child.on('exit', (code, signal) => resolve({ code, how: signal ? `ended by ${signal}` : `exit code ${code}` }));
  });
}
