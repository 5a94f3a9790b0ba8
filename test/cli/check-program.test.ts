/** Whether the unit lets the service execute the program that asks the ERP, as `check` sees it. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { notExecutable } from '../../src/commands/check-program.ts';
import type { Directories } from '../../src/config/directories.ts';
import { createFolder, load } from '../config/folder.ts';

function paths(t: TestContext, command: string, executable: readonly string[] | undefined): string[] {
  const { config } = load(t, { 'erp.yml': `kind: command\nname: Odoo\ncommand: ${command}\n` });
  const directories: Directories = {
    config: '/etc/order-monit',
    state: '/nowhere',
    runtime: '/nowhere',
    credentials: undefined,
    rootsView: {
      secrets: { folder: '/nowhere', files: new Map() },
      hidden: [],
      faults: [],
      ...(executable === undefined ? {} : { executable }),
    },
  };
  return notExecutable(config, directories).map((text) => /command: (\S+) can not be executed/.exec(text)?.[1] ?? text);
}

test('The program and what its first line names have to be among what the unit allows, by whatever link', (t) => {
  const folder = createFolder(t, {
    script: '#! /bin/sh -e\n',
    'script.mjs': '#!/usr/bin/node --no-warnings\n',
    binary: '\x7fELF',
  });
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/inside'), '#!/usr/bin/node\n');
  symlinkSync(join(folder, 'bin'), join(folder, 'link'));
  const at = (name: string): string => join(folder, name);
  assert.deepEqual(paths(t, at('script'), ['/usr/bin/node', at('bin')]), [at('script'), '/bin/sh']);
  assert.deepEqual(paths(t, at('script'), [folder, '/bin/sh']), []);
  assert.deepEqual(paths(t, at('script.mjs'), ['/usr/bin/node', at('bin')]), [at('script.mjs')]);
  assert.deepEqual(paths(t, at('bin/inside'), ['/usr/bin/node', at('link')]), []);
  assert.deepEqual(paths(t, at('link/inside'), ['/usr/bin/node', at('bin')]), []);
  assert.deepEqual(paths(t, at('binary'), [at('bin')]), [at('binary')]);
  assert.deepEqual(paths(t, at('binary'), ['/']), []);
  assert.deepEqual(paths(t, at('script'), undefined), []);
  assert.deepEqual(paths(t, at('nowhere'), [folder]), []);
});
