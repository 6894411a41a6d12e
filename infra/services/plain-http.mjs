import http from 'node:http';

/**
 * Names of `node:http` behind which Node loads its implementation of `fetch` and WebSocket. An `import` of the module
 * asks for all its names, which takes a tenth of the start of a service.
 */
const LAZY = ['WebSocket', 'CloseEvent', 'MessageEvent'];

const ID = '\0plain-http';

/**
 * Lets `import … from 'node:http'` ask for the other names alone.
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
