/** Bios v1_2_3, AttributeRegistry v1_4_0 and MessageRegistryFile v1_1_6 (DSP8010 2025.2), and OEM resources shaped so. */
import { z } from 'zod';
import { items, link, nested, number, text, texts, uri } from './lenient.js';

const flag = z.boolean().optional().catch(undefined);
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Attributes of odd types are left out; they could neither be shown nor set. */
export const attributes = z
  .record(z.string(), z.unknown())
  .transform((all) => Object.fromEntries(Object.entries(all).filter(([, given]) => value.safeParse(given).success)))
  .pipe(z.record(z.string(), value))
  .catch({});

const action = nested({ target: uri });

/** A resource with attributes: Bios, its settings object, DellAttributes, or a Manager that shows some. */
export const AttributeResource = z.looseObject({
  '@odata.id': uri,
  AttributeRegistry: text,
  Attributes: attributes,
  '@Redfish.Settings': nested({ SettingsObject: link, SupportedApplyTimes: texts, Time: text, Messages: items }),
  Actions: nested({ '#Bios.ResetBios': action, '#Bios.ChangePassword': action }),
});

export const RegistryFile = z.looseObject({ Id: text, Registry: text, Location: items });
export const RegistryLocation = z.looseObject({ Language: text, Uri: uri });

export const RegistryBody = z.looseObject({
  RegistryEntries: nested({ Attributes: items, Dependencies: items }),
});

/** iDRAC spells `Readonly` so. */
export const RegistryAttribute = z.looseObject({
  AttributeName: z.string(),
  Type: text,
  ReadOnly: flag,
  Readonly: flag,
  Immutable: flag,
  Hidden: flag,
  ResetRequired: flag,
  Value: items,
  LowerBound: number,
  UpperBound: number,
  ScalarIncrement: number,
  MinLength: number,
  MaxLength: number,
  ValueExpression: text,
  DisplayName: text,
  HelpText: text,
});

export const RegistryValue = z.looseObject({ ValueName: text, ValueDisplayName: text });

export const RegistryDependency = z.looseObject({
  Dependency: nested({ MapFrom: items, MapToAttribute: text, MapToProperty: text, MapToValue: value.optional() }),
  Type: text,
});

export const MapFrom = z.looseObject({
  MapFromAttribute: text,
  MapFromProperty: text,
  MapFromCondition: text,
  MapFromValue: value.optional(),
  MapTerms: text,
});
