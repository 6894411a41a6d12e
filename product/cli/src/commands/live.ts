// Streams that gateways bring into rooms and out of them: stream keys, pushes, pulls.
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Context } from '../context.ts';
import { durationS } from '../core/words.ts';
import { limitOption, word } from '../options.ts';

const DAY_S = 24 * 3600;
const uses = ['publish', 'play', 'both'] as const;
const clients = ['encoder', 'miniprogram', 'h5'] as const;
const inSeconds = (s: number): string => new Date(Date.now() + s * 1000).toISOString();

interface KeyOptions {
  readonly identity?: string;
  readonly name?: string;
  readonly picture?: string;
  readonly use?: (typeof uses)[number];
  readonly client?: (typeof clients)[number];
  readonly clientIp?: string;
  readonly valid: number;
}

export function addLive(program: Command, context: Context): void {
  const live = program.command('live').description('encoders, players and other RTMP servers').helpCommand(false);
  live
    .command('show <room>')
    .description('lists the streams that go into a room now')
    .action(async (room: string) => {
      const { publishers, gatewaysSilent, ...rest } = await context.api.get('/rooms/{room}/live', {
        params: { path: { room } },
      });
      if (context.isJson) {
        context.printDone({ publishers, gatewaysSilent, ...rest }, '');
        return;
      }
      context.rows(publishers, ['identity', 'protocol', 'since', 'gateway', 'region', 'warnings'], (one) => [
        ...[one.identity, one.protocol, one.since, one.gateway, one.region, one.warnings.join(', ')],
      ]);
      if (gatewaysSilent.length > 0) context.io.err(`Gateways that did not answer: ${gatewaysSilent.join(', ')}.`);
    });
  addKeys(live, context);
  addPushes(live, context);
  addPulls(live, context);
}

function addKeys(live: Command, context: Context): void {
  const keys = live.command('keys').alias('key').description('stream keys of a room').helpCommand(false);
  keys
    .command('create <room>')
    .description('creates a stream key; its URLs are shown once')
    .option('--identity <id>', 'identity of the participant that publishes')
    .option('--name <name>', 'display name of this participant')
    .option('--picture <identity>', 'identity whose picture is played')
    .addOption(new Option('--use <use>', 'purpose of the key').choices(uses))
    .addOption(new Option('--client <client>', 'kind of client that publishes').choices(clients))
    .option('--client-ip <address>', 'address of the client, to choose a near gateway')
    .option('--valid <duration>', 'how long', word(durationS), DAY_S)
    .action(async (room: string, { valid, ...o }: KeyOptions) => {
      const body = { ...o, expiresAt: inSeconds(valid) };
      const key = await context.api.post('/rooms/{room}/stream-keys', { params: { path: { room } }, body });
      context.printDone(key, key.publish?.rtmp.url ?? key.play?.hls ?? key.id);
    });
  keys
    .command('list <room>')
    .addOption(limitOption())
    .action((room: string, { limit }: { limit: number }) =>
      context.list(
        context.api.list('/rooms/{room}/stream-keys', { params: { path: { room } } }),
        limit,
        ['id', 'identity', 'name', 'use', 'by', 'expires'],
        (key) => [key.id, key.identity, key.name, key.use, key.createdBy, key.expiresAt],
      ),
    );
  keys
    .command('revoke <room> <id>')
    .description('revokes a stream key and ends its streams')
    .action(async (room: string, streamKey: string) => {
      await context.api.delete('/rooms/{room}/stream-keys/{streamKey}', { params: { path: { room, streamKey } } });
      context.printDone({ id: streamKey }, `${streamKey} is revoked`);
    });
}

const streamColumns = ['id', 'url', 'state', 'kbit/s', 'error', 'gateway', 'ends'];

function addPushes(live: Command, context: Context): void {
  const pushes = live.command('pushes').alias('push').description('streams to other RTMP servers').helpCommand(false);
  pushes
    .command('create <room> <url>')
    .option('--picture <identity>', 'identity whose picture is sent; default: the active speaker')
    .option('--for <duration>', 'how long', word(durationS), DAY_S)
    .action(async (room: string, url: string, o: { picture?: string; for: number }) => {
      const body = { url, endsAt: inSeconds(o.for), ...(o.picture !== undefined && { picture: o.picture }) };
      const push = await context.api.post('/rooms/{room}/pushes', { params: { path: { room } }, body });
      context.printDone(push, `${push.id} is ${push.state}`);
    });
  pushes.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/pushes', { params: { path: { room } } });
    context.rows(data, streamColumns, (one) => [
      ...[one.id, one.url, one.state, one.bitrateKbps, one.lastError?.code, one.gateway, one.endsAt],
    ]);
  });
  pushes.command('end <room> <id>').action(async (room: string, push: string) => {
    await context.api.delete('/rooms/{room}/pushes/{push}', { params: { path: { room, push } } });
    context.printDone({ id: push }, `${push} has ended`);
  });
}

function addPulls(live: Command, context: Context): void {
  const pulls = live.command('pulls').alias('pull').description('streams from other RTMP servers').helpCommand(false);
  pulls
    .command('create <room> <url>')
    .requiredOption('--identity <id>', 'identity of the participant')
    .option('--name <name>', 'display name of the participant')
    .option('--for <duration>', 'how long', word(durationS), DAY_S)
    .action(async (room: string, url: string, o: { identity: string; name?: string; for: number }) => {
      const { identity, name } = o;
      const body = { url, identity, endsAt: inSeconds(o.for), ...(name !== undefined && { name }) };
      const pull = await context.api.post('/rooms/{room}/pulls', { params: { path: { room } }, body });
      context.printDone(pull, `${pull.id} is ${pull.state}`);
    });
  pulls.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/pulls', { params: { path: { room } } });
    context.rows(data, ['identity', ...streamColumns], (one) => [
      ...[one.identity, one.id, one.url, one.state, one.bitrateKbps, one.lastError?.code, one.gateway, one.endsAt],
    ]);
  });
  pulls.command('end <room> <id>').action(async (room: string, pull: string) => {
    await context.api.delete('/rooms/{room}/pulls/{pull}', { params: { path: { room, pull } } });
    context.printDone({ id: pull }, `${pull} has ended`);
  });
}
