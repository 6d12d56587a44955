/**
 * The four ways metalctl is used, and what each asks of the API. The daemon's rights come from the registrations of the
 * reconcilers and from the services beside them; those of people from the commands of their role. Tests run each mode
 * with exactly these rights, then with each one taken away.
 */
import type { KindDef } from '../../api/kind.js';
import { CustomResourceDefinition, Event, Lease, Secret } from '../../api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  Endpoint,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import { may, type Right, within } from '../../api/rbac.js';
import { reconcilers } from '../../reconcile/index.js';

export const modeNames = ['viewer', 'claimer', 'discoverer', 'daemon'] as const;
export type ModeName = (typeof modeNames)[number];

export interface Mode {
  readonly name: ModeName;
  /** Who holds it, and for which commands. */
  readonly summary: string;
  readonly rights: readonly Right[];
}

const rightsOf = (kinds: readonly KindDef[], verbs: string): Right[] => kinds.map((kind) => may(kind, verbs));

/** Credentials are for those who log in to BMCs. */
const shown = metalKinds.filter((kind) => kind !== BMCSecret);

const viewer: Mode = {
  name: 'viewer',
  summary: 'Reads everything but credentials: get, describe, why, wait.',
  rights: [
    ...rightsOf(shown, 'get list watch'),
    may(Event, 'list'),
    // Whether somebody reconciles.
    may(Lease, 'list'),
    // Columns of `-o crd`.
    may(CustomResourceDefinition, 'get'),
  ],
};

const claimer: Mode = {
  name: 'claimer',
  summary: 'Claims and releases servers in one namespace: claim, release, why, and looking at servers.',
  rights: [
    may(Server, 'get list watch'),
    // What keeps a claimed server from its claim may be its BMC. It names its credentials and does not hold them.
    may(BMC, 'get'),
    within('bound', may(ServerClaim, 'get list watch create patch delete')),
    // Whether somebody reconciles: nobody else than a controller could.
    may(Lease, 'list'),
    within('bound', may(ServerBootConfiguration, 'get list watch')),
    // The ignition of a claim: made with it, found again after a kill, given to it, taken back when the claim is refused.
    within('bound', may(Secret, 'get create patch delete')),
  ],
};

const discoverer: Mode = {
  name: 'discoverer',
  summary: 'Finds BMCs and makes their objects: discover, onboard.',
  rights: [
    may(BMC, 'get list watch create'),
    may(BMCSecret, 'get create'),
    may(Server, 'list watch'),
    may(Endpoint, 'list'),
    may(Lease, 'list'),
  ],
};

/** What the runner lists and watches for the reconcilers. */
const watched = (): readonly KindDef[] =>
  reconcilers.flatMap(({ kind, watches }) => [kind as KindDef, ...watches.map((watch) => watch.kind)]);

const daemon: Mode = {
  name: 'daemon',
  summary: 'Runs the reconcilers: reconcile --once, reconcile --watch and what it serves.',
  rights: [
    ...rightsOf(watched(), 'list watch'),
    ...reconcilers.flatMap(({ asks }) => asks),
    may(Event, 'create patch'),
    within('manager', may(Lease, 'get create update')),
    // Whether upstream's operator runs, in whatever namespace.
    may(Lease, 'list'),
    // The registry takes boot reports of machines.
    may(ServerBootConfiguration, 'get'),
    may(ServerBootConfiguration, 'patch', 'status'),
  ],
};

export const modes: readonly Mode[] = [viewer, claimer, discoverer, daemon];

/** Rights of one namespace whose user data the metadata service hands to machines. */
export const userDataRights: readonly Right[] = [within('bound', may(Secret, 'get'))];
