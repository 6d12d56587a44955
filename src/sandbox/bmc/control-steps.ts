/**
 * What can be done to a fleet, as data: the same steps come over the control plane, one at a time, and from a scenario
 * file, each at its time.
 */
import { UserError } from '../../errors/classes.js';
import { parseDuration } from '../../lib/duration.js';
import type { EmulatorControl } from './control.js';
import { readFault, readRule } from './faults/read-rule.js';
import type { FaultRule } from './faults/rules.js';
import { isObject, type JsonObject, stringAt } from './json.js';

export { scenarioNamed, scenarioNames } from './faults/presets.js';
export { readFault } from './faults/read-rule.js';
export type { FaultRule } from './faults/rules.js';

/** A fault rule begins; `fault` is a name people type. */
type Fail = { readonly do: 'fail'; readonly rule: FaultRule };
/** All rules end, those of one BMC, or those of one `fault`: a rule's id, or what stands before its `@`. */
type Heal = { readonly do: 'heal'; readonly fault?: string; readonly bmc?: string };
type Power = { readonly do: 'power'; readonly bmc: string; readonly to: 'On' | 'Off'; readonly system?: string };
type Restart = { readonly do: 'restart'; readonly bmc: string; readonly darkMs?: number };
type Patch = { readonly do: 'patch'; readonly bmc: string; readonly path: string; readonly change: JsonObject };
type Nic = { readonly do: 'nic'; readonly bmc: string; readonly port?: number; readonly system?: string };
type Sessions = { readonly do: 'sessions'; readonly bmc: string; readonly to: 'end' | 'fill' };
type Advance = { readonly do: 'advance'; readonly ms: number };
/** Without a reading the sensor shows what the machine gives it. */
type Sensor = { readonly do: 'sensor'; readonly bmc: string; readonly sensor: string; readonly reading?: number };

type Restore = { readonly do: 'restore'; readonly snapshots: JsonObject };

export type ControlStep = Restore | Advance | Sensor | Fail | Heal | Power | Restart | Patch | Nic | Sessions;

/** A step and when it is due, counted from the start of the fleet. */
export interface TimedStep {
  readonly afterMs: number;
  readonly step: ControlStep;
}

/** A chaos preset or a scenario file: rules from the start, and what happens later. */
export interface Scenario {
  readonly faults: readonly FaultRule[];
  readonly steps: readonly TimedStep[];
  /** Where machines boot from instead of the sandbox's own boot network, and whom an operating system tells that it is up. */
  readonly boot?: { readonly server?: string; readonly registry?: string };
}

/** Does a step; what it answers is for the caller of the control plane. @throws UserError NOT_FOUND · USAGE */
export function carryOut(control: EmulatorControl, step: ControlStep): JsonObject {
  switch (step.do) {
    case 'fail':
      return { id: control.fail(step.rule) };
    case 'heal':
      return { healed: heal(control, step) };
    case 'power':
      control.setPower(step.bmc, step.to, step.system);
      return {};
    case 'restart':
      control.restartBmc(step.bmc, step.darkMs);
      return {};
    case 'patch':
      control.patch(step.bmc, step.path, step.change);
      return {};
    case 'nic':
      control.replaceNic(step.bmc, step.port, step.system);
      return {};
    case 'advance':
      control.advance(step.ms);
      return {};
    case 'restore':
      control.restore(step.snapshots);
      return {};
    case 'sensor':
      control.setReading(step.bmc, step.sensor, step.reading);
      return {};
    case 'sessions':
      if (step.to === 'end') control.endSessions(step.bmc);
      else control.fillSessions(step.bmc);
      return {};
  }
}

function heal(control: EmulatorControl, { fault, bmc }: Heal): readonly string[] {
  const isMeant = (id: string): boolean => fault === undefined || id === fault || id.split('@')[0] === fault;
  if (bmc !== undefined) return control.healBmc(bmc, isMeant);
  const ids = control.faults().flatMap(({ id }) => (isMeant(id) ? [id] : []));
  for (const id of ids) control.heal(id);
  return ids;
}

const shapes: Readonly<Record<ControlStep['do'], Readonly<Record<string, 'text' | 'number' | 'object' | 'optional'>>>> =
  {
    fail: { rule: 'optional', fault: 'optional', bmc: 'optional' },
    heal: { fault: 'optional', bmc: 'optional' },
    power: { bmc: 'text', to: 'text', system: 'optional' },
    restart: { bmc: 'text', darkMs: 'optional' },
    patch: { bmc: 'text', path: 'text', change: 'object' },
    nic: { bmc: 'text', port: 'optional', system: 'optional' },
    sessions: { bmc: 'text', to: 'text' },
    advance: { ms: 'number' },
    restore: { snapshots: 'object' },
    sensor: { bmc: 'text', sensor: 'text', reading: 'optional' },
  };

const choices: Readonly<Record<string, readonly string[]>> = { power: ['On', 'Off'], sessions: ['end', 'fill'] };

/** A step from JSON. @throws UserError USAGE, naming what is wrong */
export function readStep(value: unknown): ControlStep {
  if (!isObject(value)) throw wrong('a step is an object with "do"');
  const name = stringAt(value, 'do') ?? '';
  const shape = Object.hasOwn(shapes, name) ? shapes[name as ControlStep['do']] : undefined;
  if (!shape) throw wrong(`no step does "${name}"`);
  for (const [key, kind] of Object.entries(shape)) {
    if (!fits(value[key], kind)) throw wrong(`step ${name}: "${key}" is no ${kind}`);
  }
  const unknown = Object.keys(value).find((key) => key !== 'do' && !Object.hasOwn(shape, key));
  if (unknown !== undefined) throw wrong(`step ${name} knows no "${unknown}"`);
  if (choices[name]?.includes(String(value.to)) === false) throw wrong(`step ${name} cannot go to "${value.to}"`);
  return name === 'fail' ? { do: 'fail', rule: ruleOf(value) } : (value as unknown as ControlStep);
}

function fits(value: unknown, kind: 'text' | 'number' | 'object' | 'optional'): boolean {
  if (kind === 'optional') return value === undefined || ['string', 'number'].includes(typeof value) || isObject(value);
  return kind === 'object' ? isObject(value) : typeof value === (kind === 'text' ? 'string' : 'number');
}

/** `{do: fail, fault: disk, bmc: bmc-2}`, or a whole rule. */
function ruleOf({ rule, fault, bmc }: JsonObject): FaultRule {
  const read = fault === undefined ? readRule(rule) : readFault(String(fault));
  return bmc === undefined ? read : { ...read, match: { ...read.match, bmc: String(bmc) } };
}

/** A scenario from the value of a YAML or JSON file. @throws UserError USAGE */
export function readScenario(value: unknown): Scenario {
  const hint = 'faults: a list of rules; steps: a list of {after, do, …}; boot: {server, registry}';
  if (!isObject(value)) throw wrong('a scenario is an object', hint);
  const unknown = Object.keys(value).find((key) => !['faults', 'steps', 'boot'].includes(key));
  if (unknown !== undefined) throw wrong(`a scenario knows no "${unknown}"`, hint);
  const { faults = [], steps = [], boot } = value;
  if (!Array.isArray(faults) || !Array.isArray(steps)) throw wrong('"faults" and "steps" are lists', hint);
  const rules = { faults: faults.map(readRule), steps: steps.map(readTimed) };
  return boot === undefined ? rules : { ...rules, boot: readBoot(boot) };
}

function readBoot(value: unknown): NonNullable<Scenario['boot']> {
  const entries = isObject(value) ? Object.entries(value) : [['', undefined] as const];
  for (const [key, url] of entries) {
    const isUrl = typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);
    if (!['server', 'registry'].includes(key) || !isUrl) throw wrong('"boot" has the URLs "server" and "registry"');
  }
  return value as NonNullable<Scenario['boot']>;
}

function readTimed(value: unknown): TimedStep {
  const { after = '0s', ...rest } = isObject(value) ? value : {};
  const afterMs = parseDuration(String(after));
  if (afterMs === undefined) throw wrong(`"${after}" is not a duration`, '90s, 15m or 2h');
  return { afterMs, step: readStep(isObject(value) ? rest : value) };
}

const wrong = (message: string, hint?: string): UserError =>
  new UserError('USAGE', message, hint === undefined ? {} : { hint });
