// Welcome on the terminal when all processes are up: the ports in a short table, then the line `ready <url>` that
// scripts wait for.
import { join } from 'node:path';
import { portSummary } from './endpoints.ts';
import { sourceLine } from './shell-env.ts';
import { type ChildSpec, regions } from './spec.ts';

/** `cloudMs` is the time since the supervisor began; `commandMs`, since the command, if known. */
export function welcome(o: {
  specs: readonly ChildSpec[];
  portOffset: number;
  stateDir: string;
  cloudMs: number;
  commandMs?: number | undefined;
  lanLines?: readonly string[];
  encoderLines?: readonly string[];
  /** Link of the first administrator, as long as there is none. */
  setupUrl?: string | undefined;
  /** The `devKey` of this start, if it was revoked. */
  revokedKey?: string | undefined;
}): string {
  const page = `http://127.0.0.1:${7800 + o.portOffset}`;
  const links = regions.flatMap((region) => {
    const link = `${page}/?room=demo&from=${region.id}`;
    return [`  ${region.id.padEnd(10)} host ${link}`, `  ${''.padEnd(10)} guest ${link}&guest=1`];
  });
  return [
    '',
    portSummary(o.specs),
    '',
    `ready ${page}   after ${durations(o.cloudMs, o.commandMs)}`,
    'join from two regions, as a host or as a guest:',
    ...links,
    `REST: ${page}/api/v1/reference; from a key to a report: docs/integrate.md`,
    `API keys: devKey (of the tenant dev) and operatorKey are in the file ${join(o.stateDir, 'secrets.json')}`,
    `for the commands of the documentation, in another terminal: ${sourceLine(o.stateDir)}`,
    ...(o.revokedKey === undefined
      ? []
      : [`the key ${o.revokedKey} was revoked: that file has another one now; end this and start again to use it`]),
    `my meetings: ${page}/meetings; library: ${page}/library`,
    `administration: ${page}/admin; operations console: ${page}/console`,
    ...(o.setupUrl === undefined
      ? []
      : [`first administrator, and operator of the console (once, within a day): ${o.setupUrl}`]),
    ...(o.encoderLines ?? []),
    ...(o.lanLines ?? []),
    'Ctrl-C ends everything; npm run ports prints the firewall table.',
    '',
  ].join('\n');
}

/** Formats both durations. If the wall clock was set meanwhile, only the supervisor's own time is shown. */
function durations(cloudMs: number, commandMs: number | undefined): string {
  const cloud = `${(cloudMs / 1000).toFixed(1)} s`;
  if (commandMs === undefined || !(commandMs >= cloudMs) || commandMs > hourMs) return cloud;
  return `${Math.round(commandMs / 1000)} s (${cloud} of it the cloud)`;
}

const hourMs = 3600_000;
