/** A way to a BMC through an HTTP proxy: CONNECT (RFC 9110 9.3.6), after which the line belongs to the BMC alone. */
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { Clock } from '../../ports/clock.js';

/** The proxy does not let us through; `message` says why in its words or ours. */
export class TunnelFailure extends Error {}

/** Longest answer to CONNECT that is read. */
const mostBytes = 16_384;

export interface TunnelOptions {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Resolves with a connected line to `place`, which has not been written to. No credential is sent to the proxy.
 * The line is paused, so that nothing is lost before somebody listens.
 */
export function openTunnel(
  proxy: URL,
  place: string,
  { clock, connectMs, signal }: TunnelOptions,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = socketTo(proxy);
    let answer = Buffer.alloc(0);
    const settle = (): void => {
      cancel();
      signal?.removeEventListener('abort', giveUp);
      socket.off('data', hear).off('close', closed).off('error', fail);
    };
    const fail = (error: Error): void => {
      settle();
      // A late failure of what is given up already concerns nobody.
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    const giveUp = (): void => fail(new TunnelFailure('the attempt was called off'));
    const closed = (): void => fail(new TunnelFailure('the proxy closed the connection'));
    const late = `the proxy does not answer within ${connectMs / 1000} s`;
    const cancel = clock.after(connectMs, () => fail(new TunnelFailure(late)));
    const open = (early: Buffer): void => {
      settle();
      socket.pause();
      if (early.length > 0) socket.unshift(early);
      resolve(socket);
    };
    const hear = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk]);
      const at = answer.indexOf('\r\n\r\n');
      if (at === -1 && answer.length < mostBytes) return;
      const refusal = refusalIn(answer.subarray(0, at === -1 ? 0 : at).toString('latin1'));
      if (refusal === undefined) open(answer.subarray(at + 4));
      else fail(new TunnelFailure(refusal));
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    const ask = (): void => void socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
    socket.once(proxy.protocol === 'https:' ? 'secureConnect' : 'connect', ask);
    socket.on('error', fail).on('close', closed).on('data', hear);
  });
}

const socketTo = ({ protocol, hostname, port }: URL): net.Socket => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:') return net.connect({ host, port: Number(port) || 80 });
  return tls.connect({ host, port: Number(port) || 443, servername: net.isIP(host) === 0 ? host : '' });
};

/** Why the proxy does not connect; undefined when it does. */
function refusalIn(head: string): string | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) return 'the proxy does not speak HTTP';
  return status.startsWith('2') ? undefined : `the proxy refused with status ${status}`;
}
