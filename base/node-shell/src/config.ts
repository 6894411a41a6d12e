// Configuration keys of every node (docs/reference.md, Configuration), which each kind spreads into its own schema
// beside `baseConfig`.
import { type AddressRange, fenceOf, limits, parseRange, roomKeyOf } from '@meridian/protocol';
import { type ConfigIssue, logSourceSchema, refuseErrors, secretExample } from '@meridian/runtime';
import { type Static, type TObject, Type } from 'typebox';

const name = (example: string, description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description, examples: [example] });
const centres = (example: string, description: string) =>
  Type.String({ pattern: '^wss://[^,]+(,wss://[^,]+)*$', description, examples: [example] });
const ip = (example: string, description: string) =>
  Type.String({ minLength: 2, maxLength: 64, description, examples: [example] });
const port = (example: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, description, examples: [example] });
const whereFields = {
  ip: ip('10.0.0.2', 'Local address to listen on.'),
  announcedAddress: Type.Optional(ip('203.0.113.2', 'The address by which others reach this one, if it differs.')),
};

/** Address on which a node listens, and the address by which others reach it if that differs. */
export const listenAddress = (description: string) =>
  Type.Object({ ...whereFields, port: port(20_000, '0: any free one.') }, { title: 'listen address', description });
export type ListenAddress = Readonly<Static<ReturnType<typeof listenAddress>>>;

export const listenRange = (description: string) =>
  Type.Object(
    { ...whereFields, portMin: port(20_010, 'The lowest port.'), portMax: port(20_049, 'The highest port.') },
    { title: 'listen range', description },
  );

export const trustedProxies = Type.Array(Type.String({ examples: ['127.0.0.1/32'] }), {
  default: [],
  maxItems: 256,
  description: 'Addresses and CIDR ranges of proxies whose `x-forwarded-for` is believed.',
});

/** Mode of the sandbox of ffmpeg, for nodes that run it. */
export const ffmpegSandbox = Type.Union([Type.Literal('required'), Type.Literal('none')], {
  default: 'required',
  description:
    'Whether ffmpeg must run in its sandbox, without network, files, rights and other processes ([jail.md](design/jail.md)): `required` refuses its work where the sandbox does not work (`NO_SANDBOX`), `none` runs it without. **Danger**: media that takes over such an ffmpeg can read all that this node can, including keys.',
});

/** Keys of `TlsFiles`. `what`: end of the description `Certificate (PEM) of WHAT`. */
export const tlsFiles = (what: string) => ({
  tlsCertFile: Type.Optional(
    Type.String({
      minLength: 1,
      examples: ['/etc/meridian/meet.crt'],
      description: `Certificate (PEM) of ${what}: with \`tlsKeyFile\` or not at all. Both files are read again when they change.`,
    }),
  ),
  tlsKeyFile: Type.Optional(
    Type.String({ minLength: 1, examples: ['/etc/meridian/meet.key'], description: 'Key (PEM) of `tlsCertFile`.' }),
  ),
});

export function readTrustedProxies(texts: readonly string[], issues: ConfigIssue[]): AddressRange[] {
  return texts.flatMap((text, index) => {
    const range = parseRange(text);
    if (range === undefined) {
      const allowed = 'an IPv4 or IPv6 address, or a range in CIDR form';
      issues.push({ key: `trustedProxies[${index}]`, value: text, allowed });
    }
    return range ?? [];
  });
}

/** Parses `trustedProxies`. Throws ConfigError for an invalid range. */
export function proxyRanges(texts: readonly string[]): AddressRange[] {
  const issues: ConfigIssue[] = [];
  const ranges = readTrustedProxies(texts, issues);
  refuseErrors(issues);
  return ranges;
}

/** API key of the configuration; signaling nodes and gateways have such keys besides the api's. */
export const apiKeyFields = {
  key: Type.String({
    minLength: 1,
    maxLength: limits.revocableIdMax,
    description: 'The key itself: `iss` of its tokens.',
    examples: ['APIacme'],
  }),
  // HS256 is as strong as its key: at least 256 bits of text.
  secret: Type.String({ minLength: 32, description: 'Signs its tokens.', examples: [secretExample] }),
  tenant: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The tenant that the key belongs to.',
    examples: ['acme'],
  }),
  regions: Type.Optional(
    Type.Array(Type.String({ examples: ['frankfurt'] }), {
      minItems: 1,
      maxItems: limits.fenceRegionsMax,
      description: 'Regions that media of its rooms may touch ([fence](#tokens-of-clients)); without it anywhere.',
    }),
  ),
};

/** Checks `apiKeys` beyond the schema; no issue contains a secret. */
export function checkApiKeys(apiKeys: readonly Static<TObject<typeof apiKeyFields>>[], issues: ConfigIssue[]): void {
  const keys = apiKeys.map(({ key }) => key);
  for (const [index, { key, secret, tenant, regions }] of apiKeys.entries()) {
    const refuse = (field: string, value: string, allowed: string) =>
      issues.push({ key: `apiKeys[${index}].${field}`, value, allowed });
    if (keys.indexOf(key) !== index) refuse('key', key, 'each key once');
    if (secret.trim().length < 32)
      refuse('secret', '(not shown)', 'at least 32 characters, blanks around it not counted');
    if (regions !== undefined && fenceOf(regions) === undefined)
      refuse('regions', regions.join(','), 'names of letters, digits, ".", "_", "-", at most 64');
    if (roomKeyOf(tenant, 'room') === undefined) refuse('tenant', tenant, 'letters, digits, "_", "-", at most 64');
  }
}

export const nodeConfig = {
  id: name('sfu-1', 'Name of the node, unique in the cloud.'),
  region: name('frankfurt', 'Region that the node serves.'),
  city: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'City where the node stands, for people.',
    examples: ['Frankfurt'],
  }),
  latitude: Type.Number({
    minimum: -90,
    maximum: 90,
    description: 'Where the node stands, in degrees north.',
    examples: [50.11],
  }),
  longitude: Type.Number({
    minimum: -180,
    maximum: 180,
    description: 'Where the node stands, in degrees east.',
    examples: [8.68],
  }),
  hostId: name('media-1', 'The machine: nodes of one machine share it.'),
  centreUrl: centres(
    'wss://centre.example.org:7000',
    "`wss://HOST:PORT` of the scheduling centre's links; of several with commas between.",
  ),
  regionCentreUrl: Type.Optional(
    centres(
      'wss://10.0.1.1:7010',
      "`wss://HOST:PORT` of the region's instances, with commas between; the same for all media and signaling nodes of a region. Without it the region has none.",
    ),
  ),
  drainLimitMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    default: 0,
    description:
      'How long a node that is stopped (SIGTERM) waits until its sessions are elsewhere ([moves.md](design/moves.md#a-node-that-is-stopped)); 0: it ends at once.',
  }),
  enrolUrl: Type.String({
    pattern: '^https://',
    description: '`https://HOST:PORT` where the enrolment token is redeemed, normally the same port as the links.',
    examples: ['https://centre.example.org:7000'],
  }),
  enrolmentToken: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description:
        'Needed until the certificate is in `stateDir`, and again 90 days after the certificate has expired.',
    }),
  ),
  enrolmentTokenFile: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "In place of `enrolmentToken`, for a pod: the file of its service account's token with the audience `meridian` ([how a pod gets in](design/trust.md#how-a-pod-gets-in)), with `enrolmentCaFile`. Read at each enrolment.",
    }),
  ),
  enrolmentCaFile: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "PEM file with the certificate of the cluster's authority, which the centre has to show before the token is sent.",
    }),
  ),
  ...logSourceSchema,
};
export type NodeConfig = Readonly<Static<TObject<typeof nodeConfig>>>;
