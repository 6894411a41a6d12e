// Import arrows: services import protocol, runtime and node-shell, never each other (ARCHITECTURE.md). Every other
// arrow is an error. infra/test/service/import-rules.test.ts plants violations.

/**
 * A rule matches imports from a file (`from`) to another (`to`); a full match is an error. A path is a pattern, or
 * several alternatives, for the file's path from the root; `$1` in `to` is the first group of `from`. Node's modules
 * and missing files have their name as path.
 *  - `kinds`, `kindsNot`: kinds of the import, see import-graph.mjs
 *  - `circular`: the other file leads back, by imports of any kind
 * @typedef {{ path?: string | readonly string[], pathNot?: string | readonly string[] }} Paths
 * @typedef {import('./import-graph.mjs').ImportKind} ImportKind
 * @typedef {Paths & { kinds?: readonly ImportKind[], kindsNot?: readonly ImportKind[], circular?: true }} Target
 * @typedef {{ name: string, comment: string, from: Paths, to: Target }} ImportRule
 */

const services = [
  'scheduler',
  'sfu',
  'signaling',
  'edge-probe',
  'media/gateway',
  'media/recorder',
  'files/library',
  'files/receiver',
  'product/api',
];
/** Packages that every service may import. */
const base = ['base/protocol', 'base/runtime', 'base/node-shell'];
/**
 * Further packages of single services.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const shared = {
  'media/gateway': ['base/client', 'media/room-media', 'media/sdp'],
  'media/recorder': ['base/client', 'files/object-store', 'files/uploader', 'media/room-media'],
  'files/library': ['files/distribution', 'files/object-store', 'media/room-media'],
  'files/receiver': ['files/distribution', 'files/object-store'],
  'product/api': ['files/distribution'],
  'edge-probe': ['base/client'],
  signaling: ['media/sdp'],
};
const more = (/** @type {string} */ name) => shared[name] ?? [];
const all = [
  ...base,
  'base/client',
  'files/object-store',
  'files/distribution',
  'media/room-media',
  'media/sdp',
  ...services,
  'product/api-client',
  'files/uploader',
  'product/cli',
  'sdk-web',
  'product/web',
  'infra/ops',
  'infra(?!/(?:ops|node_modules)/)',
  'proof',
  'examples/oa',
];
/** A package: a folder at the top, or one below a folder of packages (ADR 0041). */
const PACKAGE = '(?:(?:base|media|files|product|infra|examples)/)?[^/]+';
const folders = (/** @type {readonly string[]} */ names) => `^(${names.join('|')})/`;
const except = (/** @type {readonly string[]} */ ...names) => folders(all.filter((name) => !names.includes(name)));

/** Folders of the centre, from top to bottom: each imports only itself and those below it. */
const centre = [
  'adapters', // one library or protocol each
  'leading', // terms, elections, instances of regions
  'administration', // views for administrators
  'centre', // joins all below: reports of nodes, orders of administrators
  'copying', // state that outlives a centre
  'scaling', // number of media nodes
  'moving', // moves of participants
  'placing', // admission, placement, charges
  'transcoding', // gateways that make renditions for a publisher
  'recording', // recorders of rooms, and the queue for them
  'owning', // leases of rooms
  'routing', // links and paths between hosts, the plan
  'locating', // locations of clients
  'fleet', // nodes and their liveness
  'base', // independent of the centre
];

/** Folders of the api, from top to bottom, with the same rule. */
const apiLayers = [
  'backup', // the whole database in one file
  'inspection', // daily summary for a person
  'cost', // cost of nodes and traffic, by region, tenant and link
  'sla', // objectives of the cloud, measured by month
  'alarms', // alarms and their messages
  'wall', // watched rooms as small pictures
  'logs', // logs of nodes, for operators
  'dial', // tests by clients of ours, from every region
  'history', // stored figures of nodes and links
  'console', // the cloud for operators, and sessions for each tenant too
  'retention', // storage times
  'export', // a tenant's data as files
  'erasure', // erasure of a person's or tenant's data
  'twirp', // LiveKit's calls
  'live', // stream keys, pushes and pulls of gateways
  'distribution', // orders of items for receivers, deliveries
  'recordings', // recordings: rows, stints, assembling
  'library', // files: items, contents, uploads, links
  'mail', // invitations
  'calendar', // files and feeds
  'me', // views of the signed-in user
  'users', // and their sessions, groups, sign-in
  'checks', // tests of a person's connection before a meeting
  'join-links', // links to rooms and meetings, and their exchange
  'webhooks', // delivery of events to companies
  'bookings', // seats of meetings, at the centre
  'rooms', // their documents, owners' commands, participants
  'events', // events of rooms and meetings, reports
  'quality', // records of sessions, their rollups, explanations of placement
  'meetings', // bookings, occurrences, rights on them
  'nodes', // links to nodes, owners of rooms
  'tenant', // a tenant's name and logo
  'audit', // the log of administrative acts
  'access(?!/core/)', // tenants, keys, revocations, identity of callers
  'jobs', // work that outlives a request
  'http', // operations and their refusals, independent of features
  'access/core', // scopes, limits: rules that every folder shares
  'store', // the database, its schema and transactions
];

/**
 * Makes a rule: files that match `from` may import only `allowed` among our files.
 * @param {string} name
 * @param {string} from a pattern
 * @param {readonly string[]} allowed folders
 * @param {string} comment
 * @returns {ImportRule}
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  from: { path: from },
  to: { path: except(...allowed) },
});

/** @type {{ forbidden: readonly ImportRule[] }} */
export const importRules = {
  forbidden: [
    only('protocol-alone', '^base/protocol/', ['base/protocol'], 'The wire contract imports nothing of ours.'),
    only(
      'runtime-alone',
      '^base/runtime/',
      ['base/runtime'],
      'The process shell knows no domain word, not even protocol.',
    ),
    ...services.map((name) =>
      only(
        `${name.replace(/^.*\//, '')}-arrows`,
        `^${name}/`,
        [name, ...base, ...more(name)],
        'Services meet on the wire and never import each other.',
      ),
    ),
    only(
      'node-shell-arrows',
      '^base/node-shell/',
      base,
      'Code that every kind of node shares depends on none of them.',
    ),
    only(
      'room-media-arrows',
      '^media/room-media/',
      ['media/room-media', 'base/client', ...base],
      'Code that openers of sessions share depends on none of them.',
    ),
    only(
      'object-store-arrows',
      '^files/object-store/',
      ['files/object-store', ...base],
      'The object store knows nothing of recordings or the library.',
    ),
    only(
      'distribution-arrows',
      '^files/distribution/',
      ['files/distribution', 'files/object-store', ...base],
      'The transport of files to receivers knows nothing of items and orders.',
    ),
    only(
      'sdp-arrows',
      '^media/sdp/',
      ['media/sdp', 'base/protocol'],
      'Session descriptions are the same for every service.',
    ),
    only(
      'client-arrows',
      '^base/client/',
      ['base/client', 'base/protocol'],
      'A client is the same in a browser and in a gateway.',
    ),
    only(
      'sdk-web-arrows',
      '^sdk-web/',
      ['sdk-web', 'base/client', 'base/protocol'],
      'The browser SDK is a client with media.',
    ),
    only(
      'api-client-alone',
      '^product/api-client/',
      ['product/api-client'],
      'The client knows the api by its OpenAPI file only.',
    ),
    only(
      'uploader-arrows',
      '^files/uploader/',
      ['files/uploader', 'product/api-client'],
      'The uploader uses the api as any company’s program would.',
    ),
    only(
      'cli-arrows',
      '^product/cli/',
      ['product/cli', 'product/api-client', 'files/uploader'],
      'The command line is a caller of the api, as any other.',
    ),
    only(
      'examples-arrows',
      '^examples/oa/',
      ['examples/oa', 'product/api-client'],
      'An example shows what a company would write.',
    ),
    only(
      'web-page-arrows',
      '^product/web/src/',
      ['product/web', 'sdk-web', 'product/api-client', 'files/uploader', 'base/protocol'],
      'The page is built on what callers get.',
    ),
    only(
      'web-server-arrows',
      '^product/web/server/',
      ['product/web', ...base],
      'The server of the page is a small service.',
    ),
    only(
      'web-test-arrows',
      '^product/web/(?!src/|server/)',
      ['product/web', 'sdk-web', 'product/api-client', 'files/uploader', 'base/protocol', 'base/runtime'],
      'Tests of the page import what its browser half and its server import.',
    ),
    {
      ...only(
        'ops-arrows',
        '^infra/ops/(?!release/)',
        ['infra/ops', ...base, 'product/api-client'],
        'The program that installs and runs a host starts services as processes, and speaks to the centre as any node.',
      ),
      // The services' schemas are needed to write complete, commented configuration files.
      to: { path: except('infra/ops', ...base, 'product/api-client'), pathNot: '/config\\.ts$' },
    },
    only(
      'release-arrows',
      '^infra/ops/release/',
      ['infra/ops', 'infra(?!/(?:ops|node_modules)/)'],
      'The code that makes a release is part of the set-up.',
    ),
    {
      name: 'release-stays',
      comment: 'The code that makes a release is not part of the release.',
      from: { path: '^infra/ops/src/' },
      to: { path: '^infra/ops/release/' },
    },
    {
      ...only(
        'infra-alone',
        '^infra/(?!docs/|ops/)',
        ['infra(?!/(?:ops|node_modules)/)'],
        'Set-up and operation use what is built, not its sources.',
      ),
      // Exceptions: certificates for guests of the local cloud and the api's client (both ADR 0007), and the watch over
      // processes.
      to: {
        path: except('infra(?!/(?:ops|node_modules)/)'),
        pathNot: '^(base/runtime/src/(child|heart|pki/local-authority)|product/api-client/src/index)\\.ts$',
      },
    },
    {
      name: 'laboratory-alone',
      comment: 'Tests of the product need no lab, benchmark or simulator; three unit tests are of these.',
      from: {
        path: '^proof/test/(unit|e2e|service|support)/',
        pathNot: '^proof/test/unit/(sim-headline|two-servers-guide|measured)\\.test\\.ts$',
      },
      to: { path: ['^proof/(lab|bench|sim|support)/', '^proof/test/(nightly|peers|tools)/'] },
    },
    {
      name: 'docs-generator-alone',
      comment: 'The generator of pages reads the sources of all services, so nothing but a test may need it.',
      from: { path: '^(?!infra/docs/|infra/test/|proof/test/(unit|e2e|service|support)/)' },
      to: { path: '^infra/docs/' },
    },
    {
      name: 'page-not-server',
      comment: 'What browsers load and what serves it share nothing but the wire.',
      from: { path: '^product/web/(src|server)/' },
      to: { path: '^product/web/(src|server)/', pathNot: '^product/web/$1/' },
    },
    // `src/core/` of a service, or the core of a module.
    ...['core(/|[.]ts$)', '[^/]+/core/'].map((core) => ({
      name: 'core-is-pure',
      comment:
        "Decisions are functions: core imports core and the wire contract, no Node, no adapter, and no library but the calendar, LiveKit's messages and YAML.",
      from: { path: `^(${PACKAGE})/src/${core}` },
      to: {
        pathNot: [
          '^$1/src/core/',
          '^$1/src/[^/]+/core/',
          '^base/protocol/src/',
          '^files/object-store/src/core/',
          '^media/room-media/src/core/',
          '^(product/api-client|sdk-web)/src/index\\.ts$',
          '^media/sdp/src/',
          '^node_modules/(rrule-temporal|temporal-polyfill|@livekit/protocol|yaml)/',
        ],
      },
    })),
    {
      name: 'core-is-pure',
      comment: "Of the api's client and the SDK, core takes the types alone: they are a contract as protocol is.",
      from: { path: `^${PACKAGE}/src/([^/]+/)?core/` },
      to: { path: '^(product/api-client|sdk-web)/src/index', kindsNot: ['type'] },
    },
    ...centre.map((name, at) => ({
      name: 'scheduler-downwards',
      comment: 'A folder of the centre imports only those below it; the files beside them join all.',
      from: { path: `^scheduler/src/${name}/` },
      to: { path: ['^scheduler/src/[^/]+$', ...centre.slice(0, at).map((above) => `^scheduler/src/${above}/`)] },
    })),
    {
      name: 'scheduler-downwards',
      comment: 'A new folder of the centre has its place in the list.',
      from: { path: '^scheduler/src/[^/]+/', pathNot: `^scheduler/src/(${centre.join('|')})/` },
      to: {},
    },
    ...apiLayers.map((name, at) => ({
      name: 'api-downwards',
      comment: 'A folder of the api imports only those below it; the files beside them join all, but for config.ts.',
      from: { path: `^product/api/src/${name}/` },
      to: {
        path: [
          '^product/api/src/(?!config[.]ts$)[^/]+$',
          ...apiLayers.slice(0, at).map((above) => `^product/api/src/${above}/`),
        ],
      },
    })),
    {
      name: 'api-downwards',
      comment: 'A new folder of the api has its place in the list.',
      from: { path: '^product/api/src/[^/]+/', pathNot: `^product/api/src/(${apiLayers.join('|')})/` },
      to: {},
    },
    {
      name: 'adapters-apart',
      comment: 'An adapter turns one library into one port; two that know each other are one.',
      from: { path: `^(${PACKAGE})/src/adapters/([^/]+)` },
      to: { path: '^$1/src/adapters/', pathNot: '^$1/src/adapters/$2' },
    },
    {
      name: 'adapters-below-app',
      comment: 'Adapters know ports and core; what wires them knows adapters.',
      from: { path: `^(${PACKAGE})/src/adapters/` },
      to: { path: '^$1/src/(app|main|execute)\\.ts$' },
    },
    {
      name: 'no-node-in-browsers',
      comment: 'These run in browsers.',
      from: { path: '^(base/protocol/src|base/client/src|product/api-client/src|sdk-web/src|product/web/src)/' },
      to: { kinds: ['node'] },
    },
    {
      name: 'sources-not-tests',
      comment: 'Tests may know sources, never the other way round.',
      from: { path: `^${PACKAGE}/(src|server|setup|check|local|release|services|docs|pack|container)/` },
      to: { path: `^${PACKAGE}/test/` },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one thing, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails when that line first runs.',
      from: {},
      to: { kinds: ['lost'] },
    },
    {
      name: 'declared-dependencies',
      comment: "A package imports only what its own or the root's package.json names.",
      from: { path: folders(all) },
      to: { kinds: ['undeclared'] },
    },
  ],
};
