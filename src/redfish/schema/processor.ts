/** Processor v1_20_1 (DSP8010 2025.2). */
import { z } from 'zod';
import { number, text } from './lenient.js';

export const Processor = z.looseObject({
  Id: text,
  ProcessorType: text,
  ProcessorArchitecture: text,
  InstructionSet: text,
  Manufacturer: text,
  Model: text,
  MaxSpeedMHz: number,
  TotalCores: number,
  TotalThreads: number,
});

export type Processor = z.output<typeof Processor>;
