// Saves the denials of a centre to a file and loads them: no node would bring them back, and a shut-out node would
// renew its certificate at a centre that has forgotten the denial.
import { access, readFile, writeFile } from 'node:fs/promises';
import { CloseStack, ConfigError, createLogger, loadConfig, systemClock } from '@meridian/runtime';
import { type SchedulerConfig, schedulerConfig } from './config.ts';
import { DENIAL_PREFIX } from './copying/copy.ts';
import type { Store } from './copying/store.ts';
import type { Denial } from './fleet/core/denied.ts';
import { centreFile, openStores } from './stores.ts';

export const usage = `usage: save FILE | load FILE [--config CONFIG]…

  save FILE  writes the denials (nodes that are shut out) to FILE, while the centre runs
  load FILE  adds the denials in FILE to the store of CONFIG, before the centre starts
`;

interface Output {
  say(text: string): void;
  complain(text: string): void;
}

/** Returns the exit code: 0 success; 1 failure; 2 wrong usage. */
export async function run(args: string[], env: Record<string, string | undefined>, output: Output): Promise<number> {
  const [command, file, ...rest] = args;
  if ((command !== 'save' && command !== 'load') || file === undefined || file.startsWith('--')) {
    output.complain(usage);
    return 2;
  }
  try {
    const config = loadConfig(schedulerConfig, { argv: rest, env });
    const count = command === 'save' ? await save(file, config) : await load(file, config);
    output.say(`${command}: ${count} denials\n`);
    return 0;
  } catch (error) {
    const code = error instanceof ConfigError ? 'CONFIG_INVALID' : ((error as { code?: string }).code ?? 'FAILED');
    output.complain(`${command}: ${code}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

async function save(file: string, config: SchedulerConfig): Promise<number> {
  // SQLite would create an empty file, which the centre's user could not write to.
  if (config.redisUrl === undefined) await access(centreFile(config));
  const entries = await withStore(config, (store) => store.load());
  const denials = entries
    .filter(([key]) => key.startsWith(DENIAL_PREFIX))
    .map(([, text]) => JSON.parse(text) as Denial);
  await writeFile(file, JSON.stringify({ denials }), { mode: 0o600 });
  return denials.length;
}

async function load(file: string, config: SchedulerConfig): Promise<number> {
  const denials = denialsIn(await readFile(file, 'utf8'));
  await withStore(config, (store) =>
    Promise.all(denials.map((denial) => store.put(DENIAL_PREFIX + denial.nodeId, JSON.stringify(denial)))),
  );
  return denials.length;
}

/** Throws BACKUP_DAMAGED for malformed content. */
function denialsIn(text: string): Denial[] {
  const { denials } = parseBackup(text);
  if (!Array.isArray(denials) || !denials.every(isDenial))
    throw Object.assign(new Error('the file holds no denials'), { code: 'BACKUP_DAMAGED' });
  return denials;
}

function parseBackup(text: string): { denials?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { denials?: unknown };
  } catch (error) {
    throw Object.assign(new Error('the file is not JSON', { cause: error }), { code: 'BACKUP_DAMAGED' });
  }
}

function isDenial(value: unknown): value is Denial {
  const { nodeId, reason, sinceWallMs } = (value ?? {}) as Partial<Record<keyof Denial, unknown>>;
  return typeof nodeId === 'string' && typeof reason === 'string' && typeof sinceWallMs === 'number';
}

async function withStore<T>(config: SchedulerConfig, use: (store: Store) => Promise<T>): Promise<T> {
  const log = createLogger({ name: 'scheduler', level: 'error' });
  const clock = systemClock();
  const closeStack = new CloseStack({ log, clock, stepLimitMs: config.closeLimitMs });
  try {
    const { store } = await openStores({ config, log, clock, closeStack });
    return await use(store);
  } finally {
    await closeStack.close('done');
  }
}
