// Endpoint of the autoscaler's driver `webhook`: starts and ends media nodes by three commands of yours. Plain Node.js,
// no packages. README.md describes the commands.
//
//   node main.mjs CONFIG.json
//
// CONFIG.json: { "port", "host"?, "token", "tlsCertFile"?, "tlsKeyFile"?, "epochFile", "start", "stop", "list" }, the
// last three a program and its arguments, as a list; without TLS it listens on loopback only.
import { execFile } from 'node:child_process';
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { pathToFileURL } from 'node:url';

const BODY_BYTES_MAX = 1024;
/** The centre waits five seconds for an answer, and a start need only be accepted. */
const COMMAND_LIMIT_MS = 4000;
/** Largest rise of the epoch, so that a single wild number cannot lock out every later leader. */
const EPOCH_JUMP_MAX = 2 ** 20;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const STATES = ['starting', 'running', 'stopping', 'failed'];

/** Returns a listening server; `port` 0 picks any. */
export async function serve(config) {
  const { port, host = '127.0.0.1', tlsCertFile, tlsKeyFile } = config;
  const isTls = tlsCertFile !== undefined;
  if (!isTls && !/^127\.|^::1$/.test(host)) throw new Error('without tlsCertFile and tlsKeyFile: loopback only');
  if (!(config.token?.length >= 32)) throw new Error('token: at least 32 characters');
  const endpoint = new Endpoint(config);
  const listener = (request, response) => {
    const send = ({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    endpoint.answer(request).then(send, (error) => send(refusal(500, 'INTERNAL', error.message)));
  };
  const server = isTls
    ? createHttps({ cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) }, listener)
    : createHttp(listener);
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}

class Endpoint {
  #config;
  #token;
  #epochSeen;
  /** Runs orders one after another, so that none is executed twice. */
  #last = Promise.resolve();

  constructor(config) {
    this.#config = config;
    this.#token = digest(config.token);
    this.#epochSeen = readEpoch(config.epochFile);
  }

  async answer(request) {
    const givenToken = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(givenToken), this.#token)) return refusal(401, 'TOKEN_INVALID', 'the token is wrong');
    const body = await bodyOf(request);
    const turn = this.#last.then(() => this.#carryOut(request, body));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #carryOut({ method, url, headers }, body) {
    const stale = this.#judge(headers['meridian-epoch']);
    if (stale !== undefined) return stale;
    if (method === 'GET' && url === '/v1/nodes') return { status: 200, body: { nodes: await this.#list() } };
    const id = /^\/v1\/nodes\/([^/?]+)$/.exec(url)?.[1] ?? '';
    if (!NAME.test(id)) return refusal(404, 'NOT_FOUND', 'there is nothing here');
    if (method !== 'PUT' && method !== 'DELETE') return refusal(405, 'REQUEST_INVALID', 'GET, PUT or DELETE');
    const region = method === 'PUT' ? regionOf(body) : '';
    if (region === undefined) return refusal(400, 'REQUEST_INVALID', 'the body must be {"region": "…"}');
    const machine = (await this.#list()).find(({ nodeId }) => nodeId === id);
    const done = { status: 200, body: { nodeId: id } };
    if (method === 'PUT') {
      if (machine?.state === 'stopping') return refusal(409, 'OUT_OF_ORDER', `${id} is still ending`);
      if (machine === undefined) await run(this.#config.start, [id, region]);
    } else if (machine !== undefined && machine.state !== 'stopping') await run(this.#config.stop, [id]);
    return done;
  }

  /** Returns undefined for a valid epoch, which is stored before it is acted on. */
  #judge(header = '') {
    const epoch = /^[1-9][0-9]{0,15}$/.test(header) ? Number(header) : Number.NaN;
    const epochBefore = this.#epochSeen;
    if (!Number.isSafeInteger(epoch) || (epochBefore > 0 && epoch > epochBefore + EPOCH_JUMP_MAX))
      return refusal(400, 'REQUEST_INVALID', 'meridian-epoch must be an epoch');
    if (epoch < epochBefore) {
      const { status, body } = refusal(409, 'EPOCH_STALE', `a centre has led since, under epoch ${epochBefore}`);
      return { status, body: Object.assign(body, { epoch: epochBefore }) };
    }
    if (epoch > epochBefore) {
      writeFileSync(`${this.#config.epochFile}.new`, String(epoch));
      renameSync(`${this.#config.epochFile}.new`, this.#config.epochFile);
      this.#epochSeen = epoch;
    }
    return undefined;
  }

  async #list() {
    const lines = (await run(this.#config.list, [])).split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => {
      const [nodeId = '', region = '', state = ''] = line.trim().split(/\s+/);
      if (!NAME.test(nodeId) || !NAME.test(region) || !STATES.includes(state))
        throw new Error(`list: not NODE REGION STATE: ${line.slice(0, 200)}`);
      return { nodeId, region, state };
    });
  }
}

/** Returns the output of the command; rejects with its error output when it fails. */
function run([program, ...args], extraArgs) {
  return new Promise((resolve, reject) => {
    const limits = { timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1_048_576 };
    execFile(program, [...args, ...extraArgs], limits, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program}: ${stderr.trim().slice(0, 200) || error.message}`));
    });
  });
}

function readEpoch(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** Returns undefined when the body is too long. */
async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function regionOf(text) {
  try {
    const { region } = JSON.parse(text ?? '');
    return NAME.test(region) ? region : undefined;
  } catch {
    // Invalid JSON and null have the same error at the caller.
    return undefined;
  }
}

const refusal = (status, code, message) => ({ status, body: { code, message } });
const digest = (text) => createHash('sha256').update(text).digest();

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const server = await serve(JSON.parse(readFileSync(process.argv[2], 'utf8')));
  const { address, port } = server.address();
  process.stdout.write(`listening on ${address} ${port}\n`);
}
