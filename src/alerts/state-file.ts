/** The file with the state of the alerts. It is not what orders depend on: a damaged one is set aside, never fatal. */
import { errorCode, messageOf } from '../text/error.ts';
import { parseState, printState, type AlertState } from './decide/state.ts';
import type { Disk } from './deliver/disk.ts';

export interface StateFile {
  /** @returns undefined when there is none that can be used */
  load(): Promise<AlertState | undefined>;
  /** @throws the system's own error; the file is as it was then */
  save(state: AlertState): Promise<void>;
}

export function stateFile(path: string, disk: Disk, warn: (text: string) => void): StateFile {
  return {
    load: async () => {
      try {
        return parseState(await disk.readFile(path));
      } catch (error) {
        const code = errorCode(error);
        if (code === 'ENOENT') return undefined;
        if (code !== undefined) {
          warn(`${path} can not be read (${messageOf(error)}): alerts begin anew, and open orders are told once more`);
          return undefined;
        }
        await disk.setAside(path);
        warn(
          `${path} is damaged and was set aside as ${path}.damaged: alerts begin anew, and open orders are told once more`,
        );
        return undefined;
      }
    },
    save: async (state) => disk.replaceFile(path, printState(state)),
  };
}
