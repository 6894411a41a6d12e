// Checks that the services of this host run and that the centre sees its nodes.
import { connect } from 'node:net';
import { bracketed, nodeKind } from '@meridian/protocol';
import type { FleetNode } from '../adapters/centre-http.ts';
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { cloudHere } from '../commands/invite.ts';
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { listenersOf } from '../core/listening.ts';
import { configFilesOf, isNode, type Service, unitOf } from '../core/services.ts';
import { type Finding, fail, ok, warn } from './check.ts';

const CONNECT_LIMIT_MS = 2000;

export async function servicesServe(services: readonly Service[], context: Context): Promise<Finding[]> {
  const findings = await Promise.all(services.map((service) => checkService(service, context)));
  const all = findings.every(({ level }) => level === 'ok') ? [ok(`all ${services.length} services listen`)] : findings;
  const isFirst = services.some(({ kind }) => kind === nodeKind.centre);
  return isFirst ? [...all, ...(await fleetKnows(services, context)), ...(await hostsReach(context))] : all;
}

async function checkService(service: Service, context: Context): Promise<Finding> {
  const { name, kind } = service;
  const values = readConfig(configFilesOf(service, context.folders).at(-1) ?? '');
  const listeners = listenersOf(kind, values).filter(({ protocol, port }) => protocol === 'tcp' && port > 0);
  const openStates = await Promise.all(listeners.map(accepts));
  const closedListeners = listeners
    .filter((_, at) => openStates[at] === false)
    .map(({ ip, port }) => `${bracketed(ip)}:${port}`);
  if (closedListeners.length === 0) return ok(`${name} listens`);
  const unit = unitOf(service);
  const state = hasSystemd()
    ? ` (${(await systemctl('show', '--property=ActiveState,SubState', '--value', unit)).trim().replaceAll('\n', ', ')})`
    : '';
  return fail(
    `${name} does not listen at ${closedListeners.join(', ')}${state}`,
    `systemctl start ${unit}; journalctl -u ${unit} says why not`,
  );
}

/** Checks that the probes of all hosts reach each other. An unreachable centre has been reported before. */
async function hostsReach(context: Context): Promise<Finding[]> {
  const links = await cloudHere(context)
    .centre.links()
    .catch(() => []);
  const findings = links
    .filter(({ source }) => source === 'guessed')
    .map(({ from, to }) =>
      warn(
        `${from} does not reach ${to} (yet)`,
        `open UDP and TCP 7950 of ${to} for ${from}; a new host takes a minute`,
      ),
    );
  return links.length > 0 && findings.length === 0 ? [ok('the hosts reach each other')] : findings;
}

const accepts = ({ ip, port }: { ip: string; port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: ip, port, timeout: CONNECT_LIMIT_MS });
    const done = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });

async function fleetKnows(services: readonly Service[], context: Context): Promise<Finding[]> {
  const nodes = await cloudHere(context)
    .centre.nodes()
    .catch((error: Error) => error);
  if (nodes instanceof Error) return [fail(nodes.message, 'see that meridian-scheduler runs')];
  const findings = services.filter(isNode).map((service) => {
    const id = String(readConfig(configFilesOf(service, context.folders).at(-1) ?? '')['id']);
    const node = nodes.find(({ nodeId }) => nodeId === id);
    if (node?.state === 'alive' && node.isLinked) return ok(`the centre sees ${id}`);
    return fail(
      `the centre does not see ${id} (${node?.state ?? 'unknown'})`,
      `journalctl -u ${unitOf(service)} says why`,
    );
  });
  const away = nodes.filter(({ state }) => state !== 'alive' && state !== 'draining').map(({ nodeId }) => nodeId);
  const alive = `the centre sees ${nodes.length - away.length} nodes of all hosts${away.length === 0 ? '' : `; not: ${away.join(', ')}`}`;
  const ownFindings = findings.every(({ level }) => level === 'ok') ? [] : findings;
  return [...ownFindings, ok(alive), ...libraryThere(nodes)];
}

/** Checks that recordings can be kept: without a library node the cloud refuses to record (NO_LIBRARY). */
export function libraryThere(nodes: readonly Pick<FleetNode, 'nodeId' | 'kind'>[]): Finding[] {
  const idsOf = (kind: string): string[] => nodes.filter((node) => node.kind === kind).map(({ nodeId }) => nodeId);
  const recorders = idsOf(nodeKind.recorder);
  if (recorders.length === 0 || idsOf(nodeKind.library).length > 0) return [];
  return [
    fail(
      `${recorders.join(', ')} cannot record: there is no library node to keep recordings`,
      '`meridian node invite --region REGION --domain NAME` here, and on a new server the line that it prints, without --no-library',
    ),
  ];
}
