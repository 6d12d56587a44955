/** What the view is told of one server: tabs of lines, what is beside them, what can be done. */

export const tabs = [
  'Overview',
  'Why',
  'Hardware',
  'Network',
  'Storage',
  'BMC',
  'BIOS/FW',
  'Events',
  'History',
  'YAML',
] as const;
export type Tab = (typeof tabs)[number];

/** A line of a tab. */
export interface DetailLine {
  readonly text: string;
  /** A gate that is open, or shut. */
  readonly mark?: 'good' | 'bad';
}

/** What a sensor says: `Inlet`, `31 C`, `ok`. */
export interface SensorLine {
  readonly name: string;
  readonly reading: string;
  readonly health: string;
}

/** Everything the view shows of a server, made from the cluster at one moment. */
export interface ServerDetail {
  readonly name: string;
  /** Maker, model and serial number: in the title of large screens. */
  readonly model?: string;
  readonly state: string;
  readonly power: string;
  readonly where: string;
  readonly tabs: Readonly<Record<Tab, readonly DetailLine[]>>;
  /** What happened in the last day, oldest first: below why it cannot be claimed, on large screens. */
  readonly timeline: readonly string[];
  /** Facts beside every tab on large screens: claim, BMC, last claim. */
  readonly beside: readonly (readonly [title: string, text: string])[];
  /** Where Redfish has its system; absent until that is known. */
  readonly systemUri?: string;
  /** A command that opens the first shut gate. */
  readonly fix?: string;
  /** Actions that make sense now: the keys of others say why not. */
  readonly actions: ReadonlySet<string>;
}
