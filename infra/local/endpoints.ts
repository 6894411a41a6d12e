// Finds which of our ports are taken and by which process, from /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { SocketAddress } from 'node:net';
import type { ChildSpec, Endpoint } from './topology.ts';

export interface TakenPort {
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  readonly port: number;
  readonly neededBy: string;
  readonly holder: string;
}
interface Socket {
  protocol: 'tcp' | 'udp';
  ip: string;
  port: number;
  inode: string;
}

const listening = '0A';

/** Parses /proc/net/{tcp,udp}: hex addresses are little-endian per 32-bit word. */
export function parseSockets(text: string, protocol: 'tcp' | 'udp'): Socket[] {
  const sockets: Socket[] = [];
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [address, port] = (fields[1] ?? '').split(':');
    const inode = fields[9];
    if (address === undefined || port === undefined || inode === undefined) continue;
    if (protocol === 'tcp' && fields[3] !== listening) continue;
    sockets.push({ protocol, ip: ipOf(address), port: Number.parseInt(port, 16), inode });
  }
  return sockets;
}

function ipOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  const ip = shortIp(groups.join(':'));
  return ip.replace(/^::ffff:(?=[\d.]+$)/, '');
}

const shortIp = (ip: string): string =>
  ip.includes(':') ? new SocketAddress({ address: ip, family: 'ipv6' }).address : ip;

function holders(inodes: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined && inodes.has(inode)) {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
          found.set(inode, `pid ${pid} (${command.slice(0, 80)})`);
        }
      }
    } catch (error) {
      // The process has ended or belongs to another user, so it stays unnamed.
      if (!['ENOENT', 'EACCES', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return found;
}

/** Returns the endpoints of `children` on which another process listens. Linux only. */
export function takenPorts(children: readonly ChildSpec[]): TakenPort[] {
  const sockets = (['tcp', 'udp'] as const).flatMap((protocol) =>
    [`/proc/net/${protocol}`, `/proc/net/${protocol}6`].flatMap((file) =>
      parseSockets(readFileSync(file, 'utf8'), protocol),
    ),
  );
  const hits = children.flatMap((child) =>
    child.endpoints.flatMap((endpoint) => {
      const wildcard = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';
      const socket = sockets.find(
        (s) =>
          s.protocol === endpoint.protocol &&
          s.port >= endpoint.port &&
          s.port <= (endpoint.portMax ?? endpoint.port) &&
          (s.ip === shortIp(endpoint.ip) || wildcard(s.ip)),
      );
      return socket === undefined ? [] : [{ child, endpoint, socket }];
    }),
  );
  const names = hits.length === 0 ? new Map<string, string>() : holders(new Set(hits.map((hit) => hit.socket.inode)));
  return hits.map(({ child, endpoint, socket }) => ({
    protocol: endpoint.protocol,
    ip: endpoint.ip,
    port: socket.port,
    neededBy: child.id,
    holder: names.get(socket.inode) ?? 'a process that cannot be seen from here',
  }));
}

export function portSummary(children: readonly ChildSpec[]): string {
  return table([
    ['process', 'region', 'listens on'],
    ...children.map((child) => [child.id, child.region, addressesOf(child)]),
  ]);
}

/** Formats as `127.0.1.5  udp+tcp 7900 client, udp 7920-7939 pipe`. */
function addressesOf(child: ChildSpec): string {
  const ips = [...new Set(child.endpoints.map(({ ip }) => ip))];
  const portsOn = (ip: string): string => {
    const protocols = new Map<string, string[]>();
    for (const endpoint of child.endpoints.filter((one) => one.ip === ip)) {
      const what = `${portText(endpoint)} ${endpoint.purpose}`;
      protocols.set(what, [...(protocols.get(what) ?? []), endpoint.protocol]);
    }
    return [...protocols].map(([what, names]) => `${names.join('+')} ${what}`).join(', ');
  };
  return ips.map((ip) => `${ip}  ${portsOn(ip)}`).join('; ');
}

const portText = ({ port, portMax }: Endpoint): string => (portMax === undefined ? `${port}` : `${port}-${portMax}`);

export function portTable(children: readonly ChildSpec[]): string {
  const rows = children.flatMap((child) =>
    child.endpoints.map((endpoint) => [
      child.id,
      endpoint.purpose,
      endpoint.protocol,
      endpoint.ip,
      portText(endpoint),
      endpoint.what,
    ]),
  );
  return table([['process', 'purpose', 'proto', 'address', 'port', 'what'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
