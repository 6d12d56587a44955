/** TaskService v1_2_1, Task v1_7_4, Job v1_3_0 (DSP8010 2025.2), and Dell's jobs, which are shaped like the latter. */
import { z } from 'zod';
import { items, link, number, text, uri } from './lenient.js';

export const TaskService = z.looseObject({ Tasks: link });

export const Task = z.looseObject({
  '@odata.id': uri,
  '@odata.type': text,
  TaskState: text,
  TaskStatus: text,
  TaskMonitor: uri,
  JobState: text,
  JobStatus: text,
  PercentComplete: number,
  Messages: items,
  Message: text,
});

export type Task = z.output<typeof Task>;
