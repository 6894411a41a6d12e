// Makes examples/proxy/nginx.conf, the configuration that `meridian node init` writes for the first server.
import { nginxServer } from '../ops/src/core/nginx.ts';
import { serviceKinds } from '../ops/src/core/services.ts';

const head = `# nginx in front of one server: page, api, signaling, gateway, library. \`meridian node init\` writes the same for a host.
# The services believe it: trustedProxies: ["127.0.0.1/32"] of web, api, signaling, gateway and library (README.md).
`;

/** `faults` is always empty. */
export function nginxExample(): { readonly text: string; readonly faults: readonly string[] } {
  const addresses = { local: '203.0.113.10', public: '203.0.113.10' };
  const certificate = { certFile: '/etc/meridian/tls/cert.pem', keyFile: '/etc/meridian/tls/key.pem' };
  return {
    text: head + nginxServer({ kinds: serviceKinds, domain: 'meet.example.org', addresses }, certificate),
    faults: [],
  };
}
