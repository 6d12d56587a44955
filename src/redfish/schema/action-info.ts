/** ActionInfo v1_4_2 (DSP8010 2025.2): what an action accepts, where it is not said beside the action itself. */
import { z } from 'zod';
import { items, text, texts } from './lenient.js';

export const ActionInfo = z.looseObject({ Parameters: items });
export const ActionParameter = z.looseObject({ Name: text, AllowableValues: texts });
