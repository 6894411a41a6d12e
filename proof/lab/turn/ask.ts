// `node ask.ts JSON` requests an allocation from a TURN server by UDP, and a permission for each peer. The argument is
// an `AllocationQuery`; the output is an `AllocationResult` as one line of JSON. It is a program of its own, since it
// runs in the client's namespace.
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import process from 'node:process';
import { type Answer, answerOf, methods, requestOf, type TurnUser } from './stun.ts';

export interface AllocationQuery {
  readonly ip: string;
  readonly port: number;
  readonly username: string;
  readonly credential: string;
  readonly peers: readonly string[];
}

/** Results of the requests: 0 if granted, otherwise the error code. */
export interface AllocationResult {
  readonly allocation: number;
  readonly permissions: Readonly<Record<string, number>>;
}

/** Time limit that ends a hang; the server is only one wire away. */
const ANSWER_LIMIT_MS = 10_000;
const REPEAT_MS = 500;

async function ask({ ip, port, username, credential, peers }: AllocationQuery): Promise<AllocationResult> {
  const socket = createSocket('udp4');
  try {
    const first = await exchange(socket, { ip, port }, { method: methods.allocate });
    const user = { username, credential, realm: first.realm, nonce: first.nonce };
    const { code } = await exchange(socket, { ip, port }, { method: methods.allocate, user });
    const permissions: Record<string, number> = {};
    for (const peer of code === 0 ? peers : [])
      permissions[peer] = (await exchange(socket, { ip, port }, { method: methods.permit, user, peer })).code;
    return { allocation: code, permissions };
  } finally {
    socket.close();
  }
}

function exchange(
  socket: Socket,
  to: { readonly ip: string; readonly port: number },
  asked: { readonly method: number; readonly user?: TurnUser; readonly peer?: string },
): Promise<Answer> {
  const transaction = randomBytes(12);
  const bytes = requestOf(Object.assign({ transaction }, asked));
  return new Promise((resolve, reject) => {
    const take = (message: Buffer): void => {
      const answer = answerOf(message);
      if (answer?.transaction === transaction.toString('hex')) end(() => resolve(answer));
    };
    const end = (settle: () => void): void => {
      clearInterval(repeatTimer);
      clearTimeout(limit);
      socket.off('message', take);
      settle();
    };
    const send = (): void => socket.send(bytes, to.port, to.ip);
    const repeatTimer = setInterval(send, REPEAT_MS);
    const limit = setTimeout(() => end(() => reject(new Error('the TURN server does not answer'))), ANSWER_LIMIT_MS);
    socket.on('message', take);
    send();
  });
}

const asked = await ask(JSON.parse(process.argv[2] ?? '') as AllocationQuery);
process.stdout.write(`${JSON.stringify(asked)}\n`);
