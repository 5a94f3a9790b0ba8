/** What is mutated, room by room, and which tests are to notice. */
import { readdirSync } from 'node:fs';

import { testFiles } from '../test-files.mjs';

/** These start processes of their own, which load the sources and not the mutants. */
const APART = /\/(?:kill|lock|own-file)\.test\.ts$/;

export const ROOMS = {
  core: { folder: 'src/core', tests: ['test/core'] },
  monitor: { folder: 'src/monitor', tests: ['test/monitor'] },
  checkpoint: { folder: 'src/checkpoint', tests: ['test/checkpoint'] },
  abacos: { folder: 'src/abacos', tests: ['test/abacos'] },
};

export const sourcesOf = ({ folder }) => readdirSync(folder).map((file) => `${folder}/${file}`);

export const testsOf = ({ tests }) => tests.flatMap(testFiles).filter((file) => !APART.test(file));
