/** Attributes the emulated firmware has: values, their registry, and the judgement of what may be written. */
import { isObject, type Json, type JsonObject } from './json.js';

export interface AttributeFacts {
  readonly name: string;
  readonly type: 'Enumeration' | 'String' | 'Integer' | 'Boolean' | 'Password';
  /** Value as it left the factory. */
  readonly value: Json;
  /** Names of an enumeration, with what people see. */
  readonly values?: readonly (readonly [name: string, display: string])[];
  readonly bounds?: readonly [lower: number, upper: number, increment?: number];
  readonly lengths?: readonly [min: number, max: number];
  readonly expression?: string;
  readonly isReadOnly?: boolean;
  readonly isHidden?: boolean;
  /** Takes effect at once. */
  readonly isImmediate?: boolean;
}

const onOff = [
  ['Enabled', 'Enabled'],
  ['Disabled', 'Disabled'],
] as const;

/** A BIOS as every vendor has one, in the names of none. */
export const biosAttributes: readonly AttributeFacts[] = [
  {
    name: 'BootMode',
    type: 'Enumeration',
    value: 'Uefi',
    values: [
      ['Uefi', 'UEFI'],
      ['Bios', 'BIOS'],
    ],
  },
  { name: 'LogicalProc', type: 'Enumeration', value: 'Enabled', values: onOff },
  { name: 'ProcVirtualization', type: 'Enumeration', value: 'Enabled', values: onOff },
  { name: 'SriovGlobalEnable', type: 'Enumeration', value: 'Disabled', values: onOff },
  {
    name: 'SysProfile',
    type: 'Enumeration',
    value: 'PerfPerWattOptimizedDapc',
    values: [
      ['PerfOptimized', 'Performance'],
      ['PerfPerWattOptimizedDapc', 'Performance Per Watt (DAPC)'],
      ['Custom', 'Custom'],
    ],
  },
  { name: 'ProcCores', type: 'Integer', value: 0, bounds: [0, 64, 2] },
  { name: 'AcPwrRcvryUserDelay', type: 'Integer', value: 60, bounds: [60, 600] },
  { name: 'AssetTag', type: 'String', value: '', lengths: [0, 63], expression: '[A-Za-z0-9-]*' },
  { name: 'QuietBoot', type: 'Boolean', value: true },
  { name: 'SetupPassword', type: 'Password', value: null, lengths: [0, 32] },
  { name: 'SystemBiosVersion', type: 'String', value: '1.0', isReadOnly: true },
  { name: 'InternalDebug', type: 'Enumeration', value: 'Disabled', values: onOff, isHidden: true },
];

/** Attributes of a BMC that shows some on its Manager. */
export const managerAttributes: readonly AttributeFacts[] = [
  { name: 'SyslogServer', type: 'String', value: '', lengths: [0, 255], isImmediate: true },
  { name: 'IdleTimeout', type: 'Integer', value: 1800, bounds: [60, 10_800], isImmediate: true },
  { name: 'WebServer', type: 'Enumeration', value: 'Enabled', values: onOff },
];

/** How an iDRAC boots its virtual CD: `Cd` is the drive in the machine. */
export const virtualCdOnce = { device: 'ServerBoot.1.FirstBootDevice', once: 'ServerBoot.1.BootOnce' } as const;
const bootDevices: NonNullable<AttributeFacts['values']> = [
  ['Normal', 'Normal'],
  ['PXE', 'PXE'],
  ['HDD', 'HDD'],
  ['VCD-DVD', 'VCD-DVD'],
];

/** What an iDRAC calls its own, by set. */
export const dellAttributes: Readonly<Record<string, readonly AttributeFacts[]>> = {
  'iDRAC.Embedded.1': [
    { name: 'SysLog.1.SysLogEnable', type: 'Enumeration', value: 'Disabled', values: onOff, isImmediate: true },
    { name: 'SysLog.1.Server1', type: 'String', value: '', lengths: [0, 253], isImmediate: true },
    { name: 'NTPConfigGroup.1.NTPEnable', type: 'Enumeration', value: 'Disabled', values: onOff, isImmediate: true },
    { name: 'NTPConfigGroup.1.NTP1', type: 'String', value: '', lengths: [0, 254], isImmediate: true },
    { name: 'WebServer.1.Timeout', type: 'Integer', value: 1800, bounds: [60, 10_800], isImmediate: true },
    { name: 'Info.1.Product', type: 'String', value: 'iDRAC', isReadOnly: true },
    { name: virtualCdOnce.device, type: 'Enumeration', value: 'Normal', values: bootDevices, isImmediate: true },
    { name: virtualCdOnce.once, type: 'Enumeration', value: 'Disabled', values: onOff, isImmediate: true },
    {
      name: 'NIC.1.Selection',
      type: 'Enumeration',
      value: 'Dedicated',
      values: [
        ['1', 'Dedicated'],
        ['2', 'LOM1'],
      ],
      isImmediate: true,
    },
  ],
  'System.Embedded.1': [
    { name: 'ServerPwr.1.PSRapidOn', type: 'Enumeration', value: 'Enabled', values: onOff, isImmediate: true },
    { name: 'LCD.1.UserDefinedString', type: 'String', value: '', lengths: [0, 62], isImmediate: true },
  ],
  'LifecycleController.Embedded.1': [
    {
      name: 'LCAttributes.1.CollectSystemInventoryOnRestart',
      type: 'Enumeration',
      value: 'Enabled',
      values: onOff,
      isImmediate: true,
    },
  ],
};

/** Values at the start. */
export const valuesOf = (facts: readonly AttributeFacts[]): JsonObject =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]));

/** The registry that describes them (AttributeRegistry schema). `readOnlyKey` is `Readonly` at Dell's. */
export function registryBody(
  id: string,
  facts: readonly AttributeFacts[],
  { readOnlyKey = 'ReadOnly', dependencies = [] }: { readOnlyKey?: string; dependencies?: readonly Json[] } = {},
): JsonObject {
  return {
    '@odata.type': '#AttributeRegistry.v1_3_6.AttributeRegistry',
    Id: id,
    Name: id,
    Language: 'en',
    OwningEntity: 'Emulator',
    RegistryVersion: '1.0.0',
    RegistryEntries: { Attributes: facts.map((fact) => entryOf(fact, readOnlyKey)), Dependencies: [...dependencies] },
  };
}

function entryOf(fact: AttributeFacts, readOnlyKey: string): JsonObject {
  const [lower, upper, increment] = fact.bounds ?? [];
  const [minLength, maxLength] = fact.lengths ?? [];
  return {
    AttributeName: fact.name,
    DisplayName: fact.name,
    Type: fact.type,
    [readOnlyKey]: fact.isReadOnly === true,
    Immutable: false,
    Hidden: fact.isHidden === true,
    ResetRequired: fact.isImmediate !== true,
    ...(fact.values
      ? { Value: fact.values.map(([name, display]) => ({ ValueName: name, ValueDisplayName: display })) }
      : {}),
    ...(fact.bounds ? { LowerBound: lower ?? 0, UpperBound: upper ?? 0, ScalarIncrement: increment ?? 0 } : {}),
    ...(fact.lengths ? { MinLength: minLength ?? 0, MaxLength: maxLength ?? 0 } : {}),
    ...(fact.expression ? { ValueExpression: fact.expression } : {}),
  };
}

/** SR-IOV cannot be switched while virtualisation is off. */
export const biosDependencies: readonly Json[] = [
  {
    Type: 'Map',
    DependencyFor: 'SriovGlobalEnable',
    Dependency: {
      MapFrom: [
        {
          MapFromAttribute: 'ProcVirtualization',
          MapFromProperty: 'CurrentValue',
          MapFromCondition: 'EQU',
          MapFromValue: 'Disabled',
        },
      ],
      MapToAttribute: 'SriovGlobalEnable',
      MapToProperty: 'GrayOut',
      MapToValue: true,
    },
  },
];

/** Key of the message that refuses a value, or undefined if it will do. */
export function refusalOf(facts: readonly AttributeFacts[], name: string, value: Json): string | undefined {
  const fact = facts.find((known) => known.name === name);
  if (!fact) return 'PropertyUnknown';
  if (fact.isReadOnly || fact.isHidden) return 'PropertyNotWritable';
  if (fact.type === 'Enumeration') {
    return fact.values?.some((known) => known.includes(String(value))) ? undefined : 'PropertyValueNotInList';
  }
  if (fact.type === 'Boolean') return typeof value === 'boolean' ? undefined : 'PropertyValueTypeError';
  if (fact.type === 'Integer') return refuseInteger(fact, value);
  if (typeof value !== 'string') return 'PropertyValueTypeError';
  const [min = 0, max = Number.POSITIVE_INFINITY] = fact.lengths ?? [];
  return value.length < min || value.length > max ? 'PropertyValueFormatError' : undefined;
}

function refuseInteger({ bounds }: AttributeFacts, value: Json): string | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'PropertyValueTypeError';
  const [lower, upper, increment] = bounds ?? [];
  const isOut = (lower !== undefined && value < lower) || (upper !== undefined && value > upper);
  const isOff = increment !== undefined && (value - (lower ?? 0)) % increment !== 0;
  return isOut || isOff ? 'PropertyValueOutOfRange' : undefined;
}

/** What an iDRAC shows for a value that was written by its name. */
export function shownAs(facts: readonly AttributeFacts[], name: string, value: Json, byDisplay: boolean): Json {
  if (!byDisplay) return value;
  const entry = facts.find((known) => known.name === name)?.values?.find(([known]) => known === value);
  return entry ? entry[1] : value;
}

/** Attributes of a body, if it has some. */
export const attributesIn = (body: JsonObject): JsonObject | undefined =>
  isObject(body.Attributes) ? body.Attributes : undefined;
