/** Consoles of ComputerSystem v1_13_0 and Manager v1_0_0 and later (DSP8010 2025.2). */
import { z } from 'zod';
import { nested, number, text, texts } from './lenient.js';

const flag = z.boolean().optional().catch(undefined);

const block = nested({
  ServiceEnabled: flag,
  Port: number,
  ConsoleEntryCommand: text,
  HotKeySequenceDisplay: text,
});

export const HostConsole = z
  .looseObject({ MaxConcurrentSessions: number, SSH: block, IPMI: block, Telnet: block })
  .catch({ MaxConcurrentSessions: undefined, SSH: undefined, IPMI: undefined, Telnet: undefined });

export const Console = z
  .looseObject({ ServiceEnabled: flag, MaxConcurrentSessions: number, ConnectTypesSupported: texts })
  .catch({ ServiceEnabled: undefined, MaxConcurrentSessions: undefined, ConnectTypesSupported: undefined });
