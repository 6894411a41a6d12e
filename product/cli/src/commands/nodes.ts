// Nodes and sites of the cloud, for its operators.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { group } from '../options.ts';

export function addNodes(program: Command, context: Context): void {
  const nodes = group(program, 'nodes', "nodes of the cloud; needs the operator's key");
  nodes.command('list').action(async () => {
    const { nodes: all } = await context.api.get('/console/nodes');
    context.rows(all, ['node', 'kind', 'site', 'state', 'sessions', 'cpu', 'version', 'why'], (node) => [
      ...[node.nodeId, node.kind, node.site, node.state, node.sessions, percent(node.cpu), node.version],
      node.drainReason ?? node.cordonReason ?? node.distrust,
    ]);
  });
  const orders = [
    ['cordon', 'refuses new sessions; present sessions stay', 'refuses new sessions'],
    ['drain', 'refuses new sessions and moves present ones away', 'is drained'],
    ['uncordon', 'ends a cordon and a drain', 'accepts sessions again'],
  ] as const;
  for (const [order, description, done] of orders)
    nodes
      .command(`${order} <node>`)
      .description(description)
      .option('--reason <text>', 'shown to operators')
      .action(async (node: string, { reason }: { reason?: string }) => {
        const options = { params: { path: { node } }, body: reason === undefined ? {} : { reason } };
        context.printDone(await context.api.post(`/console/nodes/{node}/${order}`, options), `${node} ${done}`);
      });
  program
    .command('world')
    .description("sites of the cloud and the quality of their sessions; needs the operator's key")
    .action(async () => {
      const world = await context.api.get('/console/world');
      context.rows(
        world.sites,
        ['site', 'state', 'nodes', 'sessions', 'load', 'strong', 'medium', 'weak'],
        ({ site, state, nodesAlive, nodes: count, sessions, load, strength }) => [
          ...[site, state, `${nodesAlive}/${count}`, sessions, percent(load)],
          ...[strength.strong, strength.medium, strength.weak],
        ],
        world,
      );
    });
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
