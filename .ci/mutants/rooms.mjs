/** What is mutated, room by room, and which tests are to notice. */
import { testFiles } from '../test-files.mjs';

/** These start processes of their own, which load the sources and not the mutants. */
const APART = /\/(?:kill|lock|own-file)\.test\.ts$/;
/** Whole days and weeks of virtual time: three quarters of what the tests of the monitor take. */
const LONG = /\/monitor\/(?:asking|late-effects|late-payment|mass-repair|undated)\.test\.ts$/;

export const ROOMS = {
  core: { mutate: ['src/core/**/*.ts'], tests: ['test/core'] },
  monitor: { mutate: ['src/monitor/**/*.ts'], tests: ['test/monitor'] },
  checkpoint: { mutate: ['src/checkpoint/**/*.ts'], tests: ['test/checkpoint'] },
  abacos: { mutate: ['src/abacos/{classify,plain-xml,reply,result,unpack,xml}.ts'], tests: ['test/abacos'] },
};

/** The tests of a room, in the order in which they are tried: the long ones last, so that few mutants get as far. */
export function testsOf({ tests }) {
  const files = tests.flatMap(testFiles).filter((file) => !APART.test(file));
  return [...files.filter((file) => !LONG.test(file)), ...files.filter((file) => LONG.test(file))];
}
