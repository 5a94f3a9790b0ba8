/** database.yml in the forms of frameworks and drivers other than Rails'. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import type { LoadedConfig } from '../../src/config/index.ts';
import { selfSigned } from '../shop/certificate.ts';
import { faultsOf, LEAST, load, warningsOf } from './folder.ts';

const DATABASE = LEAST['database.yml'] ?? '';

function database(t: TestContext, text: string, others: Readonly<Record<string, string>> = {}): LoadedConfig {
  return load(t, { 'database.yml': text, ...others });
}

describe('database.yml of others', () => {
  const others: readonly (readonly [who: string, text: string, warnings: readonly RegExp[]])[] = [
    [
      'a docker-compose file or .env has it',
      'DB_CONNECTION: mysql\nDB_HOST: db\nDB_PORT: 3307\nDB_DATABASE: shop\nDB_USERNAME: shop\nDB_PASSWORD: p\n',
      [],
    ],
    [
      'an image of MySQL has it',
      'MYSQL_HOST: db\nMYSQL_PORT: 3307\nMYSQL_DATABASE: shop\nMYSQL_USER: shop\nMYSQL_PASSWORD: p\n',
      [],
    ],
    ['a platform has it', 'DATABASE_URL: mysql2://shop:p@db:3307/shop\n', []],
    [
      'SQLAlchemy has it',
      'url: mysql+pymysql://shop:p@db:3307/shop?charset=utf8mb4\n',
      [/without effect on order-monit: charset\./],
    ],
    [
      'Laravel has it',
      "mysql:\n  driver: mysql\n  host: db\n  port: 3307\n  database: shop\n  username: shop\n  password: p\n  unix_socket: ''\n" +
        "  prefix: ''\n  prefix_indexes: true\n  engine: null\n",
      [/this section is used/, /without effect on order-monit: driver, prefix_indexes\./],
    ],
    [
      'Prisma has it',
      'url: mysql://shop:p@db:3307/shop?connection_limit=5&pool_timeout=3\n',
      [/without effect on order-monit: connection_limit, pool_timeout\./],
    ],
    [
      'Spring has it',
      'spring:\n  datasource:\n    url: jdbc:mysql://db:3307/shop\n    username: shop\n    password: p\n' +
        '    driver-class-name: com.mysql.cj.jdbc.Driver\n    hikari:\n      maximum-pool-size: 5\n',
      [/this section is used/, /without effect on order-monit: driver-class-name, hikari\./],
    ],
  ];
  for (const [who, text, warnings] of others) {
    test(`is read as ${who}`, (t) => {
      const loaded = database(t, text);
      const { server, database: name, username } = loaded.config.database;
      assert.deepEqual([server, name, username], [{ kind: 'tcp', host: 'db', port: 3307 }, 'shop', 'shop']);
      const said = warningsOf(loaded);
      assert.equal(said.length, warnings.length, said.join('\n'));
      for (const [index, warning] of warnings.entries()) assert.match(said[index] ?? '', warning);
    });
  }

  test('as Django has it says how the keys are written here', (t) => {
    const text = 'default:\n  ENGINE: django.db.backends.mysql\n  NAME: shop\n  USER: shop\n  HOST: db\n';
    const faults = faultsOf(t, { 'database.yml': text });
    assert.deepEqual(
      faults.filter((fault) => fault.includes('Remove it') || fault.includes('is missing')),
      [],
    );
    assert.ok(
      faults.some((fault) => fault.includes('HOST: unknown key. Did you mean host?')),
      faults.join('\n'),
    );
  });

  test('no key of TLS of Connector/J or MariaDB is to be removed, nor makes the connection weaker', (t) => {
    const certificate = selfSigned('db').certificate;
    const text = `${DATABASE}sslMode: verify-full\nserverSslCert: ca.pem\ntrustServerCertificate: true\n`;
    const pinned = database(t, text, { 'ca.pem': certificate });
    assert.deepEqual(pinned.config.database.tls, {
      mode: 'verify_identity',
      ca: certificate,
      certificate: undefined,
      key: undefined,
    });
    for (const key of [
      'trustCertificateKeyStoreUrl',
      'trustStore',
      'keyStore',
      'clientCertificateKeyStoreUrl',
      'enabledTLSProtocols',
    ]) {
      const loaded = database(t, `${DATABASE}${key}: some\n`);
      assert.notEqual(loaded.config.database.tls.mode, 'disabled', key);
      assert.match(warningsOf(loaded).join('\n'), new RegExp(`${key}: is not followed`));
    }
  });

  test('a data source that only a driver of this host knows is told of without what it holds', (t) => {
    const faults = warningsOf(database(t, `${DATABASE}dsn: "Driver={MySQL};Server=db;Pwd=geheim;"\nprefix: shop_\n`));
    assert.equal(faults.length, 2);
    assert.match(faults.join('\n'), /dsn: is not followed; username takes its place/);
    assert.match(faults.join('\n'), /prefix: is not followed; orders\.table takes its place/);
    assert.doesNotMatch(faults.join(), /geheim/);
  });
});
