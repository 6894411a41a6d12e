import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { servicesFolder } from '../../services/entries.mjs';
import { readRecord, type ServicesRecord } from '../../services/record.mjs';
import { encoders } from '../../setup/requirements.mjs';
import { isVersion, type ReleaseManifest, type SystemPackage, sha256Of, sumsFile } from '../src/release-manifest.ts';
import { dataPackages, isLicence, placeOf } from './contents.ts';
import { type Libraries, librariesOf } from './libraries.ts';

const PAGES = 'product/web/dist';

/** Level 6 takes half the time of level 9 for an archive 2 % larger. */
const GZIP_LEVEL = 6;

export interface ReleaseOptions {
  /** Repository root with packages installed, and services and pages bundled. */
  readonly root: string;
  readonly version: string;
  /** Folder for the archive and its digest; made if missing. */
  readonly out: string;
  /** Absolute paths of programs that run on this machine. */
  readonly worker: string;
  readonly pathd: string;
  readonly jail: string;
}

export interface Release {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Makes `meridian-VERSION-PLATFORM.tar.gz` and `….sha256` beside it. The same tree, tools and version give the same
 * bytes. Throws for an invalid version or a missing part.
 */
export async function makeRelease(o: ReleaseOptions): Promise<Release> {
  if (!isVersion(o.version)) throw new Error(`${o.version} is no version: like 1.2.3 or 1.2.3-rc.1`);
  const name = `meridian-${o.version}-${platform}.tar.gz`;
  const work = join(o.out, `.work-${process.pid}`);
  const folder = join(work, `meridian-${o.version}`);
  try {
    mkdirSync(folder, { recursive: true });
    stage(o, folder);
    const packed = join(work, name);
    await pack(work, `meridian-${o.version}`, packed, commitSeconds(o.root));
    const sha256 = await digestOf(packed);
    writeFileSync(join(o.out, `${name}.sha256`), `${sha256}  ${name}\n`);
    const file = join(o.out, name);
    renameSync(packed, file);
    return { file, bytes: statSync(file).size, sha256 };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const platform = `linux-${process.arch}`;

function stage(o: ReleaseOptions, folder: string): void {
  copyOurs(o.root, folder);
  copyPackages(o.root, folder);
  const libraries = copyPrograms(o, folder);
  const manifest = manifestOf(o, libraries);
  writeFileSync(join(folder, 'MANIFEST.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(folder, 'VERSION'), `${o.version}\n`);
  const sums = filesOf(folder).map((file) => `${sha256Of(readFileSync(join(folder, file)))}  ${file}\n`);
  writeFileSync(join(folder, sumsFile), sums.join(''));
}

function copyOurs(root: string, folder: string): void {
  const listed = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).split('\0');
  for (const file of listed) {
    const place = placeOf(file);
    if (place !== undefined && existsSync(join(root, file))) copy(join(root, file), join(folder, place));
  }
  // The folder may still contain files of an earlier build.
  const { own, vendor } = servicesRecord(root);
  for (const name of [...own, ...vendor]) copy(join(root, servicesFolder, name), join(folder, servicesFolder, name));
  if (!existsSync(join(root, PAGES))) throw new Error(`${PAGES} is not there: npm run release makes it`);
  cpSync(join(root, PAGES), join(folder, PAGES), { recursive: true, filter: (path) => !path.endsWith('.built-from') });
}

function servicesRecord(root: string): ServicesRecord {
  const record = readRecord(join(root, servicesFolder));
  if (record === undefined) throw new Error(`${servicesFolder} is not there: npm run release makes it`);
  return record;
}

function copyPackages(root: string, folder: string): void {
  for (const name of dataPackages) {
    const from = join(root, 'node_modules', name);
    if (!existsSync(from)) throw new Error(`${name} is not installed`);
    cpSync(from, join(folder, 'node_modules', name), { recursive: true });
  }
  for (const path of servicesRecord(root).packages) {
    const licences = readdirSync(join(root, path)).filter(isLicence);
    const name = path.replace(/^.*node_modules\//, '').replace('/', '-');
    for (const file of licences) copy(join(root, path, file), join(folder, 'licenses/npm', name, file));
  }
}

function copyPrograms(o: ReleaseOptions, folder: string): Libraries {
  const scripts = join(import.meta.dirname, 'files');
  const node = join(o.root, `node_modules/node-${platform}`);
  const ldd = execFileSync('ldd', [o.worker], { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } });
  const libraries = librariesOf(ldd);
  copy(join(node, 'bin/node'), join(folder, 'bin/node'));
  copy(join(node, 'LICENSE'), join(folder, 'licenses/node'));
  copy(o.pathd, join(folder, 'bin/pathd'));
  copy(o.jail, join(folder, 'bin/jail'));
  copy(o.worker, join(folder, 'lib/mediasoup-worker'));
  for (const { name, file } of libraries.carried) {
    copy(realpathSync(file), join(folder, 'lib', name));
    const notice = copyrightOf(file);
    if (notice !== undefined) copy(notice, join(folder, 'licenses', name));
  }
  for (const name of ['meridian', 'mediasoup-worker']) copy(join(scripts, name), join(folder, 'bin', name));
  copy(join(scripts, 'install.sh'), join(folder, 'install.sh'));
  return libraries;
}

/** Returns the path of Debian's copyright file for a library; undefined if it is from no package. */
function copyrightOf(file: string): string | undefined {
  const real = realpathSync(file);
  // Debian packages list files by either name of this folder.
  const asked = spawnSync('dpkg-query', ['-S', real, real.replace(/^\/usr/, '')], { encoding: 'utf8' });
  const owner = /^([^:\s]+)(:\S+)?: /m.exec(asked.stdout ?? '')?.[1];
  return owner === undefined ? undefined : realpathSync(join('/usr/share/doc', owner, 'copyright'));
}

function manifestOf(o: ReleaseOptions, { needsOpenssl }: Libraries): ReleaseManifest {
  const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(join(o.root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
      .version;
  return {
    version: o.version,
    commit: git(o.root, ['rev-parse', 'HEAD']).trim(),
    changed: git(o.root, ['status', '--porcelain']) !== '',
    platform,
    node: versionOf(`node-${platform}`),
    mediasoup: versionOf('mediasoup'),
    workerSha256: sha256Of(readFileSync(o.worker)),
    builtOn: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
    system: [...(needsOpenssl ? [openssl] : []), ffmpeg],
  };
}

const openssl: SystemPackage = {
  debian: 'libssl3',
  for: ['sfu'],
  why: "the media worker's DTLS and SRTP, with the system's security updates",
};
const ffmpeg: SystemPackage = {
  debian: 'ffmpeg',
  for: ['gateway'],
  why: 'sound and pictures between browsers and RTMP, FLV, HLS, MPEG-1',
  encoders,
};

async function pack(work: string, name: string, file: string, mtimeSeconds: number): Promise<void> {
  const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX', '--format=gnu'];
  const tar = spawn('tar', ['--create', ...order, `--mtime=@${mtimeSeconds}`, '-C', work, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.on('error', reject);
    tar.on('exit', resolve);
  });
  const [code] = await Promise.all([
    ended,
    pipeline(tar.stdout, createGzip({ level: GZIP_LEVEL }), createWriteStream(file)),
  ]);
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, (statSync(from).mode & 0o100) === 0 ? 0o644 : 0o755);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const commitSeconds = (root: string): number => Number(git(root, ['log', '-1', '--format=%ct']).trim());

function git(root: string, args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
