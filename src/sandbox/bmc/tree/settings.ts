/** BIOS, settings of the BMC, and the registries that describe both. */
import {
  type AttributeFacts,
  biosAttributes,
  biosDependencies,
  dellAttributes,
  managerAttributes,
  registryBody,
  valuesOf,
} from '../attributes.js';
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

/** Adds Bios and its settings object below a system; returns its path. */
export function putBios(tree: TreeBuilder, quirks: Quirks, system: string): string | undefined {
  const { bios } = quirks;
  if (!bios) return undefined;
  const path = `${system}/${bios.path}`;
  tree.put(path, 'Bios.v1_2_1', {
    Name: 'BIOS Configuration Current Settings',
    AttributeRegistry: bios.registry,
    Attributes: valuesOf(biosAttributes),
    '@Redfish.Settings': settingsLink(`${path}/${bios.settingsPath}`, bios.publishesApplyTimes ? ['OnReset'] : []),
    Actions: {
      '#Bios.ResetBios': { target: `${path}/Actions/Bios.ResetBios` },
      '#Bios.ChangePassword': { target: `${path}/Actions/Bios.ChangePassword` },
    },
  });
  tree.put(`${path}/${bios.settingsPath}`, 'Bios.v1_2_1', {
    Name: 'BIOS Configuration Pending Settings',
    AttributeRegistry: bios.registry,
    Attributes: {},
  });
  return path;
}

const settingsLink = (path: string, applyTimes: readonly string[]): JsonObject => ({
  '@odata.type': '#Settings.v1_3_5.Settings',
  SettingsObject: link(path),
  ...(applyTimes.length > 0 ? { SupportedApplyTimes: applyTimes } : {}),
});

/** Adds what the first manager offers as settings. */
export function putManagerSettings(tree: TreeBuilder, quirks: Quirks, manager: ManagerBlueprint): void {
  const path = `${root}/Managers/${manager.id}`;
  if (quirks.bmcSettings === 'attributes') putPlainAttributes(tree, path);
  if (quirks.bmcSettings === 'dell') putDellAttributes(tree, path);
}

function putPlainAttributes(tree: TreeBuilder, path: string): void {
  tree.edit(path, (doc) => {
    doc.AttributeRegistry = 'BMCAttributeRegistry.v1_0_0';
    doc.Attributes = valuesOf(managerAttributes);
    doc['@Redfish.Settings'] = settingsLink(`${path}/Settings`, ['Immediate', 'OnReset']);
  });
  tree.put(`${path}/Settings`, 'Manager.v1_19_0', { Name: 'Pending Manager Settings', Attributes: {} });
}

function putDellAttributes(tree: TreeBuilder, path: string): void {
  const sets = Object.entries(dellAttributes).map(([id, facts]) => putDellSet(tree, path, id, facts));
  tree.collection(`${path}/Oem/Dell/Jobs`, 'DellJob', []);
  tree.edit(path, (doc) => {
    const links = doc.Links as JsonObject;
    doc.Links = {
      ...links,
      Oem: { Dell: { DellAttributes: sets.map(link), Jobs: link(`${path}/Oem/Dell/Jobs`) } },
    };
  });
}

function putDellSet(tree: TreeBuilder, manager: string, id: string, facts: readonly AttributeFacts[]): string {
  const path = `${manager}/Oem/Dell/DellAttributes/${id}`;
  tree.put(`${path}/Settings`, 'DellAttributes.v1_0_0', { Name: 'DellAttributesSettings', Attributes: {} });
  return tree.put(path, 'DellAttributes.v1_0_0', {
    Name: 'DellAttributes',
    AttributeRegistry: 'ManagerAttributeRegistry.v1_0_0',
    Attributes: valuesOf(facts),
    '@Redfish.Settings': settingsLink(`${path}/Settings`, ['Immediate', 'AtMaintenanceWindowStart']),
  });
}

/** Adds the registry files and their bodies. */
export function putRegistries(tree: TreeBuilder, quirks: Quirks, systems: readonly SystemBlueprint[]): void {
  const { bios, bmcSettings } = quirks;
  const bodies: [string, JsonObject][] = [];
  if (bios && systems.length > 0) {
    bodies.push([bios.registry, registryBody(bios.registry, biosAttributes, { dependencies: biosDependencies })]);
  }
  if (bmcSettings === 'attributes') {
    bodies.push(['BMCAttributeRegistry.v1_0_0', registryBody('BMCAttributeRegistry.v1_0_0', managerAttributes)]);
  }
  if (bmcSettings === 'dell') {
    const all = Object.values(dellAttributes).flat();
    const id = 'ManagerAttributeRegistry.v1_0_0';
    bodies.push([id, registryBody(id, all, { readOnlyKey: 'Readonly' })]);
  }
  const members = bodies.map(([id, body]) => putRegistry(tree, id, body, registryPlace(quirks, id)));
  tree.collection(`${root}/Registries`, 'MessageRegistryFile', members, 'Registry File Collection');
}

/** Where the body of a registry lies: beside its file, or in iLO's store, in small letters. */
const registryPlace =
  (quirks: Quirks, id: string) =>
  (language: 'en' | 'de'): string => {
    if (quirks.hasRegistryStore) return `${root}/registrystore/registries/${language}/${id.toLowerCase()}`;
    return `${root}/Registries/${id}${language === 'en' ? '' : '.de'}.json`;
  };

function putRegistry(
  tree: TreeBuilder,
  id: string,
  body: JsonObject,
  placeIn: ReturnType<typeof registryPlace>,
): string {
  const path = `${root}/Registries/${id}`;
  const place = placeIn('en');
  const german = placeIn('de');
  tree.docs.set(place, { '@odata.id': place, ...body });
  tree.docs.set(german, { '@odata.id': german, ...body, Language: 'de' });
  return tree.put(path, 'MessageRegistryFile.v1_1_3', {
    Name: `${id} Registry File`,
    Registry: id,
    Languages: ['en', 'de'],
    Location: [
      { Language: 'de', Uri: german },
      { Language: 'en', Uri: place, PublicationUri: `https://registries.example/${id}.json` },
    ],
  });
}
