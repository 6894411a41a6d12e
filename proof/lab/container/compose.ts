// Turns services of infra/container/compose.yaml into arguments of `podman run`, so that the lab tests that file.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { serviceOf } from '../../../infra/ops/src/core/services.ts';

interface ComposeService {
  readonly user?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface RunArguments {
  readonly options: readonly string[];
  readonly command: readonly string[];
}

const readCompose = (folder: string): ComposeFile =>
  parse(readFileSync(join(folder, 'compose.yaml'), 'utf8'), { merge: true }) as ComposeFile;

/** Returns the names of our long-running services, in the order of the file. */
export const ownServices = (folder: string): string[] =>
  Object.keys(readCompose(folder).services).filter((name) => serviceOf(name) !== undefined);

/**
 * Returns the arguments of each `docker compose run --rm` of a guide, in its order: the service, then its arguments.
 */
export function composeRuns(guide: string): string[][] {
  const lines = guide.replaceAll('\\\n', ' ').matchAll(/^docker compose run --rm (.*)$/gm);
  return [...lines].map(([, words = '']) =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1),
  );
}

/**
 * Returns the arguments that run one service as Docker Compose does in `folder`. Throws when the file has no such
 * service or secret.
 */
export function runArguments(folder: string, name: string): RunArguments {
  const { services, secrets } = readCompose(folder);
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
  const secretMounts = (service.secrets ?? []).map((secret) => {
    const file = secrets[secret]?.file;
    if (file === undefined) throw new Error(`compose.yaml has no secret ${secret}`);
    return `${resolve(folder, file)}:/run/secrets/${secret}:ro`;
  });
  const mounts = [...(service.volumes ?? []).map((volume) => mountOf(folder, volume)), ...secretMounts];
  const [program, ...programArguments] = service.entrypoint ?? [];
  return {
    options: [
      ...(service.user === undefined ? [] : ['--user', service.user]),
      // Podman would add a writable /run and /var/tmp, which Docker does not.
      ...(service.read_only === true ? ['--read-only', '--read-only-tmpfs=false'] : []),
      ...(service.tmpfs ?? []).flatMap((path) => ['--tmpfs', path]),
      ...(service.cap_drop ?? []).flatMap((capability) => ['--cap-drop', capability]),
      ...(service.security_opt ?? []).flatMap((option) => ['--security-opt', option]),
      ...Object.entries(service.environment ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...mounts.flatMap((mount) => ['--volume', mount]),
      ...(program === undefined ? [] : ['--entrypoint', program]),
    ],
    command: [...programArguments, ...(service.command ?? [])],
  };
}

function mountOf(folder: string, volume: string): string {
  const [source = '', ...rest] = volume.split(':');
  return [source.startsWith('.') ? resolve(folder, source) : source, ...rest].join(':');
}
