import type { ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const channelsConfig = Type.Optional(
  Type.Object(
    {
      channels: Type.Array(
        Type.Object({
          name: Type.String({
            pattern: '^[a-z0-9-]{1,32}$',
            description: 'Name of the channel, which must stay the same when `url` changes.',
            examples: ['a'],
          }),
          url: Type.String({
            pattern: '^rediss?(\\+sentinel|\\+cluster)?://.',
            maxLength: 2048,
            description: 'A Redis from 6.2 on, with `appendonly yes`; several channels may have the same.',
            examples: ['rediss://:PASSWORD@redis.example.org'],
          }),
        }),
        {
          minItems: 1,
          maxItems: 32,
          description: 'Redis servers over which notices and receipts are spread; a server that is down is skipped.',
        },
      ),
      keyPrefix: Type.String({
        pattern: '^[ -~]{1,64}$',
        default: '{meridian}:',
        description: 'Prefix of all keys; a cluster needs a hash tag in it.',
      }),
    },
    {
      description:
        'Distribution of files to regions, edge sites and third parties ([distribution.md](distribution.md)); without it, files are not distributed. The api and all library nodes must have the same.',
    },
  ),
);
export type ChannelsConfig = Readonly<Static<typeof channelsConfig>>;

export function channelIssues(config: ChannelsConfig | undefined): ConfigIssue[] {
  const names = (config?.channels ?? []).map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined ? [] : [{ key: 'distribution.channels', value: twice, allowed: 'each name once' }];
}
