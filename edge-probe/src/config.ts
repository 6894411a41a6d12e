import { clearTextIssues, listenAddress, nodeConfig, nodeIssues } from '@meridian/node-shell';
import {
  baseConfig,
  type ConfigIssue,
  SECRET_LENGTH_MIN,
  secretExample,
  secretFileIssues,
  urlIssues,
} from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const apiExample = 'https://meet.example.org';

const dial = Type.Object(
  {
    apiUrl: Type.String({
      minLength: 1,
      maxLength: 512,
      description:
        'Address of the api, which books the meetings and receives the results. With `https` its certificate is checked; `NODE_EXTRA_CA_CERTS` names an authority of your own.',
      examples: [apiExample],
    }),
    key: Type.String({
      minLength: 1,
      maxLength: 128,
      description:
        'API key of a tenant that exists only for these tests (`dialTests` of the api’s `tenants`), with the scopes `dial:report`, `rooms:join`, `meetings:read` and `meetings:write`.',
      examples: ['APIdial'],
    }),
    secret: Type.Optional(
      Type.String({
        minLength: SECRET_LENGTH_MIN,
        maxLength: 512,
        description: 'Secret of that key.',
        examples: [secretExample],
      }),
    ),
    secretFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'In place of `secret`: a file that contains only the secret. Read at the start.',
        examples: ['/etc/meridian/dial.secret'],
      }),
    ),
    everyS: Type.Integer({
      minimum: 10,
      maximum: 300,
      default: 20,
      description:
        'Period at which the tester joins a call. It stays for three quarters of the period. All testers should have the same period, so that they meet.',
    }),
  },
  {
    examples: [{ apiUrl: apiExample, key: 'APIdial', secretFile: '/etc/meridian/dial.secret' }],
    description:
      'Dial tests: the host joins calls like a client, books meetings and streams, over and over ([alarms.md](alarms.md#dial-tests)). Streams need ffmpeg with libx264 and aac in `PATH`.',
  },
);
export type DialConfig = Readonly<Static<typeof dial>>;

export const probeConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  probeListen: listenAddress('Where links and datagrams of other probes arrive; an IP address, not a name.'),
  probeUdp: Type.Boolean({
    default: true,
    description:
      'Probes by datagrams on the same port number. Set it to false where UDP between hosts is blocked: links then measure instead, less accurately.',
  }),
  dial: Type.Optional(dial),
});

export type ProbeConfig = Readonly<Static<typeof probeConfig>>;

export function checkConfig(config: ProbeConfig): ConfigIssue[] {
  const protocols = config.probeUdp ? (['tcp', 'udp'] as const) : (['tcp'] as const);
  const listen = config.probeListen;
  return [
    ...nodeIssues(config, [{ key: 'probeListen', protocols, listen, isAnnounced: true, needsIp: true }]),
    ...(config.dial === undefined ? [] : dialIssues(config.dial)),
  ];
}

function dialIssues({ apiUrl, secret, secretFile }: DialConfig): ConfigIssue[] {
  const missing = {
    key: 'dial.secret',
    value: undefined,
    allowed: 'the secret of dial.key; or dial.secretFile, which holds it',
  };
  const both = { key: 'dial.secretFile', value: secretFile, allowed: 'either dial.secret or dial.secretFile' };
  const ofSecret = (): ConfigIssue[] => {
    if (secretFile === undefined) return secret === undefined ? [missing] : [];
    return secret === undefined ? secretFileIssues('dial.secretFile', secretFile) : [both];
  };
  const isWeb = /^https?:/.test(apiUrl);
  const url = isWeb
    ? [
        ...urlIssues('dial.apiUrl', apiUrl, { path: true, example: apiExample }),
        ...clearTextIssues('dial.apiUrl', apiUrl, 'https://'),
      ]
    : [{ key: 'dial.apiUrl', value: apiUrl, allowed: 'an address of http or https', example: apiExample }];
  return [...url, ...ofSecret()];
}
