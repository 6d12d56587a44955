/** The bill of materials (CycloneDX 1.6, JSON): every package whose code is in the bundle or is installed with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.js';
import { packageOf } from './notices.js';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}

/** Text of `dist/sbom.cdx.json`. The same inputs give the same bytes: it has neither a time nor a serial number. */
export function billOfMaterials(inputs: readonly string[], base = root): string {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(base, name), 'utf8')) as T;
  const { packages } = read<Lockfile>('package-lock.json');
  const own = read<{ name: string; version: string; license: string; dependencies?: Record<string, string> }>(
    'package.json',
  );
  const bundled = new Set(inputs.map(packageOf).filter((path) => path !== undefined));
  const installed = installedWith(Object.keys(own.dependencies ?? {}), packages);
  const paths = [...new Set([...bundled, ...installed])].sort();
  const components = paths.map((path) => componentOf(path, packages[path], bundled.has(path)));
  const component = { type: 'application', 'bom-ref': 'metalctl', name: own.name, version: own.version };
  const licenses = [{ license: { id: own.license } }];
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...component, licenses } },
    components,
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** The packages beside the bundle with all that they need, for every platform. */
function installedWith(names: readonly string[], packages: Lockfile['packages']): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const path = `node_modules/${name}`;
    const locked = packages[path];
    if (locked === undefined || found.has(path)) return;
    found.add(path);
    for (const next of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) visit(next);
  };
  for (const name of names) visit(name);
  return found;
}

/** @throws Error for a package that the lockfile does not know: it came from elsewhere */
function componentOf(path: string, locked: Locked | undefined, isBundled: boolean) {
  if (locked?.integrity === undefined) throw new Error(`${path} is not in the lockfile, or has no integrity there`);
  const name = path.replace(/^.*node_modules\//, '');
  const [alg, content = ''] = locked.integrity.split(' ')[0]?.split(/-(.*)/s) ?? [];
  return {
    type: 'library',
    'bom-ref': path,
    name,
    version: locked.version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${locked.version}`,
    ...(locked.license === undefined ? {} : { licenses: [licenseOf(locked.license)] }),
    hashes: [
      { alg: `${alg}`.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') },
    ],
    properties: [{ name: 'metalctl:how', value: isBundled ? 'bundled' : 'installed' }],
  };
}

const licenseOf = (text: string) => (/[ ()]/.test(text) ? { expression: text } : { license: { id: text } });
