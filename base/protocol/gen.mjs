// Generates the code of proto/*.proto into a folder: `node gen.mjs FOLDER`. The set-up runs it when a source has
// changed (infra/setup/generated.mjs). meridian.js has every message, meridian.d.ts its types; client-messages.js, for
// browsers, leaves out the messages between services.
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const protos = join(here, 'proto');
const tools = join(here, '../../node_modules/protobufjs-cli/bin');

/** Generates only fields, encode and decode. No field is a Long. */
const FLAGS = [
  '--target=static-module',
  '--wrap=es6',
  '--es6',
  '--force-number',
  '--no-service',
  '--no-delimited',
  '--no-verify',
  '--no-convert',
  '--no-typeurl',
  '--no-create',
];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write(
    'usage: node gen.mjs FOLDER; "npm run generate -w base/protocol" puts the code where it belongs\n',
  );
  process.exitCode = 2;
} else {
  const out = resolve(folder);
  // In parallel, because the types take longer than both code files together.
  await Promise.all([
    types(join(out, 'meridian.d.ts'), join(out, 'with-comments.js')),
    code(join(out, 'meridian.js'), ['media', 'signaling', 'control'], ['--no-comments']),
    code(join(out, 'client-messages.js'), ['media', 'signaling'], ['--no-comments']),
  ]);
}

/** @param {string} file @param {readonly string[]} names of proto files @param {readonly string[]} flags */
async function code(file, names, flags) {
  const sources = names.map((name) => join(protos, `${name}.proto`));
  await tool('pbjs', [...FLAGS, ...flags, '--path', protos, '--out', file, ...sources]);
  writeFileSync(file, withoutPresence(readFileSync(file, 'utf8')));
}

/**
 * Takes out the properties such as `_maxTemporalLayer`, by which a message says whether an optional field is present:
 * no code asks them, since an absent field is null.
 * @param {string} text
 */
function withoutPresence(text) {
  return text
    .replaceAll(/\n *\/\/ Virtual OneOf for proto3 optional field\n *\$Object\.defineProperty\([^;]*;\n/g, '\n')
    .replaceAll(/\n *message\._(\w+) = "\1";/g, '');
}

/**
 * Generates the types, which the tool reads from comments that the shipped code does not have.
 * @param {string} file
 * @param {string} commented a file to use meanwhile
 */
async function types(file, commented) {
  await code(commented, ['media', 'signaling', 'control'], []);
  await tool('pbts', ['--no-comments', '--out', file, commented]);
  rmSync(commented);
  // No field is a Long, and users of the package have no types for it.
  writeFileSync(file, readFileSync(file, 'utf8').replace('import Long = require("long");\n', ''));
}

/** @param {string} name @param {readonly string[]} args */
async function tool(name, args) {
  const { stdout, stderr } = await run(process.execPath, [join(tools, name), ...args], { cwd: protos });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}
