// `npm run image`: makes the container image of a release with the builder of this machine.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const help = `npm run image [-- --base IMAGE] [--tag NAME] [--release FILE] [--builder NAME] [--out FILE]
  the container image of a release, by docker, buildah or podman
  --base IMAGE     a Debian 12 (debian:12-slim); one that is here needs no registry
  --tag NAME       its name (meridian:VERSION)
  --release FILE   of npm run release; without it one is made
  --builder NAME   docker, buildah or podman; without it the first that works here
  --out FILE       also as an archive: \`docker load --input FILE\` and \`podman load --input FILE\` read it`;

interface Builder {
  readonly name: string;
  readonly build: readonly string[];
  save(tag: string, file: string): readonly string[];
}

const builders: readonly Builder[] = [
  { name: 'docker', build: ['build'], save: (tag, file) => ['save', '--output', file, tag] },
  ...['buildah', 'podman'].map((name) => ({
    name,
    // The other format has no health check.
    build: ['build', '--format', 'docker'],
    save: (tag: string, file: string) => ['push', tag, `docker-archive:${file}:${tag}`],
  })),
];

/** Returns the first builder that works: a docker without a daemon does not. */
function findBuilder(wanted: string | undefined): Builder {
  const found = builders.find(({ name }) =>
    wanted === undefined ? spawnSync(name, ['info'], { stdio: 'ignore' }).status === 0 : name === wanted,
  );
  if (found === undefined)
    throw new Error(
      wanted === undefined
        ? 'no docker with a daemon, no buildah and no podman is here: install one'
        : `there is no builder ${wanted}: docker, buildah, podman`,
    );
  return found;
}

function makeRelease(folder: string): string {
  execFileSync(process.execPath, [join(root, 'infra/ops/release/main.ts'), '--out', folder], {
    stdio: ['ignore', 2, 2],
  });
  return findRelease(folder);
}

function findRelease(folder: string): string {
  const [file] = globSync(join(folder, 'meridian-*.tar.gz'));
  if (file === undefined) throw new Error(`there is no release in ${folder}`);
  return file;
}

function versionOf(release: string): string {
  const version = /^meridian-(.+)-linux-(x64|arm64)\.tar\.gz$/.exec(basename(release))?.[1];
  if (version === undefined) throw new Error(`${release} is no release: npm run release makes one`);
  return version;
}

interface ImageOptions {
  readonly base: string | undefined;
  readonly tag: string | undefined;
  readonly release: string | undefined;
  readonly builder: string | undefined;
  readonly out: string | undefined;
}

/** Throws with the builder's exit code; the builder's output goes to stderr. */
function makeImage(o: ImageOptions): void {
  const { name, build, save } = findBuilder(o.builder);
  const run = (...args: string[]): void => void execFileSync(name, args, { stdio: ['ignore', 2, 2] });
  mkdirSync(join(root, 'dist'), { recursive: true });
  // The folder is in the tree, as a snap of docker sees no other temporary folder.
  const context = mkdtempSync(join(root, 'dist/.image-'));
  try {
    const release = o.release === undefined ? makeRelease(context) : resolve(o.release);
    const version = versionOf(release);
    if (o.release !== undefined) copyFileSync(release, join(context, basename(release)));
    const tag = o.tag ?? `meridian:${version}`;
    const file = join(import.meta.dirname, 'Containerfile');
    const args = [`VERSION=${version}`, ...(o.base === undefined ? [] : [`BASE=${o.base}`])];
    run(...build, ...args.flatMap((arg) => ['--build-arg', arg]), '--tag', tag, '--file', file, context);
    const size = execFileSync(name, ['images', '--format', '{{.Size}}', tag], { encoding: 'utf8' }).trim();
    console.log(`${tag}  ${size}`);
    if (o.out === undefined) return;
    const out = resolve(root, o.out);
    // Builders append to an existing archive or refuse it.
    rmSync(out, { force: true });
    run(...save(tag, out));
    console.log(`${relative(process.cwd(), out)}  ${(statSync(out).size / 1e6).toFixed(1)} MB`);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    tag: { type: 'string' },
    release: { type: 'string' },
    builder: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) console.log(help);
else {
  const { base, tag, release, builder, out } = values;
  makeImage({ base, tag, release, builder, out });
}
