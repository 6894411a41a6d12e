import process from 'node:process';

/**
 * System packages by purpose. `probe` finds a package's program without dpkg; `encoders` are always probed, since
 * people build ffmpeg themselves and builds differ. Fedora and Arch names only serve to print a command; only Debian 12
 * is tested.
 *
 * @typedef {{ debian: string, fedora: string, arch: string, probe: { command: string } | { library: string } |
 *   { file: string } | { encoders: readonly string[] }, why: string }} Requirement
 * @typedef {'start' | 'worker' | 'workerWithoutSource' | 'test' | 'lab' | 'bench'} Purpose
 */

/**
 * Tools that build the worker without affecting the result; the compiler reports its own version.
 * @type {Requirement[]}
 */
const workerTools = [
  { debian: 'g++', fedora: 'gcc-c++', arch: 'gcc', probe: { command: 'g++' }, why: 'compiles the worker' },
  { debian: 'make', fedora: 'make', arch: 'make', probe: { command: 'make' }, why: 'builds libsrtp' },
  { debian: 'meson', fedora: 'meson', arch: 'meson', probe: { command: 'meson' }, why: "the worker's build system" },
  { debian: 'patch', fedora: 'patch', arch: 'patch', probe: { command: 'patch' }, why: 'applies our patches to it' },
  { debian: 'ninja-build', fedora: 'ninja-build', arch: 'ninja', probe: { command: 'ninja' }, why: 'runs the build' },
  {
    debian: 'pkg-config',
    fedora: 'pkgconf-pkg-config',
    arch: 'pkgconf',
    probe: { command: 'pkg-config' },
    why: 'finds libraries',
  },
  {
    debian: 'dpkg-dev',
    fedora: 'dpkg-dev',
    arch: 'dpkg',
    probe: { command: 'dpkg-source' },
    why: "unpacks Debian's libsrtp source",
  },
];

/** Libraries in the worker. @type {Requirement[]} */
export const workerParts = [
  {
    debian: 'libuv1-dev',
    fedora: 'libuv-devel',
    arch: 'libuv',
    probe: { library: 'libuv' },
    why: 'event loop of the worker',
  },
  {
    debian: 'libssl-dev',
    fedora: 'openssl-devel',
    arch: 'openssl',
    probe: { library: 'libssl' },
    why: 'DTLS, SRTP ciphers',
  },
  {
    debian: 'libabsl-dev',
    fedora: 'abseil-cpp-devel',
    arch: 'abseil-cpp',
    probe: { library: 'absl_flat_hash_map' },
    why: 'containers',
  },
  {
    debian: 'libflatbuffers-dev',
    fedora: 'flatbuffers-devel',
    arch: 'flatbuffers',
    probe: { library: 'flatbuffers' },
    why: 'messages to the worker',
  },
  {
    debian: 'flatbuffers-compiler',
    fedora: 'flatbuffers-compiler',
    arch: 'flatbuffers',
    probe: { command: 'flatc' },
    why: 'generates them',
  },
  // Exists for x86-64 alone; elsewhere OpenSSL encrypts.
  ...(process.arch === 'x64'
    ? [
        {
          debian: 'libipsec-mb-dev',
          fedora: 'intel-ipsec-mb-devel',
          arch: 'intel-ipsec-mb',
          probe: { file: '/usr/include/intel-ipsec-mb.h' },
          why: 'SRTP ciphers of short packets',
        },
      ]
    : []),
];

/** @type {Requirement[]} */
const workerWithoutSource = [
  {
    debian: 'libsrtp2-dev',
    fedora: 'libsrtp-devel',
    arch: 'libsrtp',
    probe: { library: 'libsrtp2' },
    why: 'SRTP where its source is not available',
  },
];

/** Encoders that ffmpeg must have, as gateways require (media/room-media/src/adapters/ffmpeg/encoders.ts). */
export const encoders = ['libx264', 'mpeg1video', 'libopus', 'aac', 'mp2'];

/** Packages of the running cloud. @type {Requirement[]} */
const start = [
  {
    debian: 'ffmpeg',
    fedora: 'ffmpeg',
    arch: 'ffmpeg',
    probe: { encoders },
    why: `sound and pictures between browsers and RTMP, FLV, HLS, MPEG-1; with ${encoders.join(', ')} (Fedora: of RPM Fusion)`,
  },
];

/** @type {Requirement[]} */
const test = [
  ...start,
  {
    debian: 'chromium',
    fedora: 'chromium',
    arch: 'chromium',
    probe: { command: 'chromium' },
    why: 'calls in a real browser',
  },
  {
    debian: 'firefox-esr',
    fedora: 'firefox',
    arch: 'firefox',
    probe: { command: 'firefox' },
    why: 'calls between two browsers',
  },
  {
    debian: 'redis-server',
    fedora: 'redis',
    arch: 'redis',
    probe: { command: 'redis-server' },
    why: 'contract suite of the key-value port',
  },
  {
    debian: 'postgresql',
    fedora: 'postgresql-server',
    arch: 'postgresql',
    probe: { command: 'postgres' },
    why: 'statements of the api, on PostgreSQL too',
  },
  {
    debian: 'libnginx-mod-rtmp', // depends on nginx
    fedora: 'nginx-mod-rtmp',
    arch: 'nginx-mod-rtmp',
    probe: { command: 'nginx' },
    why: 'a foreign server that programmes are pushed to',
  },
  {
    debian: 'prometheus',
    fedora: 'golang-github-prometheus',
    arch: 'prometheus',
    probe: { command: 'promtool' },
    why: 'evaluates the alert rules',
  },
  {
    debian: 'nftables',
    fedora: 'nftables',
    arch: 'nftables',
    probe: { command: 'nft' },
    why: 'blocks UDP in a network namespace',
  },
  { debian: 'iproute2', fedora: 'iproute', arch: 'iproute2', probe: { command: 'ip' }, why: 'network namespaces' },
  {
    debian: 'socat',
    fedora: 'socat',
    arch: 'socat',
    probe: { command: 'socat' },
    why: 'carries the page into a network namespace',
  },
  {
    debian: 'openssl',
    fedora: 'openssl',
    arch: 'openssl',
    probe: { command: 'openssl' },
    why: 'checks certificates from outside',
  },
  {
    debian: 'libnss3-tools',
    fedora: 'nss-tools',
    arch: 'nss',
    probe: { command: 'certutil' },
    why: 'makes Chromium trust an authority, as a person does',
  },
  {
    debian: 'procps',
    fedora: 'procps-ng',
    arch: 'procps-ng',
    probe: { command: 'ps' },
    why: 'counts processes that are left over',
  },
  {
    debian: 'systemd',
    fedora: 'systemd',
    arch: 'systemd',
    probe: { command: 'systemd-analyze' },
    why: 'reads the units of a host; systemd-notify',
  },
  {
    debian: 'fonts-liberation',
    fedora: 'liberation-fonts',
    arch: 'ttf-liberation',
    probe: { file: '/usr/share/fonts' },
    why: 'text in the browsers',
  },
  {
    debian: 'fonts-wqy-microhei',
    fedora: 'wqy-microhei-fonts',
    arch: 'wqy-microhei',
    probe: { file: '/usr/share/fonts' },
    why: 'Chinese text in the browsers',
  },
  {
    debian: 'python3-venv',
    fedora: 'python3',
    arch: 'python',
    probe: { command: 'python3' },
    why: "LiveKit's SDK for Python in a call",
  },
  {
    debian: 'debootstrap',
    fedora: 'debootstrap',
    arch: 'debootstrap',
    probe: { command: 'debootstrap' },
    why: 'a fresh Debian to start in',
  },
];

/** @type {Requirement[]} */
const lab = [
  {
    debian: 'vde2',
    fedora: 'vde2',
    arch: 'vde2',
    probe: { command: 'vde_switch' },
    why: 'delay and loss between namespaces',
  },
  {
    debian: 'systemd-container',
    fedora: 'systemd-container',
    arch: 'systemd',
    probe: { command: 'systemd-nspawn' },
    why: 'boots servers of two-servers',
  },
  { debian: 'coturn', fedora: 'coturn', arch: 'coturn', probe: { command: 'turnserver' }, why: 'relays media in turn' },
  { debian: 'buildah', fedora: 'buildah', arch: 'buildah', probe: { command: 'buildah' }, why: 'builds the image' },
  { debian: 'podman', fedora: 'podman', arch: 'podman', probe: { command: 'podman' }, why: 'runs the image' },
  { debian: 'caddy', fedora: 'caddy', arch: 'caddy', probe: { command: 'caddy' }, why: 'a proxy of proxies' },
  {
    debian: 'gstreamer1.0-tools',
    fedora: 'gstreamer1',
    arch: 'gstreamer',
    probe: { command: 'gst-launch-1.0' },
    why: 'an encoder of pushers',
  },
  {
    debian: 'gstreamer1.0-plugins-good',
    fedora: 'gstreamer1-plugins-good',
    arch: 'gst-plugins-good',
    probe: { command: 'gst-launch-1.0' },
    why: 'FLV of pushers',
  },
  {
    debian: 'gstreamer1.0-plugins-bad',
    fedora: 'gstreamer1-plugins-bad-free',
    arch: 'gst-plugins-bad',
    probe: { command: 'gst-launch-1.0' },
    why: 'rtmp2sink, and rtmpsink by librtmp, of pushers',
  },
  // Replaces crun, which fails in hybrid cgroups.
  { debian: 'runc', fedora: 'runc', arch: 'runc', probe: { command: 'runc' }, why: 'runs the image' },
  ...workerTools.filter(({ debian }) => debian === 'dpkg-dev'),
];

/**
 * For the light clients of `bench -- capacity` and `bench -- forward`, also when the worker was downloaded. `iproute2`
 * is among those of tests.
 * @type {Requirement[]}
 */
const bench = [
  ...[...workerTools, ...workerParts].filter(({ debian }) => debian === 'g++' || debian === 'libssl-dev'),
  {
    debian: 'util-linux',
    fedora: 'util-linux',
    arch: 'util-linux',
    probe: { command: 'taskset' },
    why: 'a processor for the node alone',
  },
  {
    debian: 'janus',
    fedora: 'janus',
    arch: 'janus-gateway',
    probe: { command: 'janus' },
    why: 'a server to compare with',
  },
  {
    debian: 'ethtool',
    fedora: 'ethtool',
    arch: 'ethtool',
    probe: { command: 'ethtool' },
    why: 'a wire on which the sender splits its packets',
  },
  { debian: 'linux-perf', fedora: 'perf', arch: 'perf', probe: { command: 'perf' }, why: 'where the time goes' },
];

/** @type {Record<Purpose, Requirement[]>} */
export const requirements = {
  start,
  worker: [...workerTools, ...workerParts],
  workerWithoutSource,
  test,
  lab: [...test, ...lab],
  bench: [...test, ...lab, ...bench],
};
