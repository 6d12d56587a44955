/**
 * `/healthz`, `/readyz` and `/metrics`: what orchestrators and Prometheus ask of the daemon. Nothing secret and nothing
 * of foreign making is shown; both listeners bind to loopback unless told otherwise.
 */
import type { RequestListener, ServerResponse } from 'node:http';
import { say } from '../http.js';
import { type Listening, listen, type Place } from '../listener.js';
import { contentType, type Family, metricsText } from './text.js';

export { Counter, Histogram } from './counters.js';
export { serverMetrics } from './server-metrics.js';
export { type Family, type Labels, metricsText, type Sample } from './text.js';

/** A question of health; the answer is what is wrong, or undefined. */
export type Check = () => string | undefined;

export interface HealthChecks {
  /** Whether the process should be restarted. */
  readonly healthz: Check;
  /** Whether it does its work, or stands by to. */
  readonly readyz: Check;
}

/** Orchestrators and Prometheus ask a few times a minute. */
const rate = { perSecond: 20, burst: 100 };

/** Serves `/healthz` and `/readyz`: 200 `ok`, or 503 with the reason. @throws UserError PORT_IN_USE */
export const startHealth = (place: Place, checks: HealthChecks): Promise<Listening> =>
  listen({
    ...place,
    rate,
    what: 'the health server',
    remedy: '--health-address 127.0.0.1:0',
    handler: routes({
      '/healthz': (response) => sayCheck(response, checks.healthz()),
      '/readyz': (response) => sayCheck(response, checks.readyz()),
    }),
  });

/** Serves `/metrics`. @throws UserError PORT_IN_USE */
export const startMetrics = (place: Place, families: () => readonly Family[]): Promise<Listening> =>
  listen({
    ...place,
    rate,
    what: 'the metrics server',
    remedy: '--metrics-address 127.0.0.1:0',
    handler: routes({
      '/metrics': (response) => {
        const text = metricsText(families());
        response.writeHead(200, { 'Content-Type': contentType }).end(text);
      },
    }),
  });

function routes(by: Readonly<Record<string, (response: ServerResponse) => void>>): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = Object.hasOwn(by, path) ? by[path] : undefined;
    if (route === undefined) return say(response, 404, '404 page not found');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'GET only', { Allow: 'GET, HEAD' });
    route(response);
  };
}

const sayCheck = (response: ServerResponse, problem: string | undefined): void =>
  problem === undefined ? say(response, 200, 'ok') : say(response, 503, problem);
