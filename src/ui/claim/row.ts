/** A server as the claim view sees it, and how such rows are searched and sorted. Pure. */
import type { Listed } from '../shared/listing.js';

/** A server as the view sees it. */
export interface ServerRow {
  readonly name: string;
  readonly isFree: boolean;
  /** `ready`, or one word for what keeps it back: `taint`, `on`, `held`. */
  readonly status: string;
  readonly model: string;
  readonly cores: number;
  readonly memory: string;
  readonly disks: string;
  readonly where: string;
  /** What `spread` counts: parts of `where`. */
  readonly rack?: string;
  readonly location?: string;
  readonly power: string;
  readonly bios?: string;
  /** `ci/build-9`, the claim that has it. */
  readonly holder?: string;
  /** Lines about the machine and what it is connected to; made only for the row that is looked at. */
  readonly about?: () => { readonly machine: readonly string[]; readonly network: readonly string[] };
  /** Taints nobody tolerates yet, as `--tolerate` takes them. */
  readonly taints?: readonly string[];
  /** Every gate with its answer. */
  readonly gates: readonly { readonly text: string; readonly isOpen: boolean }[];
}

/** How servers are searched and sorted. */
export const serverList: Listed<ServerRow> = {
  fields: {
    name: ({ name }) => name,
    status: ({ status }) => status,
    model: ({ model }) => model,
    cores: ({ cores }) => cores,
    memory: ({ memory }) => memory,
    where: ({ where }) => where,
    power: ({ power }) => power,
    bios: ({ bios }) => bios ?? '',
    holder: ({ holder }) => holder ?? '',
  },
  sorts: ['name', 'status', 'model', 'cores', 'where'],
};

/** What keeps a server back, in one line. */
export const shutText = ({ gates }: ServerRow): string =>
  gates.flatMap(({ text, isOpen }) => (isOpen ? [] : [text])).join('; ');

export const nameId = ({ name }: ServerRow): string => name;
