/** Rails' own `database.yml`: which section is taken, and that none is guessed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { faultsOf, load } from './folder.ts';

const SECTIONS = `default: &default
  adapter: mysql2
  encoding: utf8mb4
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
  username: shop
  variables:
    sql_mode: TRADITIONAL
  password:

development:
  <<: *default
  database: olook_development

production:
  <<: *default
  database: olook_production
  host: db.example.com
  username: olook
  password: :secret
`;

test('of the sections of a database.yml of Rails production is taken, with what it merges', (t) => {
  const { config, warnings } = load(t, { 'database.yml': SECTIONS });
  const { database, username, password, server } = config.database;
  assert.deepEqual([database, username, password?.reveal()], ['olook_production', 'olook', ':secret']);
  assert.deepEqual(server, { kind: 'tcp', host: 'db.example.com', port: 3306 });
  assert.deepEqual(
    warnings.map(({ line, problem }) => ({ line, problem })),
    [{ line: 3, problem: 'keys without effect on order-monit: encoding, pool, variables.' }],
  );
});

test('the only section is taken, with a warning', (t) => {
  const { config, warnings } = load(t, {
    'database.yml': 'default: &default\n  username: shop\nstaging:\n  <<: *default\n  database: olook_staging\n',
  });
  assert.equal(config.database.database, 'olook_staging');
  assert.equal(config.database.username, 'shop');
  assert.deepEqual(
    warnings.map(({ severity, line, key, problem }) => ({ severity, line, key, problem })),
    [
      {
        severity: 'warning',
        line: 3,
        key: 'staging',
        problem: 'this section is used, because there is no section production.',
      },
    ],
  );
});

test('among several sections without production none is guessed', (t) => {
  assert.deepEqual(faultsOf(t, { 'database.yml': SECTIONS.replace('production:', 'staging:') }), [
    'database.yml line 10: there is no section production, but 2 others. Name the one that is meant production, or keep it alone.',
  ]);
});

test('keys beside the sections are faults, because they would have no effect', (t) => {
  assert.deepEqual(faultsOf(t, { 'database.yml': `${SECTIONS}time_zone: UTC\n` }), [
    'database.yml line 20: time_zone: stands beside the sections. Move it into the section that it is meant for.',
  ]);
});

test('faults in a section have the line of the key, merged ones that of their origin', (t) => {
  assert.deepEqual(
    faultsOf(t, {
      'database.yml': SECTIONS.replace('adapter: mysql2', 'adapter: sqlite3').replace('host: db', 'port: db'),
    }),
    [
      'database.yml line 2: adapter: "sqlite3" is not known. Write one of mysql2, mysql, trilogy; the default is mysql2.',
      'database.yml line 17: port: "db.example.com" is not a number. Write a whole number from 1 to 65535; the default is 3306.',
    ],
  );
});
