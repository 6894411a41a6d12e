// Generates src/generated/meridian.{js,d.ts} from proto/*.proto. `--check` writes nothing and exits 1 when they differ.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '../node_modules/protobufjs-cli/bin');
const protos = ['media', 'signaling', 'control'].map((name) => join(here, 'proto', `${name}.proto`));
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
  run('pbjs', [...flags, '--no-comments', '-p', join(here, 'proto'), '-o', js, ...protos]);
  const differs = ['meridian.js', 'meridian.d.ts'].filter(
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
