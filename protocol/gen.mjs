// Generates src/generated/ from proto/*.proto: meridian.{js,d.ts}, and for browsers client-messages.js, without what
// only services say to each other. `--check` writes nothing and exits 1 when they differ.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '../node_modules/protobufjs-cli/bin');
const protosOf = (...names) => names.map((name) => join(here, 'proto', `${name}.proto`));
const protos = protosOf('media', 'signaling', 'control');
const out = mkdtempSync(join(tmpdir(), 'meridian-proto-'));
const target = join(here, 'src/generated');
try {
  const js = join(out, 'meridian.js');
  const types = join(out, 'meridian.d.ts');
  const run = (tool, args) =>
    execFileSync(process.execPath, [join(cli, tool), ...args], {
      cwd: join(here, 'proto'),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const flags = [
    '-t',
    'static-module',
    '-w',
    'es6',
    '--es6',
    '--no-service',
    '--no-delimited',
    '--no-verify',
    '--no-convert',
    '--force-number',
  ];
  // pbts reads the types out of the comments; what ships has none.
  run('pbjs', [...flags, '-p', join(here, 'proto'), '-o', js, ...protos]);
  run('pbts', ['-o', types, js]);
  // No field is a Long (force-number), and who installs the package has no such types.
  writeFileSync(types, readFileSync(types, 'utf8').replace('import Long = require("long");\n', ''));
  run('pbjs', [...flags, '--no-comments', '-p', join(here, 'proto'), '-o', js, ...protos]);
  const clientJs = join(out, 'client-messages.js');
  run('pbjs', [
    ...flags,
    '--no-comments',
    '-p',
    join(here, 'proto'),
    '-o',
    clientJs,
    ...protosOf('media', 'signaling'),
  ]);
  const differs = ['meridian.js', 'meridian.d.ts', 'client-messages.js'].filter(
    (name) =>
      !existsSync(join(target, name)) ||
      readFileSync(join(target, name), 'utf8') !== readFileSync(join(out, name), 'utf8'),
  );
  if (process.argv.includes('--check')) {
    if (differs.length > 0) {
      console.error(
        `generated code differs from proto/*.proto: ${differs.join(', ')}; run "npm run generate -w protocol"`,
      );
      process.exitCode = 1;
    }
  } else {
    mkdirSync(target, { recursive: true });
    for (const name of differs) renameSync(join(out, name), join(target, name));
    console.log(differs.length > 0 ? `written: ${differs.join(', ')}` : 'nothing changed');
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
