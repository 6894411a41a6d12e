// Loads and validates the configuration of every service, as its process does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigIssue, type ConfigSource, findIssues, openConfig } from '@meridian/runtime';
import type { TObject } from 'typebox';
import * as probe from '../../../edge-probe/src/config.ts';
import * as library from '../../../files/library/src/config.ts';
import * as receiver from '../../../files/receiver/src/config.ts';
import * as gateway from '../../../media/gateway/src/config.ts';
import * as recorder from '../../../media/recorder/src/config.ts';
import * as api from '../../../product/api/src/config.ts';
import * as web from '../../../product/web/server/config.ts';
import * as schedulerCheck from '../../../scheduler/src/check-config.ts';
import * as scheduler from '../../../scheduler/src/config.ts';
import * as sfu from '../../../sfu/src/config.ts';
import * as signaling from '../../../signaling/src/config.ts';

interface Service {
  readonly schema: TObject;
  check(config: never): readonly ConfigIssue[];
}

export const services = {
  scheduler: { schema: scheduler.schedulerConfig, check: schedulerCheck.checkConfig },
  sfu: { schema: sfu.sfuConfig, check: sfu.checkConfig },
  signaling: { schema: signaling.configSchema, check: signaling.checkConfig },
  gateway: { schema: gateway.gatewayConfig, check: gateway.checkConfig },
  library: { schema: library.libraryConfig, check: library.checkConfig },
  receiver: { schema: receiver.receiverConfig, check: receiver.checkConfig },
  recorder: { schema: recorder.recorderConfig, check: recorder.checkConfig },
  api: { schema: api.apiConfig, check: api.checkConfig },
  'edge-probe': { schema: probe.probeConfig, check: probe.checkConfig },
  web: { schema: web.webConfig, check: web.checkWebConfig },
} satisfies Record<string, Service>;
export type ServiceName = keyof typeof services;

/** Returns errors and warnings of a configuration, from a file that only this user can read. */
export function configIssues(name: ServiceName, config: object, folder: string): readonly ConfigIssue[] {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return startConfigIssues(name, { argv: ['--config', file], env: {} }).issues;
}

/**
 * Judges as `configIssues`, for a process with these arguments and this environment; `config` is undefined when it
 * cannot be read.
 */
export function startConfigIssues(
  name: ServiceName,
  source: ConfigSource,
): { readonly config: object | undefined; readonly issues: readonly ConfigIssue[] } {
  const { schema, check } = services[name] as Service;
  try {
    const loaded = openConfig(schema, source);
    return { config: loaded.config, issues: findIssues(loaded, check as () => readonly ConfigIssue[]) };
  } catch (error) {
    if (error instanceof ConfigError) return { config: undefined, issues: error.issues };
    throw error;
  }
}
