/** Names for BMC objects, from a template over what a finding says. Pure. */
import { ConflictError, UserError } from '../../errors/classes.js';
import { fillTemplate, toDnsLabel } from '../../lib/template.js';
import { type Finding, placeOf } from '../discover/finding.js';

/** `dell-8xk2m04`. The vendor is its first word, as people call it. */
export const defaultTemplate = '{vendor}-{serial}';

export interface NamedFinding {
  readonly finding: Finding;
  readonly name: string;
}

/** What every finding gets said about it by flags; the finding's own words win. */
export interface NameDefaults {
  readonly location?: string | undefined;
  readonly rack?: string | undefined;
}

/**
 * Names each finding; those that have a name by hand (`names`, by address) keep it.
 * @throws UserError USAGE for unknown fields or empty names · ConflictError ALREADY_EXISTS for two equal names
 */
export function nameFindings(
  findings: readonly Finding[],
  template: string,
  defaults: NameDefaults = {},
  byHand: ReadonlyMap<string, string> = new Map(),
): NamedFinding[] {
  const named = findings.map((finding, index) => ({
    finding,
    name: byHand.get(placeOf(finding)) ?? fromTemplate(finding, index + 1, template, defaults),
  }));
  refuseCollisions(named);
  return named;
}

function fromTemplate(finding: Finding, n: number, template: string, defaults: NameDefaults): string {
  const { text, unknown, empty } = fillTemplate(template, fieldsOf(finding, n, defaults));
  if (unknown.length > 0) {
    const fields = Object.keys(fieldsOf(finding, n, defaults)).map((field) => `{${field}}`);
    throw new UserError('USAGE', `--name-template has no field {${unknown[0]}}`, { why: `known: ${fields.join(' ')}` });
  }
  const name = toDnsLabel(text);
  if (empty.length === 0 && name !== '') return name;
  throw new UserError('USAGE', `no name can be made for ${placeOf(finding)}`, {
    why: empty.length > 0 ? `its ${empty.join(' and ')} is not known` : `"${template}" leaves nothing of a DNS label`,
    hint: [
      ...(finding.systems ? [] : ['Log in at discovery: --bmc-secret or --credentials; it tells serial and UUID.']),
      '--name-template bmc-{ip}',
    ],
  });
}

function fieldsOf(finding: Finding, n: number, defaults: NameDefaults): Record<string, string | undefined> {
  return {
    vendor: finding.vendor && vendorWord(finding.vendor),
    model: finding.model,
    serial: finding.serial,
    uuid: finding.systems?.[0]?.uuid ?? finding.serviceUUID,
    ip: finding.address,
    mac: finding.mac,
    location: finding.location ?? defaults.location,
    rack: finding.rack ?? defaults.rack,
    shelf: finding.shelf,
    n: String(n),
  };
}

/** `Dell Inc.` → `dell`, `Hewlett Packard Enterprise` → `hpe`. */
function vendorWord(vendor: string): string {
  if (/^(hewlett packard enterprise|hpe)\b/i.test(vendor)) return 'hpe';
  return /[A-Za-z0-9]+/.exec(vendor)?.[0] ?? vendor;
}

function refuseCollisions(named: readonly NamedFinding[]): void {
  const first = new Map<string, Finding>();
  for (const { name, finding } of named) {
    const other = first.get(name);
    if (other !== undefined) {
      throw new ConflictError('ALREADY_EXISTS', `two BMCs would be named "${name}"`, {
        why: `${placeOf(other)} and ${placeOf(finding)}`,
        hint: '--name-template {vendor}-{serial}-{n}   makes them differ',
      });
    }
    first.set(name, finding);
  }
}
