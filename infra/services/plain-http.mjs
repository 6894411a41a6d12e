import http from 'node:http';

/**
 * Exports of `node:http` that make Node load its `fetch` and WebSocket. An `import` of the module touches all exports,
 * which takes a tenth of a service's start.
 */
const LAZY = ['WebSocket', 'CloseEvent', 'MessageEvent'];

const ID = '\0plain-http';

/**
 * Limits `import … from 'node:http'` to the other exports.
 * @returns {import('rolldown').Plugin}
 */
export function plainHttp() {
  const names = Object.keys(http).filter((name) => !LAZY.includes(name));
  return {
    name: 'plain-http',
    resolveId: {
      filter: { id: /^(node:)?http$/ },
      handler: (_id, _importer, { kind }) =>
        kind === 'import-statement' ? { id: ID, moduleSideEffects: false } : undefined,
    },
    load: {
      filter: { id: new RegExp(`^${ID}$`) },
      handler: () => `
const http = process.getBuiltinModule('node:http');
export default http;
export const { ${names.join(', ')} } = http;`,
    },
  };
}
