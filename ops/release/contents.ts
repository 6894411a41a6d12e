// What belongs into a release: decided from the lists of files and packages alone.

/** The packages of ours that a host runs or that those import, at the same places as in the repository. */
export const shippedPackages = [
  'protocol',
  'runtime',
  'node-shell',
  'client',
  'object-store',
  'opener',
  'sdp',
  'distribution',
  'scheduler',
  'sfu',
  'signaling',
  'edge-probe',
  'gateway',
  'recorder',
  'library',
  'receiver',
  'api',
  'api-client',
  'uploader',
  'cli',
  'web',
  'ops',
] as const;

/** What `vite build` has put into web/dist already: the server of the pages imports none of these. */
const pageOnly: readonly string[] = [
  '@meridian/api-client',
  '@meridian/sdk-web',
  '@uppy/core',
  'hls.js',
  'lucide-react',
  'mpegts.js',
  'react',
  'react-dom',
];

/** Built, not in git. */
export const builtFolders = ['protocol/src/generated', 'api-client/src/generated', 'web/dist', 'sdk-web/dist'] as const;

/** An entry of package-lock.json, as far as a release looks at it. */
export interface LockedPackage {
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export type Lock = Readonly<Record<string, LockedPackage>>;

export interface NeededPackage {
  /** Its key in the lock file, which is its folder too: `node_modules/ws`. */
  readonly path: string;
  /** It may be missing on disk: made for another platform. */
  readonly optional: boolean;
}

/** Whether a file of the repository is in a release; `undefined` when not, else its place there. */
export function placeOf(file: string): string | undefined {
  if (file === 'LICENSE' || file === 'NOTICE') return file;
  if (file.startsWith('ops/systemd/')) return file.slice('ops/'.length);
  const [folder = '', inside = ''] = splitAt(file, '/');
  if (!(shippedPackages as readonly string[]).includes(folder)) return undefined;
  const isSource = inside.startsWith('src/') || (folder === 'web' && inside.startsWith('server/'));
  if (folder === 'web' && !inside.startsWith('server/')) return inside === 'package.json' ? file : undefined;
  return isSource || inside === 'package.json' ? file : undefined;
}

/**
 * The npm packages that the shipped packages need at run time, by path, sorted. Throws when a dependency that is not
 * optional is not in the lock file.
 */
export function neededPackages(lock: Lock): NeededPackage[] {
  const found = new Map<string, NeededPackage>();
  const open = shippedPackages.map((name) => ({ at: name as string, optional: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { name, optional } of dependenciesOf(next.at, lock)) {
      const path = resolve(next.at, name, lock);
      if (path === undefined && !optional)
        throw new Error(`package-lock.json has no ${name} for ${next.at}: run npm install`);
      if (path === undefined || lock[path]?.link === true) continue;
      const known = found.get(path);
      const isOptional = optional || next.optional;
      if (known !== undefined && (isOptional || !known.optional)) continue;
      found.set(path, { path, optional: isOptional });
      open.push({ at: path, optional: isOptional });
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a file of an npm package is of use at run time; `file` is its path in `node_modules/`. */
export function isNeeded(file: string): boolean {
  // mediasoup's worker is sources here; the built one is bin/mediasoup-worker.
  if (file.startsWith('mediasoup/worker/')) return false;
  // Only compilers and debuggers read these.
  return !/\.(map|[cm]?ts)$/.test(file);
}

function dependenciesOf(at: string, lock: Lock): { name: string; optional: boolean }[] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = lock[at] ?? {};
  // npm writes optional dependencies into both lists.
  const firm = Object.keys(dependencies).filter((name) => !(at === 'web' && pageOnly.includes(name)));
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [
    ...[...firm, ...peers].map((name) => ({ name, optional: Object.hasOwn(optionalDependencies, name) })),
    ...Object.keys(optionalDependencies).map((name) => ({ name, optional: true })),
  ];
}

/** As Node looks for a package: in `node_modules` of this folder and of each one above. */
function resolve(from: string, name: string, lock: Lock): string | undefined {
  const steps = from.split('/');
  for (let length = steps.length; length >= 0; length--) {
    if (steps[length - 1] === 'node_modules') continue;
    const path = [...steps.slice(0, length), 'node_modules', name].join('/');
    if (lock[path] !== undefined) return path;
  }
  return undefined;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
