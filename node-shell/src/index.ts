/** What every node does, whatever its kind: who it is, its way to the centre, its links. */
export { ApiLinks } from './api-links.ts';
export { CentreLink, type CentreLinkOptions } from './centre-link.ts';
export {
  type ListenAddress,
  listenAddress,
  type NodeConfig,
  nodeConfig,
  readTrustedProxies,
  trustedProxies,
} from './config.ts';
export { addressOf, describeNode } from './describe.ts';
export { type IdentityOptions, NodeIdentity } from './identity.ts';
export { type ListenOptions, type NodeContext, type NodePorts, NodeShell } from './shell.ts';
export { type ApiKey, type Claims, Tokens, type Verified, type VerifyOptions } from './tokens.ts';
