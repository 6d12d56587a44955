/**
 * Asks emulated BMCs for one path over kept connections, from a process of its own, so that the emulator's processor
 * time is its own. Bare sockets and the cheapest reading of HTTP there is: what is measured is the server.
 */
import { connect, type Socket } from 'node:net';

/** What to ask, and for how long. */
export interface Order {
  readonly targets: readonly { readonly host: string; readonly port: number }[];
  readonly path: string;
  readonly authorization: string;
  readonly seconds: number;
  /** GETs per second in all; absent: as fast as answers come. */
  readonly rate?: number;
}

/** How many answers came, and the time most of them took. */
export interface Tally {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

process.on('message', (order: Order) => {
  void ask(order).then((tally) => process.send?.(tally));
});

async function ask(order: Order): Promise<Tally> {
  const tookMs: number[] = [];
  await Promise.all(order.targets.map((target) => converse(order, target, tookMs)));
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((tookMs[Math.floor(tookMs.length * share)] ?? 0) * 100) / 100;
  return { count: tookMs.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Asks over one connection until the time is over; resolves when it is closed. */
function converse(order: Order, { host, port }: Order['targets'][number], tookMs: number[]): Promise<void> {
  const { path, authorization, seconds, rate } = order;
  const question = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`;
  const gapMs = rate === undefined ? 0 : (order.targets.length / rate) * 1000;
  const endMs = performance.now() + seconds * 1000;
  const socket = connect({ host, port, noDelay: true });
  let sentMs = 0;
  const send = (): void => {
    sentMs = performance.now();
    socket.write(question);
  };
  const answered = (): void => {
    const nowMs = performance.now();
    tookMs.push(nowMs - sentMs);
    if (nowMs >= endMs) socket.end();
    else if (gapMs === 0) send();
    else setTimeout(send, Math.max(0, gapMs - (nowMs - sentMs)));
  };
  readAnswers(socket, answered);
  socket.once('connect', send);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** Calls back at the end of every answer; one that is no 200 ends the connection. */
function readAnswers(socket: Socket, answered: () => void): void {
  let left = 0;
  socket.on('data', (chunk) => {
    if (left === 0) left = lengthOf(chunk);
    left -= chunk.length;
    if (Number.isNaN(left)) socket.destroy(new Error(chunk.toString('latin1', 0, 60)));
    else if (left === 0) answered();
  });
}

/** Bytes of an answer by its first piece, which holds all its headers; NaN for one that is no 200. */
function lengthOf(chunk: Buffer): number {
  const head = chunk.indexOf('\r\n\r\n');
  const headers = chunk.toString('latin1', 0, head);
  const length = /content-length: (\d+)/i.exec(headers)?.[1];
  return headers.startsWith('HTTP/1.1 200') ? Number(length) + head + 4 : Number.NaN;
}
