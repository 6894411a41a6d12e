// Makes npm packages of the parts that are used outside this repository. A package has JavaScript with declarations
// instead of TypeScript, and its package.json is ours with the fields of `publishConfig`.
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folder of each package, by its name without `@meridian/`. */
export const folders = {
  protocol: 'base/protocol',
  client: 'base/client',
  'sdk-web': 'sdk-web',
  'api-client': 'product/api-client',
  uploader: 'files/uploader',
  cli: 'product/cli',
} as const;
export type Name = keyof typeof folders;
export const packageNames = Object.keys(folders) as Name[];

/** Package that the set-up bundles with its dependencies. */
const BUNDLE: Name = 'sdk-web';

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
}

export interface Packed {
  readonly name: Name;
  readonly folder: string;
  readonly tarball: string;
  readonly manifest: Manifest;
}

export interface PackOptions {
  /** Repository root with generated code and a built sdk-web/dist. */
  readonly root: string;
  /** Output folder, made if missing, for a folder and a tarball of each package. */
  readonly out: string;
  readonly names?: readonly Name[];
}

/** Packs these packages, by default all; returns them in order. Rejects with the output of the compiler or npm. */
export async function packPackages({ root, out, names = packageNames }: PackOptions): Promise<Packed[]> {
  mkdirSync(out, { recursive: true });
  return await Promise.all(names.map((name) => packOne(root, out, name)));
}

async function packOne(root: string, out: string, name: Name): Promise<Packed> {
  const source = join(root, folders[name]);
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const manifest = manifestOf(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const file of ['README.md', 'CHANGELOG.md'])
    if (existsSync(join(source, file))) cpSync(join(source, file), join(folder, file));
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(folder, file));
  const dist = join(folder, 'dist');
  const isContent = (path: string): boolean => !path.endsWith('.built-from');
  if (name === BUNDLE) cpSync(join(source, 'dist'), dist, { recursive: true, filter: isContent });
  else await compile(root, name, dist);
  for (const program of Object.values(manifest.bin ?? {})) chmodSync(join(folder, program), 0o755);
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', out];
  const { stdout } = await run('npm', args, { cwd: folder });
  // A list, or in newer versions of npm an object by name.
  const [result] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
  if (result === undefined) throw new Error(`npm pack made nothing of ${name}`);
  return { name, folder, tarball: join(out, result.filename), manifest };
}

function manifestOf(
  ours: Manifest & Record<'private' | 'scripts' | 'devDependencies' | 'publishConfig', object>,
): Manifest {
  const { private: _, scripts: _1, devDependencies: _2, publishConfig, ...rest } = ours;
  return { ...rest, ...publishConfig, files: ['dist', 'CHANGELOG.md', 'NOTICE'] };
}

async function compile(root: string, name: Name, dist: string): Promise<void> {
  const source = join(root, folders[name], 'src');
  const config = join(dist, '../tsconfig.pack.json');
  const emit = { noEmit: false, declaration: true, stripInternal: true, rootDir: source, outDir: dist };
  const compilerOptions = { ...emit, typeRoots: [join(root, 'node_modules/@types')] };
  const settings = { extends: join(root, folders[name], 'tsconfig.json'), compilerOptions, include: [source] };
  writeFileSync(config, JSON.stringify(settings));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', config, '--pretty', 'false']).catch((error: { stdout: string }) => {
    throw new Error(`compiling ${name}: ${error.stdout}`, { cause: error });
  });
  rmSync(config);
  // The compiler does not copy generated JavaScript.
  for (const file of globSync('generated/*.{js,d.ts}', { cwd: source })) {
    mkdirSync(join(dist, 'generated'), { recursive: true });
    cpSync(join(source, file), join(dist, file));
  }
  // The compiler rewrites imports to `.js` in JavaScript, but not in declarations.
  for (const file of globSync('**/*.d.ts', { cwd: dist })) {
    const text = readFileSync(join(dist, file), 'utf8');
    writeFileSync(join(dist, file), text.replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
  }
}
