import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy that can be cut: meanwhile nothing passes and neither end is informed, as with a pulled cable. */
export async function startProxy(targetPort: number) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!isCut) to.write(bytes);
      });
      // The end of either side ends the other; errors are handled at the two ends.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut(): void {
      isCut = true;
    },
    /** Passes bytes again. Earlier connections are ended, because their bytes are lost. */
    mend(): void {
      isCut = false;
      for (const socket of [...sockets]) socket.destroy();
    },
    async close(): Promise<void> {
      for (const socket of [...sockets]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
