/** What `--for` and `--while` understand: tests of an object, and states that end badly. */
import type { KindDef, KubeObject } from '../../../api/kind.js';
import type { Condition } from '../../../api/kubernetes.js';
import { UserError } from '../../../errors/classes.js';
import { parsePath, printed, select } from '../../../lib/jsonpath.js';
import { nearest } from '../../../lib/nearest.js';

export interface WaitCondition {
  /** As written. */
  readonly text: string;
  /** Of the object as it is now; undefined when it does not exist. */
  readonly holds: (object: KubeObject | undefined) => boolean;
  /** What a bad end must not be if it is what is waited for: `Error` in `state=Error`. */
  readonly wants?: string;
}

const words = ['state', 'phase', 'power', 'condition', 'jsonpath', 'delete'];

/** @throws UserError USAGE */
export function parseCondition(text: string): WaitCondition {
  const at = text.indexOf('=');
  const word = at === -1 ? text : text.slice(0, at);
  const rest = at === -1 ? '' : text.slice(at + 1);
  if (text === 'delete') return { text, holds: (object) => object === undefined };
  if (word === 'condition' && rest !== '') return conditionTest(text, rest);
  if (word === 'jsonpath' && rest !== '') return pathTest(text, rest);
  const paths: Readonly<Record<string, string>> = {
    state: '.status.state',
    phase: '.status.phase',
    power: '.status.powerState',
  };
  const path = paths[word];
  if (path !== undefined && rest !== '') return { ...valueTest(text, path, rest), wants: rest };
  const [close] = nearest(word, words);
  throw new UserError('USAGE', `"${text}" is no condition to wait for`, {
    why: 'known: state=S, phase=P, power=P, condition=TYPE[=STATUS], jsonpath={.path}=VALUE, delete',
    ...(close === undefined ? {} : { hint: `did you mean: ${close}${close === 'delete' ? '' : '=…'}` }),
  });
}

function valueTest(text: string, path: string, value: string): WaitCondition {
  const steps = parsePath(path);
  const wanted = value.toLowerCase();
  return { text, holds: (object) => select(steps, object).some((each) => printed(each).toLowerCase() === wanted) };
}

/** kubectl's form: `{.a.b}=value`; without `=value` the path must reach something. */
function pathTest(text: string, rest: string): WaitCondition {
  const match = /^(\{.*\}|[^={}]+)(?:=(.*))?$/s.exec(rest);
  try {
    const steps = parsePath(match?.[1] ?? rest);
    const value = match?.[2];
    return {
      text,
      holds: (object) => select(steps, object).some((each) => value === undefined || printed(each) === value),
    };
  } catch (error) {
    throw new UserError('USAGE', `"${text}" does not parse`, { why: (error as Error).message });
  }
}

function conditionTest(text: string, rest: string): WaitCondition {
  const [type = '', status = 'True'] = rest.split('=');
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return {
    text,
    holds: (object) => conditionsOf(object).some((each) => same(each.type, type) && same(each.status, status)),
  };
}

/** `status.conditions`, or none. */
export const conditionsOf = (object: KubeObject | undefined): readonly Condition[] =>
  (object as { status?: { conditions?: Condition[] } } | undefined)?.status?.conditions ?? [];

const badStates: Readonly<Record<string, readonly string[]>> = {
  Server: ['Error'],
  BMC: ['Error'],
  ServerBootConfiguration: ['Error'],
};

/** The bad state an object is in and will not leave by itself; undefined when it is in none. */
export function badEnd(kind: KindDef, object: KubeObject | undefined): string | undefined {
  const state = (object as { status?: { state?: string } } | undefined)?.status?.state;
  return state !== undefined && badStates[kind.kind]?.includes(state) === true ? state : undefined;
}
