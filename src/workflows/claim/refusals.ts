/** Why there is no server for a claim, said so that a person knows what to do next. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { ConflictError, type MetalError, PermanentError, TransientError, UserError } from '../../errors/classes.js';
import { nearest } from '../../lib/nearest.js';
import { type Candidate, type Funnel, funnelText, missesText, reasonsOf } from './funnel.js';
import type { ClaimRequest } from './request.js';

/** Nearest misses shown with the refusal; `--explain` shows more. */
const missesShown = 2;

/** No server satisfies the claim now. */
export function noCapacity({ namespace, name }: ClaimRequest, funnel: Funnel): TransientError {
  const misses = missesText(funnel, missesShown);
  const near = misses.map((miss, at) => `${at === 0 ? 'nearest: ' : '         '}${miss}`);
  const taint = funnel.misses[0] && soleTaint(funnel.misses[0]);
  const first = funnel.misses[0]?.server.metadata.name;
  return new TransientError('NO_CAPACITY', `no server satisfies claim ${namespace}/${name} now`, {
    why: [funnelText(funnel), ...near].join('\n'),
    hint: columns([
      ...(first ? [[`metalctl why server/${first}`, 'what keeps it back, and what lifts that'] as const] : []),
      ...(taint ? [[`metalctl claim ... --tolerate ${taint}`, 'accept the taint'] as const] : []),
      ['metalctl claim ... --wait --timeout 2h', 'queue until one is free'],
      ['metalctl claim ... --explain', 'full list'],
    ]),
  });
}

/** Commands, and beside them what they do. */
function columns(lines: readonly (readonly [command: string, what: string])[]): string[] {
  const width = Math.max(...lines.map(([command]) => command.length));
  return lines.map(([command, what]) => `${command.padEnd(width)}    ${what}`);
}

/** Key of the taint, when it is all that keeps a server back. */
function soleTaint({ gates, server }: Candidate): string | undefined {
  const shut = gates.filter(({ isOpen }) => !isOpen);
  return shut.length === 1 && shut[0]?.reason === 'Tainted' ? server.spec?.taints?.[0]?.key : undefined;
}

/** The named server cannot be had: it is missing, or does not fit, or its gates are shut. */
export function refuseNamed(request: ClaimRequest, servers: readonly Server[], funnel: Funnel): MetalError {
  const name = request.server ?? '';
  const server = servers.find(({ metadata }) => metadata.name === name);
  if (server === undefined) return unknownServer(name, servers);
  const miss = funnel.misses[0];
  if (miss === undefined) {
    return new UserError('SERVER_NOT_CLAIMABLE', `server ${name} is not what the claim asks for`, {
      why: funnelText(funnel),
      hint: 'Leave out the labels or hardware it does not have.',
      context: { target: `server/${name}` },
    });
  }
  const shut = miss.gates.find(({ isOpen }) => !isOpen)?.reason ?? '';
  return new ConflictError('SERVER_NOT_CLAIMABLE', `server ${name} cannot be claimed now`, {
    why: reasonsOf(miss),
    hint: [...(fixes[shut]?.(name) ?? []), `metalctl why server/${name}`],
    context: { target: `server/${name}` },
  });
}

/** What opens each gate. */
const fixes: Readonly<Record<string, (server: string) => string[]>> = {
  HeldByOther: () => ['metalctl claim … without --server   takes another one'],
  Cordoned: (server) => [`metalctl uncordon ${server}`],
  PoweredOn: (server) => [`metalctl power off ${server}`],
  Tainted: () => ['--tolerate KEY   accepts the taint'],
  NotAvailable: (server) => [`metalctl wait server/${server} --for state=Available`],
};

function unknownServer(name: string, servers: readonly Server[]): PermanentError {
  const names = servers.map(({ metadata }) => metadata.name);
  const near = nearest(name, names, 3);
  return new PermanentError('NOT_FOUND', `server "${name}" not found`, {
    why:
      near.length > 0
        ? `the nearest names are ${near.join(', ')}`
        : `there are ${names.length} servers, none of that name`,
    hint: `metalctl get servers`,
    context: { target: `server/${name}` },
  });
}
