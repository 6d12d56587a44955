/**
 * Opens TCP and TLS connections for undici. Own code rather than undici's connector, because the certificate must be
 * judged by chain or pin before the socket is handed over, and because the deadline runs on the injected clock.
 */
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { buildConnector } from '../../http/undici.js';
import { onAbort } from '../../lib/on-abort.js';
import type { Clock } from '../../ports/clock.js';
import { type Judgement, judge, type Trust } from './trust.js';
import { openTunnel, TunnelFailure } from './tunnel.js';

/** A connection that never came to be: nothing was sent. `mute`: something listens there, and says nothing. */
export class ConnectFailure extends Error {
  readonly kind: 'unreachable' | 'timeout' | 'mute' | 'untrusted' | 'not-tls';

  constructor(kind: ConnectFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface ConnectOptions {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly trust: Trust;
  readonly pin?: string;
  /** Sees every judgement; identification uses strangers knowingly, sending them nothing of value. */
  readonly onJudged?: (judgement: Judgement) => void;
  readonly acceptStrangers?: boolean;
  /** Ends attempts that are still going on; undici itself would let them run to their deadline. */
  readonly signal?: AbortSignal;
  /** A connection made already, which the first request takes. */
  readonly knocked?: net.Socket;
  /** HTTP proxy that every connection goes through. */
  readonly proxy?: URL;
}

/** Connector for undici's Pool. Failures are ConnectFailures. */
export function connector(options: ConnectOptions): buildConnector.connector {
  const { proxy, ...rest } = options;
  if (proxy === undefined || options.knocked !== undefined) return straight(rest);
  return (target, callback) => {
    const { hostname, port, protocol } = target;
    const host = net.isIP(hostname) === 6 ? `[${hostname}]` : hostname;
    openTunnel(proxy, `${host}:${Number(port) || (protocol === 'https:' ? 443 : 80)}`, options).then(
      (knocked) => straight({ ...rest, knocked })(target, callback),
      (error: Error) => callback(inTunnel(error), null),
    );
  };
}

/** Without a proxy, or over the line that was opened already. */
function straight(options: ConnectOptions): buildConnector.connector {
  let { knocked } = options;
  return (target, callback) => {
    const ready = knocked?.destroyed === false ? knocked : undefined;
    knocked = undefined;
    const socket =
      target.protocol === 'https:' ? tlsSocket(target, options.trust, ready) : (ready ?? tcpSocket(target));
    let done = false;
    const finish = (failure?: ConnectFailure): void => {
      if (done) return;
      done = true;
      cancel();
      rest();
      if (failure !== undefined) socket.destroy();
      if (failure === undefined) callback(null, socket);
      else callback(failure, null);
    };
    const stop = (kind: ConnectFailure['kind'], why: string): void =>
      finish(socket.connecting ? new ConnectFailure(kind, why) : new ConnectFailure('mute', mute));
    const cancel = options.clock.after(options.connectMs, () =>
      stop('timeout', `no connection within ${options.connectMs / 1000} s`),
    );
    const rest = onAbort(options.signal, () => stop('unreachable', 'the attempt was called off'));
    socket.setNoDelay(true);
    const isReady = (): void => finish(verdict(socket, options));
    if (socket === ready) process.nextTick(isReady);
    else socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', isReady);
    socket.on('error', (error) => done || finish(connectFailureOf(error)));
    // Every connection closes some day, and making an error costs as much as a request.
    socket.once('close', () => done || finish(new ConnectFailure('unreachable', 'closed while connecting')));
    return socket;
  };
}

const mute = 'it accepts the connection and then says nothing';

const tcpSocket = ({ hostname, port }: buildConnector.Options): net.Socket =>
  net.connect({ host: hostname, port: Number(port) || 80, keepAlive: true });

/** Verification is not skipped but done by `verdict`, which also knows pins; IP literals send no SNI (RFC 6066 3). */
const tlsSocket = ({ hostname, port }: buildConnector.Options, trust: Trust, over?: net.Socket): tls.TLSSocket =>
  tls.connect({
    ...(over === undefined ? { host: hostname, port: Number(port) || 443 } : { host: hostname, socket: over }),
    servername: net.isIP(hostname) === 0 ? hostname : '',
    secureContext: trust.context(),
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });

function verdict(socket: net.Socket, options: ConnectOptions): ConnectFailure | undefined {
  if (!(socket instanceof tls.TLSSocket)) return undefined;
  const judgement = judge(socket, options.pin, options.trust.isBlind);
  options.onJudged?.(judgement);
  if (judgement.isTrusted || options.acceptStrangers) return undefined;
  return new ConnectFailure('untrusted', judgement.reason ?? 'its certificate does not verify');
}

/** A line through a proxy that did not come to be. */
export function inTunnel(error: Error): ConnectFailure {
  if (error instanceof TunnelFailure) return new ConnectFailure('unreachable', error.message, error);
  const { message, kind } = connectFailureOf(error);
  return new ConnectFailure(kind, `to the proxy: ${message}`, error);
}

/** OpenSSL reports a peer that speaks something else, or an old TLS, as protocol errors of the handshake. */
export function connectFailureOf(error: NodeJS.ErrnoException): ConnectFailure {
  const code = error.code ?? '';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new ConnectFailure('not-tls', `the TLS handshake failed (${sslReason(error)})`, error);
  }
  if (code === 'ETIMEDOUT') return new ConnectFailure('timeout', 'no connection in time', error);
  return new ConnectFailure('unreachable', reasons[code] ?? `the connection failed (${code || error.name})`, error);
}

const sslReason = (error: NodeJS.ErrnoException): string =>
  (error as { reason?: string }).reason ?? error.code ?? 'unknown';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset while connecting',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve now',
  EMFILE: 'this process has no file descriptors left',
};
