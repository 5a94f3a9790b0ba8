/** What a good configuration becomes: defaults, the old daemon's files, every key; frozen. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { ConfigurationError, loadConfig, loadToldBy, type ToldBy } from '../../src/config/index.ts';
import { selfSigned } from '../shop/certificate.ts';
import { abacosOf, createFolder, faultsOf, GUID, LEAST, load } from './folder.ts';

test('three files with what is required are enough, and the rest has its default', (t) => {
  const directory = createFolder(t);
  const { config, warnings } = loadConfig({ directory, home: '/home/monitor' });

  assert.deepEqual(warnings, []);
  assert.deepEqual(config.service, {
    runningCycleMs: 120_000,
    maxAttempts: 4,
    maxOrdersPerRequest: 5,
    rewindRate: 5,
    downtimeWaitMs: 30_000,
    settleTimeMs: 1_800_000,
    lateWindowMs: 172_800_000,
    recheckGivenUpMs: 3_600_000,
    paymentLookMs: 600_000,
    paymentWindowMs: 15 * 86_400_000,
    repairWaitMs: 120_000,
    maxNumbersPerCall: 50,
    maxParallelCalls: 2,
    maxParallelRepairs: 2,
    stopTimeoutMs: 60_000,
    keepSettledMs: 90 * 86_400_000,
    historyBytes: 64_000_000,
    election: 'lock',
    electionIsDefault: true,
    language: 'en',
    heartbeatUrl: undefined,
    heartbeatCa: undefined,
    page: undefined,
    pageUrl: undefined,
    advice: [],
  });
  assert.deepEqual(config.process, { backtrace: false });
  const { permanentErrors, ...integrationServer } = config.integrationServer;
  const names = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
  assert.deepEqual(integrationServer, {
    host: 'shop.example.com',
    port: 22,
    username: 'deploy',
    railsRoot: '/srv/olook/current',
    privateKeys: [directory, '/home/monitor/.ssh'].flatMap((folder) => names.map((name) => join(folder, name))),
    keyCredential: undefined,
    passphrase: undefined,
    agentSocket: undefined,
    knownHosts: [join(directory, 'known_hosts'), '/home/monitor/.ssh/known_hosts'],
    allowsSha1: false,
    runAs: undefined,
    rake: ['bundle', 'exec', 'rake'],
    ownCommands: undefined,
    environment: { RAILS_ENV: 'production' },
    connectTimeoutMs: 20_000,
    commandTimeoutMs: 600_000,
    lockDir: '.order-monit/locks',
  });
  for (const line of [
    "rake aborted!\nOrder number 72025 doesn't have an associated payment",
    'tdreErroDataBase (300005) Produto não cadastrado: 1234',
    'PRODUTO NAO CADASTRADO',
  ]) {
    assert.ok(
      permanentErrors.some((pattern) => pattern.test(line)),
      line,
    );
  }
  assert.ok(!permanentErrors.some((pattern) => pattern.test('Order number 72025 already exist on Abacos')));
  assert.deepEqual(config.database, {
    database: 'olook',
    username: 'monitor',
    password: undefined,
    serverPublicKey: undefined,
    allowCleartextPassword: false,
    server: { kind: 'tcp', host: 'localhost', port: 3306 },
    tls: { mode: 'disabled' },
    timeZone: 'UTC',
    orders: {
      table: 'orders',
      id: 'id',
      number: 'number',
      state: 'state',
      createdAt: 'created_at',
      paymentConfirmedAt: 'erp_payment_at',
    },
    paidStates: ['authorized'],
    unpaidStates: ['waiting_payment', 'under_review'],
    cancelledStates: ['canceled', 'cancelled'],
  });
  const { key, kind, ...abacos } = abacosOf(config);
  assert.equal(kind, 'abacos');
  assert.equal(key.reveal(), GUID);
  assert.deepEqual(abacos, {
    wsdlUrl: 'http://erp.example.com:8085/AbacosWebSvc/AbacosWSPedidos.asmx?wsdl',
    endpoint: 'http://erp.example.com:8085/AbacosWebSvc/AbacosWSPedidos.asmx',
    timeoutMs: 60_000,
    userAgent: undefined,
    ca: undefined,
  });
  assert.deepEqual(config.email, {
    subscribers: [],
    ordersTo: [],
    faultsTo: [],
    smtp: {
      host: 'localhost',
      port: 25,
      encryption: 'offered',
      verifyCertificate: false,
      ca: undefined,
      allowCleartextPassword: false,
      login: undefined,
    },
    from: undefined,
    minIntervalMs: 300_000,
    remindAfterMs: 86_400_000,
    escalateTo: [],
    escalateAfterMs: 14_400_000,
    dailyReportAtMinute: undefined,
    webhook: undefined,
    webhookFormat: undefined,
    webhookCa: undefined,
  });
});

test('the files of the old daemon are read as it read them', (t) => {
  const { config, warnings } = load(t, {
    'service.yml':
      'running_cycle: 120 #seconds between the cycles\nmax_attempts: 4\nmax_orders_per_request: 5\ndowntime_wait: 30\n',
    'process.yml': 'app_name: "Order Monit Service"\nontop: true\nlog_output: true\nbacktrace: yes\n',
    'integration_server.yml':
      'host: "shop.example.com"\nport: 13630\nusername: "deploy"\nrails_root: "/srv/olook/current"\n',
    'database.yml':
      'adapter: mysql2\nencoding: utf8\ndatabase: olook\npool: 5\nusername: root\npassword: 0123\nhost: 127.0.0.1\n',
    'abacos.yml': `wsdl_order_api: "http://erp.example.com/AbacosWSPedidos.asmx?WSDL"\nkey: "${GUID}"\n`,
    'email.yml': `smtp:
  address: "smtp.gmail.com"
  port: "587"
  enable_starttls_auto: on
  user_name: monitor@example.com
  password: 'a#b: c'
  authentication: :plain
subscribers:
- one@example.com
- two@example.com
`,
  });

  assert.equal(config.service.runningCycleMs, 120_000);
  assert.deepEqual(config.process, { backtrace: true });
  assert.equal(config.integrationServer.port, 13_630);
  assert.equal(config.database.password?.reveal(), '0123', 'a password of digits stays as it is written');
  assert.equal(abacosOf(config).endpoint, 'http://erp.example.com/AbacosWSPedidos.asmx');
  assert.deepEqual(config.email.subscribers, ['one@example.com', 'two@example.com']);
  const { login, ...smtp } = config.email.smtp;
  assert.deepEqual(smtp, {
    host: 'smtp.gmail.com',
    port: 587,
    encryption: 'offered',
    verifyCertificate: true,
    ca: undefined,
    allowCleartextPassword: false,
  });
  assert.equal(login?.userName, 'monitor@example.com');
  assert.equal(login.password.reveal(), 'a#b: c');
  assert.equal(login.authentication, 'plain');
  assert.deepEqual(
    warnings.map(({ severity, problem }) => ({ severity, problem })),
    [
      {
        severity: 'notice',
        problem:
          'keys without effect: SyslogIdentifier= in the unit names the service in the journal (app_name); ' +
          'systemd keeps it in the foreground (ontop); journalctl -u order-monit shows its output (log_output).',
      },
      { severity: 'warning', problem: 'keys without effect on order-monit: encoding, pool.' },
    ],
  );
});

test('every new key is read', (t) => {
  const directory = createFolder(t, {
    'service.yml': 'running_cycle: 2.5\nrepair_wait: 0\nlanguage: pt-br\nelection: off\nkeep_settled_days: 7\n',
    'integration_server.yml': `host: "::1"
username: deploy
rails_root: /srv/shop
private_key: keys/monitor
agent: true
known_hosts: ~/hosts
run_as: app
rake: /usr/local/bin/bundle  exec rake
environment:
  PATH: /usr/local/bin:/usr/bin
permanent_errors: "never again"
lock_dir: /var/lock/orders
`,
    'database.yml':
      'database: olook\nusername: monitor\nsocket: /run/db.sock\ntime_zone: +03:00\norders: {table: pedidos}\n',
    'email.yml':
      'from: a@b\norders_to: a@example.com, Bia <b@example.com>\nfaults_to: [root@example.com]\nescalate_to: boss@example.com\ndaily_report_at: 8:05\nwebhook: https://x.example.com/t0ken\nwebhook_format: :Google_Chat\n',
  });
  const { config } = loadConfig({ directory, home: '/home/monitor', agentSocket: '/run/agent.sock' });

  const { service, integrationServer, database, email } = config;
  assert.equal(service.runningCycleMs, 2500);
  assert.equal(service.repairWaitMs, 0);
  assert.equal(service.language, 'pt-BR');
  assert.equal(service.election, 'off');
  assert.equal(integrationServer.host, '::1');
  assert.deepEqual(integrationServer.privateKeys, [join(directory, 'keys/monitor')]);
  assert.equal(integrationServer.agentSocket, '/run/agent.sock');
  assert.deepEqual(integrationServer.knownHosts, ['/home/monitor/hosts']);
  assert.equal(integrationServer.runAs, 'app');
  assert.deepEqual(integrationServer.rake, ['/usr/local/bin/bundle', 'exec', 'rake']);
  assert.deepEqual(integrationServer.environment, { RAILS_ENV: 'production', PATH: '/usr/local/bin:/usr/bin' });
  assert.deepEqual(
    integrationServer.permanentErrors.map(({ source }) => source),
    ['never again'],
  );
  assert.deepEqual(database.server, { kind: 'socket', path: '/run/db.sock' });
  assert.equal(database.timeZone, '+03:00');
  assert.equal(database.orders.table, 'pedidos');
  assert.equal(email.from, 'a@b');
  assert.deepEqual(email.escalateTo, ['boss@example.com']);
  assert.deepEqual(email.ordersTo, ['a@example.com', 'b@example.com']);
  assert.deepEqual(email.faultsTo, ['root@example.com']);
  assert.equal(email.dailyReportAtMinute, 485);
  assert.equal(email.webhook?.reveal(), 'https://x.example.com/t0ken');
  assert.equal(email.webhookFormat, 'google_chat');
});

test('the mail server is encrypted, and its certificate checked, as its keys say', (t) => {
  const cases: readonly [smtp: string, encryption: string, verified: boolean][] = [
    ['{port: 465}', 'implicit', true],
    ['{port: 465, tls: off}', 'off', true],
    ['{port: 25}', 'offered', false],
    ['{enable_starttls_auto: false}', 'off', true],
    ['{enable_starttls_auto: false, tls: required}', 'required', true],
    ['{tls: required, verify_certificate: false}', 'required', false],
    ['{user_name: me, password: own}', 'offered', true],
  ];
  for (const [written, encryption, verified] of cases) {
    const { smtp } = load(t, { 'email.yml': `smtp: ${written}\n` }).config.email;
    assert.deepEqual([smtp.encryption, smtp.verifyCertificate], [encryption, verified], written);
  }
  const pem = selfSigned('mail').certificate;
  const { smtp } = load(t, { 'email.yml': 'smtp: {ca: ca.pem}\n', 'ca.pem': pem }).config.email;
  assert.equal(smtp.ca, pem);
});

test('faults in other files leave what alerts are sent with at hand', (t) => {
  const told = (files: Readonly<Record<string, string>>): ToldBy | undefined =>
    loadToldBy({ directory: createFolder(t, files), home: '/home/monitor' });
  const email = 'subscribers: [a@example.com]\n';
  assert.equal(told({ 'abacos.yml': 'key: x\n', 'email.yml': email })?.email.subscribers[0], 'a@example.com');
  assert.equal(told({ 'service.yml': 'language: pt-BR\n', 'email.yml': email })?.language, 'pt-BR');
  const withoutService = told({ 'service.yml': 'language: xx\n', 'email.yml': email });
  assert.deepEqual([withoutService?.language, withoutService?.maxAttempts], ['en', 4]);
  assert.equal(told({ 'email.yml': 'subscribers: [nobody]\n' }), undefined);
});

test('mails lead to the page where service.yml says where people find it, and retry there where it is allowed', (t) => {
  const page = (service: string) =>
    loadToldBy({ directory: createFolder(t, { 'service.yml': service }), home: '/home/monitor' })?.page;
  assert.equal(page('listen: 8080\n'), undefined);
  const url = 'https://orders.example.com';
  assert.deepEqual(page(`page_url: ${url}/\n`), { url, allowsRetry: false });
  assert.deepEqual(page(`page_url: ${url}\nlisten: /run/order-monit/page.sock\n`), { url, allowsRetry: true });
  assert.equal(page(`page_url: ${url}/monit\n`), undefined);
});

test('TLS to the database takes its certificates from files', (t) => {
  const pem = selfSigned('db').certificate;
  const { config } = load(t, {
    'database.yml':
      'database: olook\nusername: monitor\nssl:\n  mode: verify_identity\n  ca: ca.pem\n  cert: client.pem\n  key: key.pem\n',
    'ca.pem': pem,
    'client.pem': 'CLIENT\n',
    'key.pem': 'KEY\n',
  });
  const { tls } = config.database;
  assert.ok(tls.mode !== 'disabled');
  assert.deepEqual(
    [tls.mode, tls.ca, tls.certificate, tls.key?.reveal()],
    ['verify_identity', pem, 'CLIENT\n', 'KEY\n'],
  );
});

test('socket wins over host, with a warning', (t) => {
  const { config, warnings } = load(t, {
    'database.yml': 'database: olook\nusername: monitor\nhost: localhost\nsocket: /run/db.sock\n',
  });
  assert.equal(config.database.server.kind, 'socket');
  assert.deepEqual(
    warnings.map(({ severity, line, key, problem }) => ({ severity, line, key, problem })),
    [{ severity: 'warning', line: 3, key: 'host', problem: 'has no effect, because socket is given too.' }],
  );
});

test('the configuration is frozen through and through, and its patterns still match', (t) => {
  const { config } = load(t, { 'email.yml': 'subscribers: [a@example.com]\n' });
  const assertFrozen = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    assert.ok(Object.isFrozen(value));
    Object.values(value).forEach(assertFrozen);
  };
  assertFrozen(config);
  const [pattern] = config.integrationServer.permanentErrors;
  assert.ok(pattern);
  assert.ok(pattern.test('produto não cadastrado'));
  assert.ok(!pattern.test('produto cadastrado'));
});

test('faults of several files come in one error, in the order of the files and of their lines', (t) => {
  const directory = createFolder(t, {
    'service.yml': 'max_attempts: many\nruning_cycle: 120\n',
    'integration_server.yml': null,
    'abacos.yml': 'wsdl_order_api: erp.example.com\nkey: 123\n',
  });
  assert.throws(
    () => loadConfig({ directory, home: '/home/monitor' }),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.deepEqual(
        error.faults.map(({ severity, file, line, key }) => [severity, file, line, key]),
        [
          ['error', join(directory, 'service.yml'), 1, 'max_attempts'],
          ['error', join(directory, 'service.yml'), 2, 'runing_cycle'],
          ['error', join(directory, 'integration_server.yml'), undefined, undefined],
          ['error', join(directory, 'abacos.yml'), 1, 'wsdl_order_api'],
          ['error', join(directory, 'abacos.yml'), 2, 'key'],
        ],
      );
      assert.equal(error.message.split('\n').length, 5);
      assert.ok(
        error.message.includes(
          `${directory}/service.yml line 2: runing_cycle: unknown key. Did you mean running_cycle?\n`,
        ),
      );
      return true;
    },
  );
});

test('a good configuration has no faults', (t) => {
  assert.deepEqual(faultsOf(t, {}), []);
});

test('rules of advice are a pattern, who acts, and what they do', (t) => {
  const yaml = "advice:\n  - 'frete.*inv[aá]lido => Logística: corrija: o envio'\n  - 'a => b => Bia: olhe'\n";
  const [freight, arrow] = load(t, { 'service.yml': yaml }).config.service.advice;
  assert.ok(freight !== undefined && arrow !== undefined);
  assert.deepEqual([freight.who, freight.todo], ['Logística', 'corrija: o envio']);
  assert.ok(freight.test('FRETE Sedex inválido') && !freight.test('CEP inválido'));
  assert.ok(arrow.test('x a => b'));
});

test('no pattern runs away, whatever it is matched with', (t) => {
  const evil = ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '^(.*a){25}$', '^(([a-z])+.)+[A-Z]([a-z])+$'];
  const yaml = `permanent_errors:\n${evil.map((pattern) => `  - '${pattern}'\n`).join('')}`;
  const { config } = load(t, { 'integration_server.yml': `${LEAST['integration_server.yml'] ?? ''}${yaml}` });
  const { permanentErrors } = config.integrationServer;
  assert.deepEqual(
    permanentErrors.map(({ source }) => source),
    evil,
  );
  // With Node's own engine one of these would not end before the test run does.
  for (const pattern of permanentErrors) assert.ok(!pattern.test(`${'a'.repeat(400)}!`), pattern.source);
  const rules = evil.map((pattern) => `  - '${pattern} => Ana: olhe'\n`).join('');
  const { advice } = load(t, { 'service.yml': `advice:\n${rules}` }).config.service;
  for (const rule of advice) assert.ok(!rule.test(`${'a'.repeat(400)}${'!'.repeat(100_000)}`));
});

test('CA certificates are read for all that is reached over TLS, and a file without one is a fault', (t) => {
  const own = selfSigned('abacos.example.com').certificate;
  const files = (pem: string) => ({
    'abacos.yml': 'wsdl_order_api: https://abacos.example.com/a.asmx?wsdl\nkey_file: key\nca: ca.pem\n',
    key: GUID,
    'email.yml': 'webhook_ca: ca.pem\n',
    'service.yml': 'heartbeat_ca: ca.pem\n',
    'ca.pem': pem,
  });
  const { config } = load(t, files(own));
  const { email, service } = config;
  assert.deepEqual([abacosOf(config).ca, email.webhookCa, service.heartbeatCa], [own, own, own]);
  assert.throws(
    () => load(t, files('-----BEGIN PRIVATE KEY-----\n')),
    /abacos\.yml line 3: ca: \S+ca\.pem holds no certificate in PEM form\. Write it there as text that begins with/,
  );
});
