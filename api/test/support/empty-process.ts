// One empty route of Fastify, in a process of its own: what no service of it can surpass.
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import Fastify from 'fastify';

const app = Fastify();
process.once('disconnect', () => process.exit(0));
app.get('/', async () => ({ ok: true }));
await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port: (app.server.address() as AddressInfo).port, token: '' });
