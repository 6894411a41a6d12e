// The echo socket of the door (GET /v1/echo).
import type { Clock, Timer } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import { bounds } from '../limits.ts';

/** Gives small messages back as they are: clients measure their round trip to this door with it. Bounded in size, number and time. */
export function echo(socket: WebSocket, clock: Clock): void {
  let left: number = bounds.echoMessagesMax;
  const end = (code: number): void => {
    socket.close(code);
    cut ??= clock.after(bounds.closeWaitMs, () => socket.terminate());
  };
  let cut: Timer | undefined;
  const timer = clock.after(bounds.echoMs, () => end(1000));
  // An error is followed by close; there is nobody to tell.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    timer.cancel();
    cut?.cancel();
  });
  socket.on('message', (data, isBinary) => {
    const bytes = data as Buffer;
    left -= 1;
    if (bytes.byteLength > bounds.echoBytesMax || left < 0) end(1008);
    else socket.send(bytes, { binary: isBinary });
  });
}
