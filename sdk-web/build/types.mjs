// Runs after tsc has written the declarations to dist/types, or to the given folder. Keeps the declarations that the
// entries reach, including those of @meridian/client, and puts the few words from @meridian/protocol into one file
// (neither package is published separately). Fails when a declaration of the package would depend on a missing one.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const types = process.argv[2] ?? join(here, '../dist/types');
// tsc writes both packages with their folders in the repository.
for (const entry of readdirSync(join(types, 'sdk-web/src')))
  renameSync(join(types, 'sdk-web/src', entry), join(types, entry));
renameSync(join(types, 'base/client/src'), join(types, 'of-client'));
for (const emptied of ['sdk-web', 'base']) rmSync(join(types, emptied), { recursive: true });
// Read as text, so that this runs on any Node that builds.
const errorCodes = [
  ...readFileSync(join(here, '../../base/protocol/src/errors.ts'), 'utf8').matchAll(/^ {2}([A-Z_]+): \[/gm),
].map(([, code]) => code);
if (errorCodes.length < 40) throw new Error('base/protocol/src/errors.ts is not written as expected');
const layer = /export interface VideoLayer (\{[^}]*\})/.exec(
  readFileSync(join(here, '../../base/protocol/src/roster.ts'), 'utf8'),
)?.[1];
if (layer === undefined) throw new Error('base/protocol/src/roster.ts is not written as expected');
const union = (words) => words.map((word) => `'${word}'`).join(' | ');
const words = {
  MediaKind: union(['audio', 'video']),
  TrackSource: union(['camera', 'microphone', 'screen_share', 'screen_share_audio', 'unknown']),
  LayerKind: union(['simple', 'simulcast', 'svc']),
  ParticipantKind: union(['standard', 'gateway', 'recorder', 'agent']),
  RoomKind: union(['', 'show']),
  RoomRole: union(['host', 'cohost', 'speaker', 'attendee']),
  Quality: union(['unknown', 'lost', 'poor', 'good', 'excellent']),
  ErrorCode: union(errorCodes),
  VideoLayer: layer,
};
const importPattern = /from '([^']+)'/g;
const listed = (names) =>
  names.split(',').flatMap(
    (one) =>
      one
        .replace(/\btype\b/, '')
        .split(' as ')[0]
        .trim() || [],
  );

// File that declares each name of the client: the client's index reaches far more than a user may see.
const declaredIn = new Map();
for (const file of declarationsOf(join(types, 'of-client'))) {
  const names = readFileSync(file, 'utf8').matchAll(
    /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm,
  );
  for (const [, name] of names) declaredIn.set(name, file);
}

/** Rewrites imports from @meridian/client to imports from the files that declare the names. */
const resolved = (file, text) =>
  text.replace(/^((?:import|export) (?:type )?)\{([^}]*)\} from '@meridian\/client';$/gm, (_all, words, names) =>
    names
      .split(',')
      .filter((name) => name.trim() !== '')
      .map((name) => {
        const [declared] = listed(name);
        const from = declaredIn.get(declared);
        if (from === undefined)
          throw new Error(`${relative(types, file)} shows ${declared}, which the client does not declare`);
        return `${words}{ ${name.trim()} } from '${pathTo(file, from)}';`;
      })
      .join('\n'),
  );

const reached = new Set();
const waiting = [join(types, 'index.d.ts'), join(types, 'effects/index.d.ts'), join(types, 'h5/index.d.ts')];
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (reached.has(file)) continue;
  reached.add(file);
  const text = resolved(file, readFileSync(file, 'utf8'));
  for (const [, target] of text.matchAll(importPattern)) {
    if (target.startsWith('.')) waiting.push(join(dirname(file), target.replace(/\.[jt]s$/, '.d.ts')));
    else if (target !== '@meridian/protocol')
      throw new Error(`${relative(types, file)} needs ${target}, which a user does not have`);
  }
  for (const [, names] of text.matchAll(/import (?:type )?\{([^}]*)\} from '@meridian\/protocol'/g)) {
    for (const name of listed(names)) {
      if (!(name in words)) throw new Error(`${relative(types, file)} shows ${name} of the protocol`);
    }
  }
  const standing = text.replaceAll("'@meridian/protocol'", `'${pathTo(file, join(types, 'protocol.d.ts'))}'`);
  writeFileSync(file, standing.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
writeFileSync(
  join(types, 'protocol.d.ts'),
  `${Object.entries(words)
    .map(([name, type]) => `export type ${name} = ${type};`)
    .join('\n')}\n`,
);
reached.add(join(types, 'protocol.d.ts'));
for (const file of declarationsOf(types)) if (!reached.has(file)) rmSync(file);
console.log(`${reached.size} declaration files`);

function declarationsOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Returns the import path from one declaration file to another. */
function pathTo(file, target) {
  const path = relative(dirname(file), target).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}
