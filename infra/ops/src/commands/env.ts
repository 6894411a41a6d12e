// `meridian node env`: prints what the command line `meridian` needs to reach this cloud's api.
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { configFilesOf, serviceOf } from '../core/services.ts';

/** Prints shell exports: the page's URL, and the first API key with its secret. HostError on other hosts. */
export function env(context: Context): void {
  const service = serviceOf('api');
  const api = readConfig((service === undefined ? [] : configFilesOf(service, context.folders)).at(-1) ?? '');
  const [tenant] = api['tenants'] as readonly { key: string; secret: string }[];
  context.out(`export MERIDIAN_URL=${String(api['publicUrl'])}`);
  context.out(`export MERIDIAN_API_KEY=${tenant?.key ?? ''}`);
  context.out(`export MERIDIAN_API_SECRET=${tenant?.secret ?? ''}`);
}
