// The configuration of a media node (docs/reference.md, Configuration).
import { listenAddress, nodeConfig } from '@meridian/node-shell';
import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

const ip = Type.String({ minLength: 2, maxLength: 64 });
const port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const sfuConfig = Type.Object(
  {
    ...baseConfig,
    ...nodeConfig,
    /** Where clients reach media, UDP and TCP on each; IPv4 and IPv6 are entries of their own. Port 0: any. */
    mediaListen: Type.Array(listenAddress, { minItems: 1, maxItems: 8 }),
    /**
     * Where pipes of other nodes arrive: one UDP port per neighbour and fence. `announcedAddress` must be an IP
     * address.
     */
    pipeListen: Type.Object({ ip, announcedAddress: Type.Optional(ip), portMin: port, portMax: port }),
    /**
     * Where plain endpoints of other hosts arrive, with SRTP, a UDP port each; absent: they are refused.
     * `announcedAddress` must be an IP address.
     */
    plainListen: Type.Optional(Type.Object({ ip, announcedAddress: Type.Optional(ip), portMin: port, portMax: port })),
    /** Where signaling nodes and media nodes with a lower id dial. */
    controlListen: listenAddress,
    /** mediasoup's worker; absent: MEDIASOUP_WORKER_BIN, then the one that came with the package. */
    workerBin: Type.Optional(Type.String({ minLength: 1 })),
    /** The forwarder under the pipes (docs/design/paths.md); absent or `none`: pipes go direct. */
    pathdBin: Type.Optional(Type.String({ minLength: 1 })),
    /**
     * Where other nodes' forwarders reach ours; absent: the pipes' address, any port. `announcedAddress` must be an IP
     * address.
     */
    pathListen: Type.Optional(listenAddress),
    /** Cores that this node may fill. One worker fills one. */
    cpuCores: Type.Number({ exclusiveMinimum: 0, maximum: 64, default: 1 }),
    bandwidthBps: Type.Number({ exclusiveMinimum: 0, default: 1e9 }),
    /** What may be sent to any one neighbour over its pipe; beyond it video gives way (docs/design/bandwidth.md). */
    linkBudgetBps: Type.Number({ exclusiveMinimum: 0, default: 1e9 }),
    /** Pause video of one layer that does not fit a receiver's downlink; off only to measure what that saves. */
    downlinkControl: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);

export type SfuConfig = Readonly<Static<typeof sfuConfig>>;
