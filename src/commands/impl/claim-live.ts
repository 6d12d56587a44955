/** Servers for the claim view: live, judged against the requirements as they are typed. */
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { labels } from '../../api/metal/v1alpha1/constants.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { isMetalError } from '../../errors/classes.js';
import type { Form, FormField } from '../../ui/claim/form.js';
import type { ClaimEvent, ServerRow } from '../../ui/claim/model.js';
import type { Trouble } from '../../ui/shared/trouble.js';
import { funnelFor } from '../../workflows/claim/claim.js';
import { type Candidate, type Funnel, reasonsOf } from '../../workflows/claim/funnel.js';
import { type NicSpeeds, readNicSpeeds } from '../../workflows/claim/nic-speeds.js';
import { type ClaimRequest, readToleration, selectorObject } from '../../workflows/claim/request.js';
import {
  coresOf,
  disksText,
  type HardwareFlags,
  modelOf,
  readRequirements,
  whereOf,
} from '../../workflows/claim/requirements.js';
import { followKinds, type Store } from '../../workflows/live-view.js';
import { factsOf } from './claim-facts.js';
import type { ClaimRun } from './claim-request.js';
import { isUnanswered, refusalTrouble, type Silence, silenceAmong, silenceTrouble } from './kit/silence.js';

/** What only flags can say beside the form. */
export type FixedFlags = Pick<HardwareFlags, 'arch' | 'cpuModel'>;

/** The flags a form stands for, with those it has no field for. Fields that are empty are absent. */
const hardwareOf = ({ cpu, gpu, selector: _, ...texts }: Form, { arch, cpuModel }: FixedFlags): HardwareFlags => ({
  ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
  ...(cpu === '' ? {} : { cpu: Number(cpu) }),
  ...(gpu === '' ? {} : { gpu: Number(gpu) }),
  arch,
  cpuModel,
});

type Read = { readonly request: ClaimRequest } | { readonly field: FormField; readonly text: string };

/** A request with what the form says, or the field that does not parse. */
export function requestWith(
  request: ClaimRequest,
  form: Form,
  tolerations: readonly string[],
  fixed: FixedFlags = {},
  speeds?: NicSpeeds,
): Read {
  for (const [count, things] of [
    ['cpu', 'cores'],
    ['gpu', 'GPUs'],
  ] as const) {
    const text = form[count];
    if (text !== '' && !/^\d{1,6}$/.test(text)) return { field: count, text: `"${text}" is not a number of ${things}` };
  }
  let field: FormField = 'cpu';
  try {
    for (const size of ['memory', 'disk', 'nicSpeed'] as const) {
      field = size;
      if (form[size] !== '') readRequirements({ [size]: form[size] });
    }
    field = 'selector';
    const { selector: _, ...rest } = request;
    if (form.selector !== '') selectorObject(form.selector);
    const more = tolerations.map(readToleration);
    return {
      request: {
        ...rest,
        requirements: readRequirements(hardwareOf(form, fixed), speeds),
        tolerations: [...request.tolerations, ...more],
        ...(form.selector === '' ? {} : { selector: form.selector }),
      },
    };
  } catch (error) {
    if (!isMetalError(error)) throw error;
    return { field, text: error.message };
  }
}

/** Servers of the cluster as one claim sees them. */
export class ClaimLive {
  readonly #run: ClaimRun;
  readonly #given: ClaimRequest;
  #request: ClaimRequest;
  #servers: readonly Server[] | undefined;
  #bmcs: Bmcs = new Map();
  #send: (event: ClaimEvent) => void = () => undefined;
  /** BMCs, where they may not be read. */
  #refused: readonly Trouble[] = [];
  /** Read once, and only when a speed is asked for: the reports of a large fleet are large. */
  #speeds: NicSpeeds | undefined;
  #reading: Promise<void> | undefined;
  #asked: readonly [Form, readonly string[]] | undefined;

  constructor(run: ClaimRun, request: ClaimRequest) {
    this.#run = run;
    this.#given = request;
    this.#request = request;
  }

  /** What would be asked for now. */
  get request(): ClaimRequest {
    return this.#request;
  }

  /** Tells servers now and after every change, until the returned function is called. */
  watch(send: (event: ClaimEvent) => void, fail: (error: Error) => void): () => void {
    this.#send = send;
    return followKinds(
      this.#run.ports,
      [Server, BMC],
      {
        onObjects: (store) => {
          this.#servers = [...(store.get(Server.kind)?.values() ?? [])] as Server[];
          this.#bmcs = bmcsIn(store);
          send({ type: 'reading', reading: undefined });
          this.#tell();
        },
        onPart: (store, reading) => {
          this.#servers = [...(store.get(Server.kind)?.values() ?? [])] as Server[];
          this.#bmcs = bmcsIn(store);
          send({ type: 'reading', reading });
          this.#tell();
        },
        onLink: (link) => send({ type: 'link', link }),
        // Without BMCs their addresses are not known; without servers there is no view.
        onRefused: (kind, error) => {
          if (kind === Server.kind) fail(error);
          this.#refused = [refusalTrouble(error)];
        },
        onAllowed: () => {
          this.#refused = [];
        },
      },
      fail,
    );
  }

  /** Judges all servers anew. */
  require(form: Form, tolerations: readonly string[]): void {
    this.#asked = [form, tolerations];
    const read = requestWith(this.#given, form, tolerations, this.#run.flags, this.#speeds);
    if ('field' in read) this.#send({ type: 'problem', ...read });
    else if (form.nicSpeed !== '' && this.#speeds === undefined) this.#readSpeeds();
    else {
      this.#request = read.request;
      this.#tell();
    }
  }

  /** Until they are read the last list stands: without them no server would be fast enough. */
  #readSpeeds(): void {
    const { ports, flags, signal } = this.#run;
    const told = (text: string): void => this.#send({ type: 'problem', field: 'nicSpeed', text });
    if (this.#reading !== undefined) return;
    told('reading how fast network cards are');
    this.#reading = readNicSpeeds(ports.cluster, flags.managerNamespace, signal)
      .then(
        (speeds) => {
          this.#speeds = speeds;
          if (this.#asked !== undefined) this.require(...this.#asked);
        },
        (error: Error) => told(error.message),
      )
      .finally(() => {
        this.#reading = undefined;
      });
  }

  #tell(): void {
    if (this.#servers === undefined) return;
    const silence = silenceAmong(this.#servers, [...this.#bmcs.values()]);
    this.#send({ type: 'servers', ...seen(this.#request, this.#servers, this.#bmcs, silence) });
    this.#send({ type: 'trouble', troubles: [...this.#refused, ...silenceTrouble(silence)] });
  }
}

type Bmcs = ReadonlyMap<string, BMC>;

const bmcsIn = (store: Store): Bmcs =>
  new Map([...(store.get(BMC.kind)?.values() ?? [])].map((bmc) => [bmc.metadata.name, bmc as BMC]));

/** Servers as rows, and the funnel as the title shows it. */
export function seen(
  request: ClaimRequest,
  servers: readonly Server[],
  bmcs: Bmcs = new Map(),
  silence = silenceAmong(servers, [...bmcs.values()]),
) {
  const funnel = funnelFor(request, servers);
  return {
    rows: [...funnel.free, ...funnel.misses].map((candidate) => rowOf(candidate, bmcs, silence)),
    funnel: shortFunnel(funnel),
    steps: funnel.steps.map(({ count, label }) => `${count} ${label}`),
  };
}

/** `412 servers > 38 match > 3 claimable`, for the title. */
function shortFunnel({ steps, free, misses }: Funnel): string {
  const all = steps[0] === undefined ? '' : `${steps[0].count} ${steps[0].label}`;
  const fit = free.length + misses.length;
  const middle = fit === steps[0]?.count ? [] : [`${fit} match`];
  return [all, ...middle, `${free.length} claimable`].join(' > ');
}

/** Words for the STATUS column, by the first gate that is shut. */
const shutWords: Readonly<Record<string, string>> = {
  BeingDeleted: 'deleting',
  HeldByOther: 'held',
  Cordoned: 'cordoned',
  NotAvailable: 'busy',
  PoweredOn: 'on',
  OperationPending: 'pending',
  Tainted: 'taint',
};

function rowOf(candidate: Candidate, bmcs: Bmcs, silence: Silence): ServerRow {
  const { server, isFree, gates } = candidate;
  const shut = gates.find(({ isOpen }) => !isOpen)?.reason ?? '';
  const { location, rack } = placeOf(server);
  const ref = gates.some(({ reason, isOpen }) => reason === 'HeldByOther' && !isOpen)
    ? server.spec?.serverClaimRef
    : undefined;
  const isTainted = gates.some(({ reason, isOpen }) => reason === 'Tainted' && !isOpen);
  return {
    name: server.metadata.name,
    isFree,
    status: isFree ? 'ready' : (shutWords[shut] ?? reasonsOf(candidate)),
    model: modelOf(server),
    cores: coresOf(server),
    memory: String(server.status?.totalSystemMemory ?? ''),
    disks: disksText(server),
    where: whereOf(server),
    // What a BMC said before it fell silent is not how things are.
    power: isUnanswered(server, silence) ? '?' : (server.status?.powerState ?? ''),
    bios: server.status?.biosVersion ?? '',
    about: () => factsOf(server, bmcs.get(server.spec?.bmcRef?.name ?? '')),
    ...(location ? { location } : {}),
    ...(rack ? { rack } : {}),
    ...(ref ? { holder: `${ref.namespace}/${ref.name}` } : {}),
    ...(isTainted ? { taints: (server.spec?.taints ?? []).map(taintText) } : {}),
    gates: gates.map(({ must, because, isOpen }) => ({ text: because ?? must, isOpen })),
  };
}

const placeOf = ({ metadata }: Server) => ({
  location: metadata.labels?.[labels.location],
  rack: metadata.labels?.[labels.rack],
});

/** As `--tolerate` takes it. */
const taintText = ({ key, value, effect }: { key: string; value?: string | undefined; effect?: string | undefined }) =>
  `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
