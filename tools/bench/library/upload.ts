// What an upload costs: of a library node, which takes parts at once, hashes blocks and the whole, syncs to the disk,
// looks at nothing else, and puts the file into its store; and of nginx, which writes the same bytes into files (PUT).
// In turns of one run. The processor time of the server's process counts; what the sender costs does not.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tokenOf } from '../../../library/test/support/library.ts';
import { Nginx } from '../../../test/support/nginx-edge.ts';
import { type LabResult, percentile, type Say } from '../../support/case.ts';
import { treeCpuMs } from '../capacity/processor.ts';
import { type PartRange, partsOf } from './upload-parts.ts';

/** MB of a library node on a CPU-second, beside those of nginx. */
const RATIO_AIM = 0.7;
const PARTS = 4;
const PIECE = Buffer.alloc(262_144, 'a piece of a file');

export async function uploadPart(
  o: { readonly turns?: number; readonly megabytes?: number },
  say: Say,
): Promise<LabResult> {
  const { turns = 3, megabytes = 512 } = o;
  const bytes = megabytes * 1_048_576;
  const folder = mkdtempSync(join(tmpdir(), 'meridian-upload-bench-'));
  const rows = { library: [] as number[], received: [] as number[], nginx: [] as number[], hashed: [] as number[] };
  try {
    const nginx = await startNginx(folder);
    const node = await startNode(folder, { uploads: turns + 1, bytes });
    try {
      for (let turn = 0; turn <= turns; turn += 1) {
        const own = await toLibrary(node, turn, bytes);
        const theirs = await toNginx(nginx, bytes);
        const hash = 2 * hashCpuMs(bytes);
        if (turn === 0) continue; // files of the disk are there, and code is compiled
        const perSecond = (cpuMs: number): number => (megabytes * 1000) / cpuMs;
        rows.library.push(perSecond(own.cpuMs));
        rows.received.push(perSecond(own.receivedCpuMs));
        rows.nginx.push(perSecond(theirs));
        rows.hashed.push(perSecond(theirs + hash));
        const [library, plain, hashed] = [own.cpuMs, theirs, theirs + hash].map((ms) => perSecond(ms).toFixed(0));
        say(`turn ${turn}: library ${library} MB per CPU-s, nginx ${plain}, nginx and two SHA-256 of it ${hashed}`);
      }
    } finally {
      node.child.kill('SIGKILL');
      await nginx.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const mid = (values: readonly number[]): number => percentile(values, 0.5);
  const ratio = (values: readonly number[]): number =>
    mid(rows.library.map((value, turn) => value / (values[turn] ?? Number.NaN)));
  const share = ratio(rows.nginx);
  return {
    params: { turns, megabytes, parts: PARTS },
    metrics: {
      libraryMbPerCpuS: mid(rows.library),
      receivedMbPerCpuS: mid(rows.received),
      nginxMbPerCpuS: mid(rows.nginx),
      nginxHashedMbPerCpuS: mid(rows.hashed),
      libraryToNginx: share,
      libraryToNginxHashed: ratio(rows.hashed),
    },
    missed: share >= RATIO_AIM ? [] : [`${share.toFixed(2)} of nginx's MB per CPU-second, aim ${RATIO_AIM}`],
  };
}

interface Node {
  readonly child: ChildProcess;
  readonly port: number;
  /** Resolves when one more upload has ended. */
  ended(): Promise<void>;
}

async function startNode(folder: string, o: { readonly uploads: number; readonly bytes: number }): Promise<Node> {
  const place = join(folder, 'library');
  mkdirSync(place);
  const args = [join(import.meta.dirname, 'upload-node.ts'), place, o.uploads, o.bytes, PARTS].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  let count = 0;
  let seen = 0;
  const waiting = new Set<() => void>();
  lines.on('line', () => {
    count += 1;
    for (const wake of waiting) wake();
  });
  const ended = async (): Promise<void> => {
    seen += 1;
    while (count < seen) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
  };
  return { child, port: Number(first), ended };
}

async function startNginx(folder: string): Promise<Nginx> {
  const root = join(folder, 'nginx');
  mkdirSync(join(root, 'temporary'), { recursive: true });
  return await Nginx.start(
    ({ port }) => `server { listen 127.0.0.1:${port}; root ${root}; client_max_body_size 0;
      client_body_temp_path ${root}/temporary; client_body_buffer_size 512k; access_log off;
      location / { dav_methods PUT; create_full_put_path on; } }`,
  );
}

async function toLibrary(
  node: Node,
  turn: number,
  bytes: number,
): Promise<{ readonly cpuMs: number; readonly receivedCpuMs: number }> {
  const pid = node.child.pid ?? 0;
  const token = tokenOf({ upload: `up_${turn}` });
  const base = `http://127.0.0.1:${node.port}/library/uploads/${token}`;
  const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  const from = treeCpuMs(pid);
  await Promise.all(
    partsOf(bytes, PARTS).map((part, index) => send({ url: `${base}/${index}`, method: 'PATCH', headers, part })),
  );
  const receivedCpuMs = treeCpuMs(pid) - from;
  await node.ended();
  return { cpuMs: treeCpuMs(pid) - from, receivedCpuMs };
}

async function toNginx(nginx: Nginx, bytes: number): Promise<number> {
  const base = `http://127.0.0.1:${nginx.port}`;
  const from = treeCpuMs(nginx.pid);
  await Promise.all(
    partsOf(bytes, PARTS).map((part, index) =>
      send({ url: `${base}/part-${index}`, method: 'PUT', headers: {}, part }),
    ),
  );
  return treeCpuMs(nginx.pid) - from;
}

async function send(o: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly part: PartRange;
}): Promise<void> {
  const { bytes } = o.part;
  const headers = Object.assign({ 'content-length': String(bytes) }, o.headers);
  const outgoing = request(o.url, { method: o.method, headers, agent: false });
  const answered = once(outgoing, 'response') as Promise<[import('node:http').IncomingMessage]>;
  await pipeline(Readable.from(pieces(bytes), { objectMode: false }), outgoing);
  const [answer] = await answered;
  answer.resume();
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`${o.method} was answered with ${status}`);
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += PIECE.length) yield PIECE.subarray(0, Math.min(PIECE.length, bytes - at));
}

/** What one SHA-256 of so many bytes costs. */
function hashCpuMs(bytes: number): number {
  const hash = createHash('sha256');
  const from = process.cpuUsage();
  for (const piece of pieces(bytes)) hash.update(piece);
  hash.digest();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
