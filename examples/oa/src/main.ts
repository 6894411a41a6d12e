// Starts the office system, configured by the environment: README.md.
import { buildOa } from './app.ts';

function requireEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`set ${name}: see README.md`);
  return value;
}

const port = Number(process.env['OA_PORT'] ?? 7900);
const url = process.env['OA_URL'] ?? `http://127.0.0.1:${port}`;
const access = {
  url: requireEnv('MERIDIAN_URL'),
  apiKey: requireEnv('MERIDIAN_API_KEY'),
  apiSecret: requireEnv('MERIDIAN_API_SECRET'),
};
const { app, subscribe } = buildOa({ access, url, database: process.env['OA_DATABASE'] ?? 'oa.db' });
await app.listen({ host: process.env['OA_HOST'] ?? '127.0.0.1', port });
await subscribe();
process.stdout.write(`Office system: ${url}\n`);
