// Renders objects of the chart, and starts their pods as a kubelet does, with files, environment and configuration.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { ConfigIssue } from '@meridian/runtime';
import { parseAllDocuments } from 'yaml';
import { type ServiceName, startConfigIssues } from '../test/support/services.ts';

export const chart = join(import.meta.dirname, '../../infra/helm/meridian');

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, as the chart writes them
export type KubernetesObject = any;

/** Renders all objects. Throws Helm's message if it refuses the values. */
export function rendered(helm: string, args: readonly string[], release = 'meridian'): KubernetesObject[] {
  const text = execFileSync(helm, ['template', release, chart, '--namespace', 'calls', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw new Error(String(document.errors));
      return document.toJS();
    })
    .filter((one) => one !== null);
}

export const isWorkload = ({ kind }: KubernetesObject): boolean =>
  ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind);
export const workloads = (items: readonly KubernetesObject[]): KubernetesObject[] => items.filter(isWorkload);
export const named = (items: readonly KubernetesObject[], kind: string, name: string): KubernetesObject =>
  items.find((one) => one.kind === kind && one.metadata.name === name);

export const containerOf = (workload: KubernetesObject): KubernetesObject => workload.spec.template.spec.containers[0];
export const programOf = (workload: KubernetesObject): string => containerOf(workload).args[0];

export interface StartedConfig {
  readonly service: ServiceName;
  /** Frozen configuration, with references filled in; undefined if it was refused. */
  readonly config: KubernetesObject;
  readonly issues: readonly ConfigIssue[];
}

const environment: Readonly<Record<string, string>> = {
  'metadata.name': 'sfu-0',
  'spec.nodeName': 'node-1',
  'status.hostIP': '10.0.0.7',
  'status.podIP': '10.42.0.9',
};

export interface StartOptions {
  readonly root: string;
  readonly node?: string;
}

/**
 * Reads and validates the configuration as the service in a workload's pod does. The pod's volumes are folders below
 * `root`, with random secrets, to which paths of the container lead.
 */
export function startOf(
  items: readonly KubernetesObject[],
  workload: KubernetesObject,
  o: StartOptions,
): StartedConfig {
  const { spec } = workload.spec.template;
  const container = containerOf(workload);
  const pathIn = (path: string): string => join(o.root, path);
  const moved = (text: string): string =>
    text.replaceAll(/(?<!\w)\/(etc\/meridian|var\/lib\/meridian|var\/run\/secrets|opt\/meridian)/g, `${o.root}/$1`);
  mkdirSync(pathIn('/opt/meridian/current/product/web/dist'), { recursive: true });
  writeFileSync(pathIn('/opt/meridian/current/product/web/dist/index.html'), '');
  const texts = fillConfigMaps(items, { spec, container }, (path, text) => write(pathIn(path), moved(text)));
  fillSecrets(texts, { spec, container }, (path, text) => write(pathIn(path), text));
  const env: Record<string, string> = Object.fromEntries(
    container.env.map(({ name, valueFrom }: KubernetesObject) => [name, environment[valueFrom.fieldRef.fieldPath]]),
  );
  if (o.node !== undefined) env['NODE_NAME'] = o.node;
  const [service, ...args] = container.args as [ServiceName, ...string[]];
  return Object.assign({ service }, startConfigIssues(service, { argv: args.map(moved), env }));
}

type Pod = { readonly spec: KubernetesObject; readonly container: KubernetesObject };
type Write = (path: string, text: string) => void;

/** Writes the files of the ConfigMaps and returns their texts. The authority's ConfigMap is left to the centre. */
function fillConfigMaps(items: readonly KubernetesObject[], { spec, container }: Pod, put: Write): string {
  let texts = '';
  for (const { name, mountPath } of container.volumeMounts) {
    const map = spec.volumes.find((one: KubernetesObject) => one.name === name)?.configMap;
    if (map === undefined || map.name.endsWith('-authority')) continue;
    const { data } = named(items, 'ConfigMap', map.name);
    for (const [key, text] of Object.entries<string>(data)) {
      put(join(mountPath, key), text);
      texts += `${text}\n`;
    }
  }
  return texts;
}

/** Fills mounted secrets with every key that the texts reference. */
function fillSecrets(texts: string, { spec, container }: Pod, put: Write): void {
  for (const { name, mountPath } of container.volumeMounts) {
    if (spec.volumes.find((one: KubernetesObject) => one.name === name)?.secret === undefined) continue;
    for (const [, path = ''] of texts.matchAll(/\$\{file:([^${}]+)\}/g))
      if (dirname(path) === mountPath) put(path, `${secretOf(path)}\n`);
  }
}

function secretOf(path: string): string {
  if (path.includes('/postgres/')) return 'postgres://meridian:pw@db.example.org/meridian';
  if (/\/(redis|distribution)\//.test(path)) return 'rediss://:pw@redis.example.org:6379';
  if (path.endsWith('/smtp')) return 'smtps://user:pw@mail.example.org';
  return randomBytes(32).toString('base64');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
