/**
 * A bare TCP connection, before anything costs more. Of a range most addresses have nothing listening: finding that out
 * through an HTTP client and TLS takes ten times the processor, and delays the few that do answer.
 */
import * as net from 'node:net';
import { onAbort } from '../../lib/on-abort.js';
import type { Clock } from '../../ports/clock.js';
import { ConnectFailure, connectFailureOf, inTunnel } from './connect.js';
import { openTunnel } from './tunnel.js';

export interface Patience {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** HTTP proxy to go through. */
  readonly proxy?: URL;
}

/** Connects and says nothing; the socket is the caller's. @throws ConnectFailure */
export function knock(origin: string, { clock, timeoutMs, signal, proxy }: Patience): Promise<net.Socket> {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (proxy !== undefined) {
    const place = `${hostname}:${Number(port) || (protocol === 'https:' ? 443 : 80)}`;
    const way = { clock, connectMs: timeoutMs, ...(signal === undefined ? {} : { signal }) };
    return openTunnel(proxy, place, way).catch((error: Error) => {
      throw inTunnel(error);
    });
  }
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80), keepAlive: true });
    const finish = (failure?: ConnectFailure): void => {
      cancel();
      keep();
      if (failure === undefined) resolve(socket);
      else socket.destroy();
      if (failure !== undefined) reject(failure);
    };
    const stop = (kind: ConnectFailure['kind'], why: string): void => finish(new ConnectFailure(kind, why));
    const cancel = clock.after(timeoutMs, () => stop('timeout', `no connection within ${timeoutMs / 1000} s`));
    const keep = onAbort(signal, () => stop('unreachable', 'the attempt was called off'));
    socket.setNoDelay(true);
    socket.once('connect', () => finish());
    // Stays for as long as the socket waits for its turn: an address may answer and then hang up.
    socket.on('error', (error) => finish(connectFailureOf(error)));
  });
}
