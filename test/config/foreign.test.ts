/** Files that were written for other programs are read, or what can't be read is named with what takes its place. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { describeForeignKeys, describeKeys, type LoadedConfig } from '../../src/config/index.ts';
import { selfSigned } from '../shop/certificate.ts';
import { abacosOf, faultsOf, LEAST, load, warningsOf } from './folder.ts';

const DATABASE = LEAST['database.yml'] ?? '';

function database(t: TestContext, text: string, others: Readonly<Record<string, string>> = {}): LoadedConfig {
  return load(t, { 'database.yml': text, ...others });
}

test('no key of another program is ever unknown, and of all that has no effect one line tells', (t) => {
  for (const { file, keys } of describeForeignKeys()) {
    const own = new Set(describeKeys().flatMap((known) => (known.file === file ? [known.key] : [])));
    for (const [name, { kind }] of Object.entries(keys)) {
      if (own.has(name)) continue;
      const [first = '', second] = name.split('.');
      const line = second === undefined ? `${first}: some` : `${first}:\n  ${second}: some`;
      const faults = faultsOf(t, { [file]: `${LEAST[file] ?? ''}${line}\n` });
      assert.deepEqual(
        faults.filter((fault) => fault.includes('unknown key')),
        [],
      );
      if (kind === 'ignored') assert.deepEqual(faults, [], `${file} ${name}`);
    }
    const ignored = Object.entries(keys).flatMap(([name, { kind }]) =>
      kind === 'ignored' && !name.includes('.') ? [name] : [],
    );
    if (ignored.length === 0) continue;
    const all = load(t, { [file]: `${LEAST[file] ?? ''}${ignored.map((name) => `${name}: 1\n`).join('')}` });
    assert.deepEqual(
      all.warnings.map(({ problem }) => problem),
      [`keys without effect on order-monit: ${ignored.join(', ')}.`],
    );
  }
});

test('"Remove it" is said of what nobody knows, and the keys that there are once', (t) => {
  const faults = faultsOf(t, { 'abacos.yml': `${LEAST['abacos.yml'] ?? ''}foo: 1\nbar: 1\nread_timeout: 5\n` });
  assert.deepEqual(faults, [
    'abacos.yml line 3: foo: unknown key. Remove it. The keys here are wsdl_order_api, key, key_file, timeout, ca, user_agent.',
    'abacos.yml line 4: bar: unknown key. Remove it.',
  ]);
});

describe('database.yml of Rails', () => {
  test('a socket is for this host: any other host is reached over TCP, as by libmysqlclient', (t) => {
    const socket = 'socket: /var/run/mysqld/mysqld.sock\n';
    const cases: readonly (readonly [host: string, kind: string, warning: readonly string[]])[] = [
      ['', 'socket', []],
      ['host: localhost\n', 'socket', ['line 4: host: has no effect, because socket is given too.']],
      ...['10.0.0.5', '127.0.0.1', '"::1"', 'db.example.com'].map(
        (host) =>
          [
            `host: ${host}\n`,
            'tcp',
            ['line 3: socket: has no effect, because host names a server that is reached over TCP.'],
          ] as const,
      ),
    ];
    for (const [host, kind, warnings] of cases) {
      const loaded = database(t, `${DATABASE}${socket}${host}`);
      assert.deepEqual([loaded.config.database.server.kind, warningsOf(loaded)], [kind, warnings], host);
    }
  });

  test('a URL is read in place of its parts, and wins over them as in Rails', (t) => {
    const loaded = database(
      t,
      `production:
  adapter: mysql2
  encoding: utf8mb4
  pool: 10
  host: elsewhere
  url: mysql2://shop:s%40p%2Fx@127.0.0.1:3307/shop_1?reconnect=true
`,
    );
    const { server, username, password, database: name } = loaded.config.database;
    assert.deepEqual(server, { kind: 'tcp', host: '127.0.0.1', port: 3307 });
    assert.deepEqual([username, password?.reveal(), name], ['shop', 's@p/x', 'shop_1']);
    assert.deepEqual(warningsOf(loaded), ['line 3: keys without effect on order-monit: encoding, pool, reconnect.']);
  });

  test('a URL may have the forms of other drivers, and keys behind it', (t) => {
    const cases: readonly (readonly [url: string, server: unknown, tls: string])[] = [
      ['jdbc:mysql://db:3307/shop?user=u&password=p', { kind: 'tcp', host: 'db', port: 3307 }, 'disabled'],
      ['mysql://u:p@[::1]/shop', { kind: 'tcp', host: '::1', port: 3306 }, 'disabled'],
      ['trilogy://u@db/shop?ssl_mode=verify_identity', { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      ['jdbc:mariadb://db/shop?user=u&sslMode=verify-full', { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      ['jdbc:mysql://db/shop?user=u&useSSL=true', { kind: 'tcp', host: 'db', port: 3306 }, 'required'],
      ['mysql://u:p@db:25060/shop?ssl-mode=REQUIRED', { kind: 'tcp', host: 'db', port: 25060 }, 'required'],
      ['mysql://u:p@db/shop?sslaccept=strict', { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      ['mysql2://u:p@localhost/shop?socket=/run/db.sock', { kind: 'socket', path: '/run/db.sock' }, 'disabled'],
      ['mysql2://u:p@db/shop?ssl_mode=5', { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      ['trilogy://u:p@db/shop?ssl_mode=1', { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      [
        `'mysql://u:p@db/shop?ssl={"rejectUnauthorized":true}'`,
        { kind: 'tcp', host: 'db', port: 3306 },
        'verify_identity',
      ],
      ["'mysql://u:p@db/shop?ssl={}'", { kind: 'tcp', host: 'db', port: 3306 }, 'verify_identity'],
      [
        "'mysql://u:p@db/shop?ssl=%7B%22minVersion%22%3A%22TLSv1.2%22%7D'",
        { kind: 'tcp', host: 'db', port: 3306 },
        'verify_identity',
      ],
      [`'mysql://u:p@db/shop?ssl={"rejectUnauthorized":false}'`, { kind: 'tcp', host: 'db', port: 3306 }, 'required'],
    ];
    for (const [url, server, tls] of cases) {
      const { config } = database(t, `url: ${url}\n`);
      assert.deepEqual([config.database.server, config.database.tls.mode], [server, tls], url);
    }
    assert.equal(database(t, 'production: mysql2://u:p@db/shop\n').config.database.database, 'shop');
  });

  test('a URL that can not be read is the one fault, and is not shown', (t) => {
    const unreadable = [
      'mysql2://shop:hun@ter@db/shop',
      'mysql2://shop:hunt%E3er@db/shop',
      'mysql2://shop:2020?hunter@db/shop',
      'mysql2://shop:2020/hunter@db',
      'hunter',
      '[hunter]',
    ];
    for (const url of unreadable) {
      const faults = faultsOf(t, { 'database.yml': `url: ${url}\n` });
      assert.equal(faults.length, 1, url);
      assert.match(faults[0] ?? '', /^database\.yml line 1: url: is not a URL of the form mysql2:.*@ as %40/);
      assert.ok(faults[0]?.includes('hun') === false);
    }
    assert.deepEqual(faultsOf(t, { 'database.yml': 'url: postgres://u:p@db/shop\n' }), [
      'database.yml line 1: adapter: "postgres" is not known. Write one of mysql2, mysql, trilogy; the default is mysql2.',
    ]);
  });

  test('no word on TLS behind a URL weakens what the section ssl says', (t) => {
    for (const query of ['ssl=true', 'ssl=false', 'ssl=']) {
      const { config } = database(t, `ssl: {mode: verify_identity}\nurl: mysql2://u:p@db/shop?${query}\n`);
      assert.equal(config.database.tls.mode, 'verify_identity', query);
    }
  });

  test('a section beside a URL stands, with what it leaves open as the URL has it', (t) => {
    const url = `url: 'mysql2://u:p@db/shop?ssl={"rejectUnauthorized":true}'`;
    const files = { 'ca.pem': selfSigned('db').certificate };
    assert.equal(database(t, `ssl: {ca: ca.pem}\n${url}\n`, files).config.database.tls.mode, 'verify_identity');
    assert.equal(database(t, `ssl: {mode: verify_ca}\n${url}\n`).config.database.tls.mode, 'verify_ca');
  });

  test('numbers and JSON of TLS that mean nothing are named, and not shown where they hold a key', (t) => {
    const REMEDY = 'Take ssl out of the URL, and write ssl: {mode: verify_identity, ca: FILE} beside it.';
    for (const [written, fault] of [
      ["url: 'mysql2://u:p@db/shop?ssl={x'", `line 1: url: has an ssl that is neither a word nor JSON. ${REMEDY}`],
      [
        `url: 'mysql2://u:p@db/shop?ssl={"key":"-----BEGIN PRIVATE KEY-----"}'`,
        `line 1: url: holds a certificate or its key itself, in ssl. Write it into a file of its own. ${REMEDY}`,
      ],
    ] as const) {
      assert.deepEqual(faultsOf(t, { 'database.yml': `${written}\n` }), [`database.yml ${fault}`]);
    }
    for (const number of ['0', '6', '5\nadapter: trilogy']) {
      const [fault = ''] = faultsOf(t, { 'database.yml': `${DATABASE}ssl_mode: ${number}\n` });
      assert.match(fault, /^database\.yml line 3: ssl\.mode: "\d" is not known\. Write one of disabled, required/);
    }
  });

  test('keys of TLS are known in the spelling of my.cnf, and in a section', (t) => {
    const own = selfSigned('db.example.com');
    const files = { 'ca.pem': own.certificate };
    const cases: readonly (readonly [written: string, mode: string])[] = [
      ['ssl-ca: ca.pem\nssl-verify-server-cert: true', 'verify_identity'],
      ['ssl-mode: VERIFY_CA\nssl-ca: ca.pem', 'verify_ca'],
      ['ssl_mode: !ruby/const Trilogy::SSL_VERIFY_IDENTITY', 'verify_identity'],
      ['ssl: {sslca: ca.pem, verify: true}', 'verify_identity'],
    ];
    for (const [written, mode] of cases) {
      assert.equal(database(t, `${DATABASE}${written}\n`, files).config.database.tls.mode, mode, written);
    }
  });

  test('an ERB template is named by the variable that it asks for', (t) => {
    for (const template of ["<%= ENV['DATABASE_URL'] %>", '<%= ENV.fetch("DATABASE_URL") { "x" } %>']) {
      assert.deepEqual(faultsOf(t, { 'database.yml': `production:\n  url: ${template}\n` }), [
        'database.yml line 2: url: takes the environment variable DATABASE_URL by an ERB template (<% … %>), which is not run. ' +
          'Write the value itself; a secret can come from a file instead (password_file, key_file).',
      ]);
    }
    assert.deepEqual(faultsOf(t, { 'database.yml': `${DATABASE}pass: <%= ENV['DB_PASS'] %>\n` }), [
      'database.yml line 3: password: takes the environment variable DB_PASS by an ERB template (<% … %>), which is not run. ' +
        'Write the value itself; a secret can come from a file instead (password_file, key_file).',
    ]);
  });

  const SEVERAL = `default: &default
  adapter: mysql2
  username: shop
  host: 127.0.0.1
production:
  primary:
    <<: *default
    database: shop
  primary_replica:
    <<: *default
    database: shop
    replica: true
  cache:
    <<: *default
    database: shop_cache
    migrations_paths: db/cache_migrate
`;

  test('of several databases the primary one is taken, or the only one that is no replica', (t) => {
    const loaded = database(t, SEVERAL);
    assert.equal(loaded.config.database.database, 'shop');
    assert.deepEqual(warningsOf(loaded), [
      'line 6: primary: of the sections primary, primary_replica, cache this one is used.',
    ]);
    const pair = database(t, SEVERAL.replaceAll('primary', 'orders').replace(/ {2}cache:[^]*/, ''));
    assert.equal(pair.config.database.database, 'shop');
    assert.deepEqual(faultsOf(t, { 'database.yml': SEVERAL.replaceAll('primary', 'orders') }), [
      'database.yml line 6: there are several sections here (orders, orders_replica, cache), and none is named primary. ' +
        'Name the one that is meant primary, or keep it alone.',
    ]);
  });

  test('of several servers the one that is written to is taken', (t) => {
    const cases = [
      'adapter: mysql2_makara\nmakara:\n  sticky: true\n  connections:\n  - role: slave\n    host: b\n  - role: master\n    host: a\n',
      'adapter: makara_mysql2\nmakara:\n  connections:\n  - name: primary\n    url: mysql2://a/olook\n',
      'adapter: janus_trilogy\njanus:\n  primary:\n    host: a\n  replica:\n    host: b\n',
      'adapter: seamless_database_pool\npool_adapter: mysql2\nmaster:\n  host: a\n  pool_weight: 0\nread_pool:\n- host: b\n',
    ];
    for (const text of cases) {
      const { config } = database(t, `${DATABASE}${text}`);
      assert.deepEqual(config.database.server, { kind: 'tcp', host: 'a', port: 3306 }, text);
    }
    assert.deepEqual(
      faultsOf(t, { 'database.yml': `${DATABASE}makara:\n  connections:\n  - role: slave\n    host: b\n` }),
      [
        'database.yml line 3: makara: names no server that is written to. Write host, username and the like of that one in place of it.',
      ],
    );
  });

  test('keys of Rails and its drivers give one warning, and one of TLS that is not followed another', (t) => {
    const loaded = database(
      t,
      `production:
  adapter: mysql2
  database: shop
  username: shop
  password: shop
  host: 127.0.0.1
  charset: utf8mb4
  init_command: "SET time_zone='+00:00'"
  database_tasks: false
  advisory_locks: false
  max_connections: 5
  keepalive: 30
  local_infile: true
  secure_auth: false
  schema_dump: false
  connection_retries: 2
  sslverify: true
`,
    );
    assert.deepEqual(warningsOf(loaded), [
      'line 7: keys without effect on order-monit: charset, init_command, database_tasks, advisory_locks, max_connections, keepalive, local_infile, secure_auth, schema_dump, connection_retries.',
      'line 17: sslverify: is not followed; ssl.mode takes its place.',
    ]);
  });

  test('adapters that mean MySQL are taken for it', (t) => {
    for (const adapter of ['mysql', 'trilogy', ':mysql2', 'jdbcmysql', 'mysql2_makara', 'mariadb', 'mysql2rgeo']) {
      assert.deepEqual(database(t, `${DATABASE}adapter: ${adapter}\n`).warnings, [], adapter);
    }
  });

  test('names of older drivers are read; the same thing said twice is a fault unless it is the same', (t) => {
    const { config } = database(t, 'user: shop\npass: s3\nhostname: db\ndb: olook\nusername: shop\n');
    const { username, password, database: name } = config.database;
    assert.deepEqual([username, password?.reveal(), name], ['shop', 's3', 'olook']);
    assert.deepEqual(faultsOf(t, { 'database.yml': `${DATABASE}user: other\n` }), [
      'database.yml line 3: user: means the same as username on line 2. Remove one of the two.',
    ]);
  });
});

test('integration_server.yml as Net::SSH has it', (t) => {
  const loaded = load(t, {
    'integration_server.yml':
      'hostname: shop.example.com\nuser: deploy\nrails_root: /srv/shop\nkeys: [~/.ssh/deploy]\nrails_env: staging\npassword: hunter2\nparanoid: false\nforward_agent: true\n',
  });
  const { host, username, privateKeys, environment } = loaded.config.integrationServer;
  assert.deepEqual(
    [host, username, privateKeys, environment['RAILS_ENV']],
    ['shop.example.com', 'deploy', ['/home/monitor/.ssh/deploy'], 'staging'],
  );
  assert.deepEqual(warningsOf(loaded), [
    'line 6: password: is not followed; private_key takes its place.',
    'line 7: paranoid: is not followed; known_hosts takes its place.',
    'line 8: keys without effect on order-monit: forward_agent.',
  ]);
});

test('several keys are tried in their order, as Net::SSH does', (t) => {
  const server = 'host: shop.example.com\nusername: deploy\nrails_root: /srv/shop\n';
  for (const key of ['keys', 'private_key']) {
    const { config } = load(t, { 'integration_server.yml': `${server}${key}: [~/.ssh/deploy, /srv/id_rsa]\n` });
    assert.deepEqual(config.integrationServer.privateKeys, ['/home/monitor/.ssh/deploy', '/srv/id_rsa']);
  }
  assert.deepEqual(faultsOf(t, { 'integration_server.yml': `${server}keys: [a, {b: c}]\n` }).length, 1);
});

test('abacos.yml has certificates by the name that Savon has for them too', (t) => {
  const ca = selfSigned('abacos.example.com').certificate;
  for (const key of ['ca', 'ssl_ca_cert_file']) {
    const { config } = load(t, { 'abacos.yml': `${LEAST['abacos.yml'] ?? ''}${key}: ca.pem\n`, 'ca.pem': ca });
    assert.equal(abacosOf(config).ca, ca);
  }
});

test('the section of an environment is found in any file', (t) => {
  const indented = (text = ''): string => text.replaceAll(/^/gm, '  ').trimEnd();
  const loaded = load(t, {
    'service.yml': 'development:\n  max_attempts: 1\nproduction:\n  max_attempts: 7\n',
    'abacos.yml': `production:\n${indented(LEAST['abacos.yml'])}\n`,
    'integration_server.yml': `production:\n${indented(LEAST['integration_server.yml'])}\n`,
  });
  assert.equal(loaded.config.service.maxAttempts, 7);
  assert.equal(loaded.config.integrationServer.username, 'deploy');
  assert.deepEqual(loaded.warnings, []);
});
