// Configuration of the cloud's edge caches and its rules, for the nodes that lead viewers to them.
import { type ConfigIssue, SECRET_LENGTH_MIN, secretExample, urlIssues } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const EDGES_MAX = 64;

const edge = Type.Object({
  url: Type.String({
    pattern: '^https?://[^/]+$',
    maxLength: 512,
    description: 'Its address for players: `https://HOST`.',
    examples: ['https://edge-1.example.org'],
  }),
  region: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'Region of the edge: a fenced room or tenant uses only edges of its regions.',
    examples: ['frankfurt'],
  }),
  latitude: Type.Number({
    minimum: -90,
    maximum: 90,
    description: 'Where it stands, in degrees north.',
    examples: [50.11],
  }),
  longitude: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east.', examples: [8.68] }),
  capacity: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Viewers at once; edges of one site share their viewers in this proportion.',
    examples: [10_000],
  }),
  tier: Type.Union([Type.Literal('edge'), Type.Literal('regional')], {
    default: 'edge',
    description: '`regional`: other edges fetch from it; viewers are led to it only where there is no edge.',
  }),
});

/** Optional key of the nodes that lead viewers to edges; the same on all of them. */
export const edgesConfig = Type.Optional(
  Type.Object(
    {
      secret: Type.String({
        minLength: SECRET_LENGTH_MIN,
        maxLength: 512,
        description: 'Signs the URLs of edges; the same at all gateways and library nodes.',
        examples: [secretExample],
      }),
      servers: Type.Array(edge, {
        minItems: 1,
        maxItems: EDGES_MAX,
        description: 'All edges of the cloud, the same at all gateways and library nodes.',
      }),
    },
    {
      description:
        'Caches to which viewers of HLS and of the library are led ([deploy.md](deploy.md#edges-for-large-shows)).',
    },
  ),
);

export type EdgesConfig = NonNullable<Readonly<Static<typeof edgesConfig>>>;

export function edgeIssues(config: EdgesConfig | undefined): ConfigIssue[] {
  const urls = (config?.servers ?? []).map(({ url }) => url);
  return urls.flatMap((url, at) => {
    const key = `edges.servers[${at}].url`;
    const issues = urlIssues(key, url, { example: 'https://edge-1.example.org' });
    if (urls.indexOf(url) !== at) issues.push({ key, value: url, allowed: 'each edge once' });
    return issues;
  });
}
