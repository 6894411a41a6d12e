import type { Server } from 'node:http';

export function serve(config: object): Promise<Server>;
