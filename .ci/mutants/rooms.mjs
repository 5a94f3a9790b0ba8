/** What is mutated, room by room, and which tests are to notice. */
export const ROOMS = {
  core: { mutate: ['src/core/**/*.ts'], tests: ['test/core', 'test/monitor', 'test/checkpoint'] },
  monitor: { mutate: ['src/monitor/**/*.ts'], tests: ['test/monitor'] },
  checkpoint: { mutate: ['src/checkpoint/**/*.ts'], tests: ['test/checkpoint'] },
  abacos: { mutate: ['src/abacos/{classify,plain-xml,reply,result,unpack,xml}.ts'], tests: ['test/abacos'] },
};
