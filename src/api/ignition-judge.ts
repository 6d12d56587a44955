/**
 * Whether a machine could boot with the text of an ignition Secret: read as the boot server reads it, then judged.
 * Nothing of the text is quoted but names of members and paths: it holds keys and tokens, and verdicts are public.
 */
import { ButaneError, convertButane } from '../lib/butane/index.js';
import { whereJsonFails } from '../lib/json-place.js';
import { whereYamlFails, yamlReader } from '../lib/read-yaml.js';
import { neutralise } from '../lib/sanitize.js';
import { type Ignition, ignitionProblem, ignitionWarnings } from './ignition.js';
import { ignitionFormat } from './metal/v1alpha1/constants.js';

export type IgnitionReason = 'Valid' | 'InvalidJSON' | 'UnsupportedVersion' | 'SchemaViolation' | 'ConversionFailed';

export interface IgnitionVerdict {
  readonly reason: IgnitionReason;
  /** One sentence for people. */
  readonly message: string;
  /** What is taken, and hardly meant. */
  readonly warnings: readonly string[];
  /** What the machine gets; only of a text that is valid. */
  readonly config?: Ignition;
}

/** A few are enough to see what is wrong. */
const maxWarnings = 20;
const maxSentence = 400;

/** Judges a text by the `format` beside it in its Secret: `fcos` is Butane, anything else is served as it is. */
export async function judgeIgnition(text: string, format = ''): Promise<IgnitionVerdict> {
  if (format.trim() === ignitionFormat) return judgeButane(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return bad('InvalidJSON', `it is no JSON: ${whereJsonFails(error as Error, text)}`);
  }
  return judgeConfig(value, []);
}

async function judgeButane(text: string): Promise<IgnitionVerdict> {
  const read = await yamlReader({ likeGo: true });
  let document: unknown;
  try {
    document = read(text);
  } catch (error) {
    return bad('ConversionFailed', whereYamlFails(error));
  }
  try {
    const { config, warnings } = convertButane(document);
    return judgeConfig(config, warnings);
  } catch (error) {
    if (error instanceof ButaneError) return bad('ConversionFailed', error.message);
    throw error;
  }
}

function judgeConfig(value: unknown, warnings: readonly string[]): IgnitionVerdict {
  const version = (value as { ignition?: { version?: unknown } } | null)?.ignition?.version;
  if (typeof version !== 'string') return bad('SchemaViolation', 'it has no ignition.version', warnings);
  if (!/^3\.[2-6]\.0$/.test(version)) {
    return bad('UnsupportedVersion', `ignition.version ${version.slice(0, 32)} is not 3.2.0 to 3.6.0`, warnings);
  }
  const problem = ignitionProblem(value);
  if (problem !== undefined) return bad('SchemaViolation', problem, warnings);
  const config = value as Ignition;
  const all = told([...warnings, ...ignitionWarnings(config)]);
  const more = all.length === 0 ? '' : `, with ${all.length === 1 ? 'a warning' : `${all.length} warnings`}: ${all[0]}`;
  return { reason: 'Valid', message: short(`Ignition ${version}${more}`), warnings: all, config };
}

const bad = (reason: IgnitionReason, message: string, warnings: readonly string[] = []): IgnitionVerdict => ({
  reason,
  message: short(message),
  warnings: told(warnings),
});

const short = (text: string): string => neutralise(text).slice(0, maxSentence);
const told = (warnings: readonly string[]): string[] => warnings.slice(0, maxWarnings).map(short);
