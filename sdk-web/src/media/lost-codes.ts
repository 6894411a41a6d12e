/** Codes of requests whose connection was lost before the answer: the service may have done them or not. */
export const connectionLostCodes: ReadonlySet<string> = new Set(['SOCKET_LOST', 'NOT_CONNECTED']);
