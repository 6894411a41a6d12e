// After tsc has written dist/types: keeps what index.d.ts reaches, and puts the few words that come from @meridian/protocol (which is not
// published apart) into one file. Ends with an error when a declaration of the package would not stand on its own.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const types = join(here, '../dist/types');
// Read as text, so that this runs on any Node that builds.
const errorCodes = [
  ...readFileSync(join(here, '../../protocol/src/errors.ts'), 'utf8').matchAll(/^ {2}([A-Z_]+): \[/gm),
].map(([, code]) => code);
if (errorCodes.length < 40) throw new Error('protocol/src/errors.ts is not written as expected');
const layer = /export interface VideoLayer (\{[^}]*\})/.exec(
  readFileSync(join(here, '../../protocol/src/roster.ts'), 'utf8'),
)?.[1];
if (layer === undefined) throw new Error('protocol/src/roster.ts is not written as expected');
const union = (words) => words.map((word) => `'${word}'`).join(' | ');
const words = {
  MediaKind: union(['audio', 'video']),
  TrackSource: union(['camera', 'microphone', 'screen_share', 'screen_share_audio', 'unknown']),
  LayerKind: union(['simple', 'simulcast', 'svc']),
  ParticipantKind: union(['standard', 'gateway', 'recorder', 'agent']),
  Quality: union(['unknown', 'lost', 'poor', 'good', 'excellent']),
  ErrorCode: union(errorCodes),
  VideoLayer: layer,
};
const importPattern = /from '([^']+)'/g;

const reached = new Set();
const waiting = [join(types, 'index.d.ts')];
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (reached.has(file)) continue;
  reached.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, target] of text.matchAll(importPattern)) {
    if (target.startsWith('.')) waiting.push(join(dirname(file), target.replace(/\.[jt]s$/, '.d.ts')));
    else if (target !== '@meridian/protocol')
      throw new Error(`${relative(types, file)} needs ${target}, which a user does not have`);
  }
  for (const [, names] of text.matchAll(/import (?:type )?\{([^}]*)\} from '@meridian\/protocol'/g)) {
    for (const name of names.split(',').map((one) =>
      one
        .replace(/\btype\b/, '')
        .split(' as ')[0]
        .trim(),
    )) {
      if (name !== '' && !(name in words)) throw new Error(`${relative(types, file)} shows ${name} of the protocol`);
    }
  }
  const own = relative(dirname(file), join(types, 'protocol.js'));
  const standing = text.replaceAll("'@meridian/protocol'", `'${own.startsWith('.') ? own : `./${own}`}'`);
  writeFileSync(file, standing.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
writeFileSync(
  join(types, 'protocol.d.ts'),
  `${Object.entries(words)
    .map(([name, type]) => `export type ${name} = ${type};`)
    .join('\n')}\n`,
);
reached.add(join(types, 'protocol.d.ts'));
for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && !reached.has(file)) rmSync(file);
}
console.log(`${reached.size} declaration files`);
