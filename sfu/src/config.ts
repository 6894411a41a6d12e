// The configuration of a media node (docs/reference.md, Configuration).
import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const ip = Type.String({ minLength: 2, maxLength: 64 });
const port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const sfuConfig = Type.Object(
  {
    ...baseConfig,
    id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    region: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    city: Type.String({ maxLength: 64, default: '' }),
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    /** The machine: nodes of one machine share it. */
    hostId: Type.String({ minLength: 1, maxLength: 64 }),
    /** wss://host:port of the scheduling centre's links; of several with commas between. */
    centreUrl: Type.String({ pattern: '^wss://[^,]+(,wss://[^,]+)*$' }),
    /** Of the instances that place for this region; omitted: it has none. */
    regionCentreUrl: Type.Optional(Type.String({ pattern: '^wss://[^,]+(,wss://[^,]+)*$' })),
    /** https://host:port where the enrolment token is redeemed; normally the same port. */
    enrolUrl: Type.String({ pattern: '^https://' }),
    /** Needed until stateDir/credentials.json exists, and again when the certificate was left to expire. */
    enrolmentToken: Type.Optional(Type.String({ minLength: 1 })),
    /** Where clients reach media, UDP and TCP on each; IPv4 and IPv6 are entries of their own. Port 0: any. */
    mediaListen: Type.Array(Type.Object({ ip, announcedAddress: Type.Optional(ip), port }), {
      minItems: 1,
      maxItems: 8,
    }),
    /** Where pipes of other nodes arrive: one UDP port per neighbour and fence. `announcedAddress` must be an IP address. */
    pipeListen: Type.Object({ ip, announcedAddress: Type.Optional(ip), portMin: port, portMax: port }),
    /** Where signaling nodes and media nodes with a lower id dial. */
    controlListen: Type.Object({ ip, announcedAddress: Type.Optional(ip), port }),
    /** mediasoup's worker; absent: MEDIASOUP_WORKER_BIN, then the one that came with the package. */
    workerBin: Type.Optional(Type.String({ minLength: 1 })),
    /** The forwarder under the pipes (docs/pathd.md); absent or `none`: pipes go direct. */
    pathdBin: Type.Optional(Type.String({ minLength: 1 })),
    /** Where other nodes' forwarders reach ours; absent: the pipes' address, any port. `announcedAddress` must be an IP address. */
    pathListen: Type.Optional(Type.Object({ ip, announcedAddress: Type.Optional(ip), port })),
    /** Cores that this node may fill. One worker fills one. */
    cpuCores: Type.Number({ exclusiveMinimum: 0, maximum: 64, default: 1 }),
    bandwidthBps: Type.Number({ exclusiveMinimum: 0, default: 1e9 }),
    /** What may be sent to any one neighbour over its pipe; beyond it video gives way (docs/bandwidth.md). */
    linkBudgetBps: Type.Number({ exclusiveMinimum: 0, default: 1e9 }),
    /** Pause video of one layer that does not fit a receiver's downlink; off only to measure what that saves. */
    downlinkControl: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);

export type SfuConfig = Readonly<Static<typeof sfuConfig>>;
