// meridian health: health check of the service in the same container, as images have no curl. Requests `GET /healthz`
// at MERIDIAN_METRICS_HOST and MERIDIAN_METRICS_PORT, like the service reads them. Exit code 0: healthy; 1: unhealthy
// or too slow. It imports none of our code, since it runs every few seconds.
import { get } from 'node:http';
import process from 'node:process';

/** Shorter than the limit of the health check, so that its log has the reason. */
const ANSWER_LIMIT_MS = 3000;

const { MERIDIAN_METRICS_HOST: host = '127.0.0.1', MERIDIAN_METRICS_PORT: port } = process.env;

function end(exitCode: 0 | 1, text: string): void {
  process.stdout.write(`${text}\n`);
  process.exitCode = exitCode;
}

if (port === undefined) end(1, 'MERIDIAN_METRICS_PORT is not set: there is nothing to ask');
else {
  const probe = get({ host, port, path: '/healthz', timeout: ANSWER_LIMIT_MS }, (response) => {
    const { statusCode } = response.resume();
    end(statusCode === 200 ? 0 : 1, `/healthz ${statusCode}`);
  });
  probe.on('timeout', () => probe.destroy(new Error(`no answer within ${ANSWER_LIMIT_MS} ms`)));
  probe.on('error', ({ message }) => end(1, message));
}
