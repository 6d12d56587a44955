/** What the dashboard is about: pages, their rows, and a snapshot of the fleet. */
import type { Listed } from '../shared/listing.js';

export const pages = ['attention', 'servers', 'racks', 'bmcs', 'claims'] as const;
export type Page = (typeof pages)[number];
export const isPage = (text: string): text is Page => pages.some((page) => page === text);

/** One line of any page. */
export interface TopRow {
  /** Identity: survives filters, orders and reconnects. */
  readonly id: string;
  /** `server`, `bmc`, `claim` or `rack`; only servers are acted upon. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** How the state is drawn. */
  readonly mark: 'good' | 'busy' | 'person' | 'use' | 'bad' | 'off';
  readonly since: string;
  /** What there is to know, in five words. */
  readonly note: string;
  /** Rack it stands in, or is: `fra/r12`. */
  readonly rack?: string;
  /** Server that Enter opens. */
  readonly opens?: string;
}

/** A rack from above. */
export interface RackView {
  readonly name: string;
  /** A letter per unit, the highest first: `U` used, `F` free, `E` empty, `!` problem. */
  readonly units: string;
  /** Servers of it whose unit nobody wrote down. */
  readonly unplaced: number;
}

/** Everything the dashboard shows, made from the cluster at one moment. */
export interface TopSnapshot {
  readonly rows: Readonly<Record<Page, readonly TopRow[]>>;
  /** Servers per state, in the order of the states. */
  readonly counts: readonly (readonly [state: string, count: number])[];
  /** Letters of the bar: `=` reserved, `#` free, `.` busy, `x` maintenance or parked, `!` error; with their counts. */
  readonly bar: readonly (readonly [letter: string, count: number])[];
  readonly racks: readonly RackView[];
  /** Claims per phase; undefined where claims may not be read. */
  readonly claims: readonly (readonly [phase: string, count: number])[] | undefined;
  readonly servers: number;
  readonly bmcs: number;
  readonly events: readonly string[];
  /** Who reconciles. */
  readonly driver: string;
  /** Whether nobody does now, or nobody has for longer than usual; absent where somebody does, or nobody may know. */
  readonly driverMark?: 'shut' | 'bad';
  /** `14:02:31` of the snapshot. */
  readonly at: string;
}

/** With a stroke at both ends: a filter for one rack does not fit those whose names are longer. */
export const inRack = (rack: string): string => `/${rack}/`;

export const topList: Listed<TopRow> = {
  fields: {
    name: ({ name }) => name,
    state: ({ state }) => state,
    kind: ({ kind }) => kind,
    note: ({ note }) => note,
    rack: ({ rack }) => (rack === undefined ? '' : inRack(rack)),
  },
  sorts: ['name', 'state', 'note'],
};

/** Servers behind rows: what can be opened, selected and changed. */
export const serversIn = (rows: readonly TopRow[]): string[] => rows.flatMap(({ opens }) => opens ?? []);
