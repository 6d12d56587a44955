/** Holds many streams of server-sent events open, from a process of its own, and counts what comes over them. */
import { connect } from 'node:net';

/** Where to open streams, and how many at each. */
export interface StreamOrder {
  readonly targets: readonly { readonly host: string; readonly port: number; readonly path: string }[];
  readonly each: number;
  readonly authorization: string;
}

/** So many streams are open, or so many have been sent an event since. */
export type StreamNews = { readonly open: number } | { readonly told: number };

/** Connections on their way at a time: a listener's queue is short. */
const atOnce = 200;
const patienceMs = 60_000;

process.on('message', (order: StreamOrder) => void hold(order));

async function hold({ targets, each, authorization }: StreamOrder): Promise<void> {
  const all = targets.length * each;
  let told = 0;
  const say = (news: StreamNews): void => void process.send?.(news);
  const giveUp = setTimeout(() => say({ told }), patienceMs);
  const onEvent = (): void => {
    told += 1;
    if (told < all) return;
    clearTimeout(giveUp);
    say({ told });
  };
  const places = targets.flatMap((target) => Array.from({ length: each }, () => target));
  let open = 0;
  for (let from = 0; from < places.length; from += atOnce) {
    const some = places.slice(from, from + atOnce);
    const opened = await Promise.all(some.map((place) => openOne(place, authorization, onEvent)));
    open += opened.filter(Boolean).length;
  }
  say({ open });
}

/** Whether the service let the stream in. `onEvent` is called for its first event. */
function openOne(
  { host, port, path }: StreamOrder['targets'][number],
  authorization: string,
  onEvent: () => void,
): Promise<boolean> {
  const question = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`;
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.write(question));
    let isTold = false;
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('HTTP/1.1')) resolve(text.startsWith('HTTP/1.1 200'));
      if (isTold || !text.includes('data: {')) return;
      isTold = true;
      onEvent();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}
