/** Firmware and tasks of the fake BMC. */
import type { Firmware, TaskInfo, Tasks } from '../../src/ports/bmc.js';
import type { Asked, FakeMachine } from './fake-bmc.js';

export function firmwareOf(target: FakeMachine, asked: Asked): Firmware & Tasks {
  const begin = (): TaskInfo => {
    const uri = `/redfish/v1/TaskService/Tasks/${target.tasks.length + 1}`;
    const task: TaskInfo = { uri, progress: 'running', state: 'Running', percent: 0, hasWarnings: false, messages: [] };
    target.tasks.push(task);
    return task;
  };
  return {
    firmwareInventory: async () => {
      asked('firmwareInventory');
      return target.firmware;
    },
    pendingFirmware: async (component) => {
      asked('pendingFirmware', `pendingFirmware ${component}`);
      return target.firmware.filter(({ isStaged, id }) => isStaged && id.includes(component));
    },
    firmwareTargets: async (component) => {
      asked('firmwareTargets', `firmwareTargets ${component}`);
      return target.firmware.filter(({ id, isStaged }) => !isStaged && id.includes(component)).map(({ uri }) => uri);
    },
    updateWays: async () => {
      asked('updateWays');
      return target.updateWays;
    },
    updateFirmware: async (update) => {
      asked('updateFirmware', `updateFirmware ${update.image.kind === 'url' ? update.image.url : update.image.name}`);
      const task = begin();
      target.onUpdate?.(update, task);
      return task;
    },
    startUpdate: async () => {
      asked('startUpdate');
      return begin();
    },
    task: async (uri) => {
      asked('task', `task ${uri}`);
      const gone: TaskInfo = { uri, progress: 'gone', hasWarnings: false, messages: [] };
      return target.tasks.find((task) => task.uri === uri) ?? gone;
    },
    tasks: async () => {
      asked('tasks');
      return target.tasks;
    },
  };
}
