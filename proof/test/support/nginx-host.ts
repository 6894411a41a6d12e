// nginx of a host, with the configuration that `meridian node init` writes, on loopback and in a folder of its own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ports } from '../../../infra/ops/src/core/host.ts';
import { nginxServer } from '../../../infra/ops/src/core/nginx.ts';
import { Nginx } from './nginx-edge.ts';

export interface HostNginxOptions {
  readonly libraryPort: number;
  /** Folder of the store's objects; absent: that of an installed host. */
  readonly objects?: string;
  /** Absent for plain HTTP. */
  readonly certificate?: { readonly certPem: string; readonly keyPem: string };
  /** More of the `http` context. */
  more?(folder: string): string;
}

/** Runs an nginx in front of the library node at this port; other services do not answer. */
export const hostNginx = ({ libraryPort, objects, certificate, more }: HostNginxOptions): Promise<Nginx> =>
  Nginx.start(({ port, folder }) => {
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const { certPem = '', keyPem = '' } = certificate ?? {};
    writeFileSync(certFile, certPem);
    writeFileSync(keyFile, keyPem);
    const addresses = { local: '127.0.0.1', public: '127.0.0.1' };
    const host = { kinds: ['library', 'web'], domain: 'meet.example.org', addresses } as const;
    const server = nginxServer(host, { certFile, keyFile })
      .replace(
        /^ {2}listen .*\n {2}listen .*$/m,
        `  listen 127.0.0.1:${port}${certificate === undefined ? '' : ' ssl'};`,
      )
      .replaceAll(certificate === undefined ? /^ {2}ssl_.*\n/gm : /(?!)/g, '')
      .replaceAll(`127.0.0.1:${ports.libraryHttp}`, `127.0.0.1:${libraryPort}`)
      .replaceAll('/dev/shm/meridian-handed', join(folder, 'handed'))
      .replaceAll('/var/lib/meridian/library/files/objects', objects ?? '/var/lib/meridian/library/files/objects');
    return `${more?.(folder) ?? ''}\n${server}`;
  });
