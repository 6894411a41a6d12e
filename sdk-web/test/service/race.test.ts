// The race for a signaling node over real sockets, with slow, dead and pretended-nearest candidates.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Candidate, closeCode, fetchCandidates, race, SessionClient } from '@meridian/client';
import { decodeClientFrame, encodeServerFrame } from '@meridian/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function signaling(signalingId: string, afterMs: number): Promise<Candidate> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    setTimeout(() => sockets.handleUpgrade(request, socket, head, () => undefined), afterMs);
  });
  const port = await listen(server);
  return { signalingId, url: `ws://127.0.0.1:${port}/v1/rtc`, echoUrl: '', region: '', city: '' };
}

const winner = async (candidates: Candidate[]): Promise<string> => {
  const { socket, candidate } = await race(candidates, new AbortController().signal);
  socket.close(closeCode.raceLost, new Error('over') as never);
  return candidate.signalingId;
};
const pretended = (candidate: Candidate): Candidate => ({ ...candidate, pretended: true });

describe('the race for a signaling node', () => {
  it('is won by the second candidate when the nearest is slow', async () => {
    expect(await winner([await signaling('slow', 1500), await signaling('quick', 0)])).toBe('quick');
  });

  it('is between the first three candidates, because the entry lists candidates for timing last', async () => {
    const [near, second, third] = [await signaling('near', 300), await signaling('2', 600), await signaling('3', 600)];
    expect(await winner([near, second, third, await signaling('4', 0), await signaling('explorer', 0)])).toBe('near');
  });

  it('waits for the nearest when its location is pretended', async () => {
    expect(await winner([pretended(await signaling('slow', 1000)), pretended(await signaling('quick', 0))])).toBe(
      'slow',
    );
  });

  it('goes on at once when the nearest candidate is dead, whether its location is pretended or not', async () => {
    const dead = { signalingId: 'dead', url: 'ws://127.0.0.1:9/v1/rtc', echoUrl: '', region: '', city: '' };
    const startedMs = performance.now();
    expect(await winner([pretended(dead), pretended(await signaling('alive', 0))])).toBe('alive');
    expect(performance.now() - startedMs).toBeLessThan(2500); // the wait would have taken 3000 ms
  });
});

describe('an entry that refuses', () => {
  it("ends the search: the service's code reaches the caller, and no other entry is asked", async () => {
    let asked = 0;
    const refuse = createServer((_request, response) => {
      asked += 1;
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 'CITY_UNKNOWN', message: 'There is no such city.' }));
    });
    const url = `http://127.0.0.1:${await listen(refuse)}`;
    const signal = new AbortController().signal;
    await expect(fetchCandidates([url, url], { fromCity: 'atlantis', signal })).rejects.toMatchObject({
      code: 'CITY_UNKNOWN',
    });
    expect(asked).toBe(1);
  });

  it('without a code of the service counts as unreachable, and the next entry is asked', async () => {
    let asked = 0;
    const proxy = createServer((_request, response) => {
      asked += 1;
      response.writeHead(502);
      response.end('<html>bad gateway</html>');
    });
    const url = `http://127.0.0.1:${await listen(proxy)}`;
    const signal = new AbortController().signal;
    await expect(fetchCandidates([url, url], { fromCity: undefined, signal })).rejects.toMatchObject({
      code: 'ENTRY_UNREACHABLE',
      retryable: true,
    });
    expect(asked).toBe(2);
  });
});

describe('a client in Node', () => {
  it('joins through an entry address, and resumes when its socket is cut', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ candidates: [{ signalingId: 's1', url: `ws://127.0.0.1:${port}/v1/rtc` }] }));
    });
    const sockets = new WebSocketServer({ server });
    const resumes: string[] = [];
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const { requestId, join } = decodeClientFrame(data);
        if (join == null) return;
        const sessionId = join.resume?.sessionId ?? '';
        resumes.push(sessionId);
        const joined = { sessionId: 'PS_1', self: { sessionId: 'PS_1' }, resumeKey: 'k', resumed: sessionId !== '' };
        socket.send(encodeServerFrame({ replyTo: requestId, joined }));
      }),
    );
    const port = await listen(server);
    const client = new SessionClient({ sockets: [`http://127.0.0.1:${port}`], token: 'token', sdk: 'test/1' });
    expect(await client.connect()).toMatchObject({ sessionId: 'PS_1', resumed: false });
    const joinedAgain = new Promise((resolve) => client.once('joined', resolve));
    for (const socket of sockets.clients) socket.terminate();
    expect(await joinedAgain).toMatchObject({ sessionId: 'PS_1', resumed: true });
    expect(resumes).toEqual(['', 'PS_1']);
    const closed = new Promise((resolve) => {
      for (const socket of sockets.clients) socket.once('close', resolve);
    });
    client.leave();
    expect(await closed).toBe(1000);
  });
});
