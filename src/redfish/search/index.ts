/**
 * Implements ports/search.ts: asks the local segment once per way, and listens. What is believed of an answer is that
 * its sender may be worth a look; where else it points is ignored, so that nobody can send us elsewhere.
 */
import { createSocket, type Socket } from 'node:dgram';
import { TransientError } from '../../errors/classes.js';
import type { Clock } from '../../ports/clock.js';
import type { Announced, Search, SearchOptions, SearchWay } from '../../ports/search.js';
import { mdnsGroup, mdnsQuestion, readMdns } from './mdns.js';
import { readSsdp, ssdpGroup, ssdpQuestion } from './ssdp.js';

interface Place {
  readonly address: string;
  readonly port: number;
}

interface Way {
  readonly group: Place;
  readonly question: () => Buffer;
  readonly read: (datagram: Buffer) => { readonly port?: number } | undefined;
}

const ways: Readonly<Record<SearchWay, Way>> = {
  ssdp: { group: ssdpGroup, question: ssdpQuestion, read: readSsdp },
  mdns: { group: mdnsGroup, question: mdnsQuestion, read: readMdns },
};

/** Most places taken from one search: a segment has no more, and whoever invents more gets no further. */
const mostPlaces = 4_096;

/** @param groups where to ask instead: tests ask one neighbour of the loopback */
export function createSearch(clock: Clock, groups: Partial<Record<SearchWay, Place>> = {}): Search {
  return {
    search: async (options) => {
      const found = new Map<string, Announced>();
      const asked = options.ways.map((way) => ask(way, groups[way] ?? ways[way].group, options, found));
      const failures: Error[] = [];
      const sockets = (await Promise.allSettled(asked)).flatMap((each) => {
        if (each.status === 'fulfilled') return [each.value];
        failures.push(each.reason as Error);
        return [];
      });
      try {
        if (sockets.length === 0) throw unasked(failures[0]);
        await clock.sleep(options.listenMs, options.signal).catch(() => undefined);
      } finally {
        for (const socket of sockets) socket.close();
      }
      return [...found.values()];
    },
  };
}

/** Resolves as soon as the question is out. */
function ask(
  way: SearchWay,
  group: Place,
  { interfaceAddress }: SearchOptions,
  found: Map<string, Announced>,
): Promise<Socket> {
  const { question, read } = ways[way];
  const socket = createSocket('udp4');
  socket.on('message', (datagram, { address }) => {
    const answer = read(datagram);
    if (answer === undefined || found.size >= mostPlaces) return;
    found.set(`${address} ${answer.port ?? ''}`, { address, way, ...answer });
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ port: 0, ...(interfaceAddress === undefined ? {} : { address: interfaceAddress }) }, () => {
      if (interfaceAddress !== undefined) socket.setMulticastInterface(interfaceAddress);
      socket.send(question(), group.port, group.address, (error) => {
        if (error !== null) return void fail(error);
        socket.off('error', fail).on('error', () => undefined);
        resolve(socket);
      });
    });
  });
}

const unasked = (cause: Error | undefined): TransientError =>
  new TransientError('BMC_UNREACHABLE', 'the local segment cannot be asked', {
    why: (cause as NodeJS.ErrnoException | undefined)?.code ?? 'no question could be sent',
    hint: '--interface IF   an interface that has the segment of the BMCs',
    cause,
  });
