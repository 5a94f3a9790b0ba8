/** A root file system of one's own: a layer over one that stays as it is. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export class Layer {
  /** Where all of it is. Its name is nobody else's. */
  readonly folder: string;
  /** The root, seen from outside. */
  readonly root: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, 'root');
  }

  static async over(lower: string): Promise<Layer> {
    const layer = new Layer(await mkdtemp(join(tmpdir(), 'order-monit-host-')));
    const [upper, work] = [join(layer.folder, 'upper'), join(layer.folder, 'work')];
    for (const each of [upper, work, layer.root]) await mkdir(each);
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    await execute('mount', ['-t', 'overlay', 'overlay', '-o', options, layer.root]);
    return layer;
  }

  async remove(): Promise<void> {
    await execute('umount', ['--lazy', this.root]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}
