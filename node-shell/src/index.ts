/** What every node does, whatever its kind: who it is, its way to the centre, its links. */
export { type ListenAddress, listenAddress, type NodeConfig, nodeConfig } from './config.ts';
export { type IdentityOptions, NodeIdentity } from './identity.ts';
