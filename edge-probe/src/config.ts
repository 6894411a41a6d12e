import { listenAddress, nodeConfig } from '@meridian/node-shell';
import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

/** Configuration of an edge probe; every key is described in docs/reference.md. */
export const probeConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  probeListen: listenAddress,
  /** Datagrams on the same port number; false where UDP between hosts is blocked: then links measure, less well. */
  probeUdp: Type.Boolean({ default: true }),
});

export type ProbeConfig = Readonly<Static<typeof probeConfig>>;
