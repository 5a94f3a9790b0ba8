/** Every fault of the configuration is named with its line, what is wrong and what to write. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readFromDisk } from '../../src/config/files.ts';
import { faultsOf, LEAST, type Files } from './folder.ts';

/** A file's text, added to what the file needs anyway, and the only fault that follows. */
type Case = readonly [file: string, text: string, fault: string];

const SERVICE_KEYS =
  'running_cycle, max_attempts, max_orders_per_request, rewind_rate, downtime_wait, settle_time, late_window, ' +
  'recheck_given_up, payment_look, payment_window, repair_wait, max_numbers_per_call, max_parallel_calls, max_parallel_repairs, stop_timeout, keep_settled_days, history_size, ' +
  'election, language, heartbeat_url, heartbeat_ca, listen, page_password_file, page_allow_retry, page_url, advice';

const CASES: readonly Case[] = [
  // Unknown keys
  ['service.yml', 'runing_cycle: 1', 'line 1: runing_cycle: unknown key. Did you mean running_cycle?'],
  ['service.yml', 'Max-Attempts: 1', 'line 1: Max-Attempts: unknown key. Did you mean max_attempts?'],
  ['service.yml', 'constructor: 1', `line 1: constructor: unknown key. Remove it. The keys here are ${SERVICE_KEYS}.`],
  ['service.yml', '__proto__: 1', `line 1: __proto__: unknown key. Remove it. The keys here are ${SERVICE_KEYS}.`],
  ['service.yml', 'rails_root: /srv', 'line 1: rails_root: unknown key. It belongs in integration_server.yml.'],
  ['service.yml', 'sslca: ca.pem', 'line 1: sslca: unknown key. It belongs in database.yml.'],
  ['abacos.yml', 'mode: required', 'line 3: mode: unknown key. It belongs in database.yml, in the section ssl.'],
  ['email.yml', 'smtp:\n  adress: localhost', 'line 2: smtp.adress: unknown key. Did you mean smtp.address?'],
  ['database.yml', 'ssl_moed: required', 'line 3: ssl_moed: unknown key. Did you mean ssl.mode?'],
  [
    'service.yml',
    'paid_states: [2]',
    'line 1: paid_states: unknown key. It belongs in database.yml, in the section orders.',
  ],
  ['database.yml', 'paid_states: [2]', 'line 3: paid_states: unknown key. It belongs in the section orders.'],
  ['database.yml', 'payment_look: 60', 'line 3: payment_look: unknown key. It belongs in service.yml.'],
  // States
  [
    'database.yml',
    'orders:\n  paid_states: []',
    'line 4: orders.paid_states: is empty, so that no payment would ever be looked after. Write the state, or the states, ' +
      'of an order whose payment the shop has; or remove the key: the default is authorized.',
  ],
  [
    'database.yml',
    'orders:\n  paid_states: [paid, Under_Review]',
    'line 4: orders.paid_states: has "under_review" in common with orders.unpaid_states; blanks and case make no ' +
      'difference. Name each state in one of the two lists; the defaults are authorized, and waiting_payment and under_review.',
  ],
  // Kinds of values
  [
    'service.yml',
    'max_attempts: many',
    'line 1: max_attempts: "many" is not a number. Write a whole number from 0 to 1000; the default is 4.',
  ],
  [
    'service.yml',
    'max_attempts: 1.5',
    'line 1: max_attempts: 1.5 is not a whole number. Write a whole number from 0 to 1000; the default is 4.',
  ],
  [
    'service.yml',
    'max_attempts: -1',
    'line 1: max_attempts: "-1" is not a number. Write a whole number from 0 to 1000; the default is 4.',
  ],
  [
    'service.yml',
    'running_cycle: 120s',
    'line 1: running_cycle: "120s" is not a number. Write a number of seconds from 1 to 86400; the default is 120.',
  ],
  [
    'service.yml',
    'running_cycle: 0',
    'line 1: running_cycle: 0 is less than 1. Write a number of seconds from 1 to 86400; the default is 120.',
  ],
  [
    'service.yml',
    'running_cycle: 90_000',
    'line 1: running_cycle: 90_000 is more than 86400. Write a number of seconds from 1 to 86400; the default is 120.',
  ],
  [
    'service.yml',
    'running_cycle: 0120',
    'line 1: running_cycle: 0120 begins with a 0. Write a number of seconds from 1 to 86400; the default is 120.',
  ],
  [
    'service.yml',
    'running_cycle: [120]',
    'line 1: running_cycle: holds several values where one is expected. Write a number of seconds from 1 to 86400; the default is 120.',
  ],
  [
    'service.yml',
    'repair_wait: soon',
    'line 1: repair_wait: "soon" is not a number. Write a number of seconds from 0 to 86400.',
  ],
  [
    'service.yml',
    'election: raft',
    'line 1: election: "raft" is not known. Write one of lock, lease, external, off; the default is lock.',
  ],
  [
    'process.yml',
    'backtrace: maybe',
    'line 1: backtrace: "maybe" is neither true nor false. Write true or false; the default is false.',
  ],
  [
    'process.yml',
    'backtrace: constructor',
    'line 1: backtrace: "constructor" is neither true nor false. Write true or false; the default is false.',
  ],
  ['email.yml', 'smtp: localhost', 'line 1: smtp: is not a section. Write keys and values, indented.'],
  ['email.yml', 'smtp: [localhost]', 'line 1: smtp: is not a section. Write keys and values, indented.'],
  [
    'email.yml',
    'subscribers: {a: b}',
    'line 1: subscribers: is not a list. Write a mail address, such as ops@example.com.',
  ],
  [
    'email.yml',
    'subscribers:\n- a@example.com\n- nobody',
    'line 3: subscribers: "nobody" does not fit. Write a mail address, such as ops@example.com.',
  ],
  [
    'email.yml',
    'subscribers:\n- a@example.com\n-',
    'line 2: subscribers: is empty. Write a mail address, such as ops@example.com.',
  ],
  [
    'email.yml',
    'smtp: {authentication: :ntlm}',
    'line 1: smtp.authentication: ":ntlm" is not known. Write one of plain, login, cram_md5; the default is plain.',
  ],
  [
    'email.yml',
    'daily_report_at: 24:00',
    'line 1: daily_report_at: "24:00" is not a time of day. Write a time of day such as 08:00.',
  ],
  [
    'email.yml',
    'webhook: ftp://x.example.com/t0ken',
    'line 1: webhook: does not begin with http:// or https://. Write the URL that alerts are posted to.',
  ],
  [
    'email.yml',
    'from: "a@b\\nBcc: c@d"',
    'line 1: from: holds a line break (U+000A). Write a mail address, such as ops@example.com.',
  ],
  [
    'database.yml',
    'adapter: postgresql',
    'line 3: adapter: "postgresql" is not known. Write one of mysql2, mysql, trilogy; the default is mysql2.',
  ],
  [
    'database.yml',
    'host: db.example.com:3306',
    'line 3: host: "db.example.com:3306" holds a port, which is a key of its own. Write a host name or an IP address; the default is localhost.',
  ],
  [
    'database.yml',
    'host: "two words"',
    'line 3: host: "two words" is not a host name. Write a host name or an IP address; the default is localhost.',
  ],
  [
    'database.yml',
    'port: 70000',
    'line 3: port: 70000 is more than 65535. Write a whole number from 1 to 65535; the default is 3306.',
  ],
  [
    'database.yml',
    'time_zone: Brasilia',
    'line 3: time_zone: "Brasilia" is not a known time zone. Write UTC, an offset such as -03:00, or a name such as America/Sao_Paulo; the default is UTC.',
  ],
  [
    'database.yml',
    'time_zone: +25:00',
    'line 3: time_zone: "+25:00" is not a known time zone. Write UTC, an offset such as -03:00, or a name such as America/Sao_Paulo; the default is UTC.',
  ],
  [
    'database.yml',
    'orders: {table: "orders`; --"}',
    'line 3: orders.table: "orders`; --" does not fit. Write a name of letters, digits and underscores; the default is orders.',
  ],
  [
    'integration_server.yml',
    'rake: "bundle exec rake; true"',
    'line 4: rake: "bundle exec rake; true" does not fit. Write a command in plain words, without quotes or shell characters; the default is bundle exec rake.',
  ],
  [
    'integration_server.yml',
    'environment: {"A B": 1}',
    'line 4: environment: holds a key that can not be the name of an environment variable. Use letters, digits and underscores, and no digit at the beginning.',
  ],
  [
    'service.yml',
    "advice: ['CPF -> Ana: olhe']",
    `line 1: advice: "CPF -> Ana: olhe" is not a rule. Write a list of rules such as 'CPF|CNPJ => Customer service: correct it in the shop'.`,
  ],
  [
    'service.yml',
    "advice: ['( => Ana: olhe']",
    `line 1: advice: "(" is not a regular expression. Write a list of rules such as 'CPF|CNPJ => Customer service: correct it in the shop'.`,
  ],
  [
    'integration_server.yml',
    "permanent_errors: ['(?=x)y']",
    'line 4: permanent_errors: "(?=x)y" holds what order-monit does not take in a regular expression (a look-ahead, say, or \\1). Write a list of regular expressions.',
  ],
  [
    'integration_server.yml',
    'permanent_errors: ["(", "x"]',
    'line 4: permanent_errors: "(" is not a regular expression. Write a list of regular expressions.',
  ],
  [
    'integration_server.yml',
    'agent: true',
    'line 4: agent: the environment does not say where an SSH agent listens (SSH_AUTH_SOCK is not set). Write the path of its socket instead of true, or remove the key.',
  ],
  // ERB
  [
    'database.yml',
    'host: <%= ENV["HOST"] %>',
    'line 3: host: takes the environment variable HOST by an ERB template (<% … %>), which is not run. Write the value itself; a secret can come from a file instead (password_file, key_file).',
  ],
  [
    'service.yml',
    '<% if true %>\nmax_attempts: 3\n<% end %>',
    'line 1: holds an ERB template (<% … %>), which is not run. Write the value itself; a secret can come from a file instead (password_file, key_file).',
  ],
  // Values seen together
  [
    'service.yml',
    'keep_settled_days: 1',
    'line 1: keep_settled_days: does not cover late_window, which is 172800 seconds. Write at least 2, or make late_window shorter.',
  ],
  [
    'service.yml',
    'late_window: 600',
    'line 1: late_window: is 600 seconds, which is less than twice settle_time (1800 seconds). Write at least 3600, or make settle_time shorter.',
  ],
  [
    'database.yml',
    'password: a\npassword_file: b',
    'line 4: password_file: is given as well as password. Keep password_file and remove password, or the other way round.',
  ],
  // What Windows exports as .cer, and a key that was taken for its certificate, are none either.
  [
    'database.yml',
    'ssl: {mode: verify_ca, ca: database.yml}',
    'line 3: ssl.ca: database.yml holds no certificate in PEM form. Write it there as text that begins with ' +
      '-----BEGIN CERTIFICATE-----: openssl x509 converts other forms.',
  ],
  [
    'email.yml',
    'smtp: {ca: database.yml}',
    'line 1: smtp.ca: database.yml holds no certificate in PEM form. Write it there as text that begins with ' +
      '-----BEGIN CERTIFICATE-----: openssl x509 converts other forms.',
  ],
  [
    'database.yml',
    'ssl: {ca: ca.pem}',
    'line 3: ssl: names certificates, but its mode is disabled. Add mode: verify_identity, or remove the section.',
  ],
  [
    'database.yml',
    'ssl: {mode: required, key: database.yml}',
    'line 3: ssl.key: only one of cert and key is given. Give both, or none.',
  ],
  [
    'database.yml',
    'server_public_key: database.yml',
    "line 3: server_public_key: database.yml holds no public RSA key in PEM form. Copy the server's public_key.pem, or what it shows: SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'.",
  ],
  [
    'database.yml',
    'password_file: /nowhere/password',
    'line 3: password_file: there is no file /nowhere/password. Make it, or give the path of another one.',
  ],
  [
    'database.yml',
    'password_file: /dev/zero',
    'line 3: password_file: /dev/zero is not a file. Put a regular file there.',
  ],
  [
    'email.yml',
    'smtp: {user_name: me}',
    'line 1: smtp.user_name: is given without a password. Add smtp.password or smtp.password_file, or remove smtp.user_name.',
  ],
  ['email.yml', 'smtp: {password: me}', 'line 1: smtp.password: is given without smtp.user_name. Give both, or none.'],
];

describe('a value that does not fit is named with its line, what is wrong and what to write', () => {
  for (const [file, text, fault] of CASES) {
    test(`${file}: ${text.replaceAll('\n', ' ⏎ ')}`, (t) => {
      const found = faultsOf(t, { [file]: `${LEAST[file] ?? ''}${text}\n` });
      assert.deepEqual(found, [`${file} ${fault}`]);
    });
  }
});

/** Whole files, and all the faults that follow. */
const FILES: readonly (readonly [title: string, files: Files, faults: readonly string[]])[] = [
  [
    'missing files are a fault where something in them is required',
    { 'integration_server.yml': null, 'database.yml': null, 'abacos.yml': null },
    [
      'integration_server.yml: the file is missing. Make it; /usr/share/doc/order-monit/configuration.md describes its keys, of which host, username can not be left out.',
      'database.yml: the file is missing. Make it; /usr/share/doc/order-monit/configuration.md describes its keys, of which database, username can not be left out.',
      'abacos.yml: the file is missing. Make it; /usr/share/doc/order-monit/configuration.md describes its keys, of which wsdl_order_api can not be left out.',
    ],
  ],
  [
    'empty files are a fault where something in them is required',
    { 'service.yml': '', 'email.yml': '# nobody\n', 'database.yml': '', 'abacos.yml': '---\n' },
    [
      'database.yml: the file is empty. Write at least database, username.',
      'abacos.yml: the file is empty. Write at least wsdl_order_api.',
    ],
  ],
  [
    'a required key is missed, with its line when it is there without a value',
    { 'integration_server.yml': 'host:\nusername: ~\nrails_root: ""\n', 'abacos.yml': 'timeout: 60\n' },
    [
      'integration_server.yml line 1: host: has no value. Write a host name or an IP address.',
      'integration_server.yml line 2: username: has no value. Write the name of the user to log in as.',
      'abacos.yml: wsdl_order_api: is missing. Write the URL of the web service, such as http://abacos.example.com/AbacosWSPedidos.asmx?wsdl.',
    ],
  ],
  [
    'the key of Abacos may come from elsewhere, but must come from somewhere',
    { 'abacos.yml': 'wsdl_order_api: http://erp.example.com/\n' },
    [
      'abacos.yml: key: is missing. Write the GUID that Abacos knows the shop by, 36 characters in the form 8-4-4-4-12, or name a file that holds it (key_file).',
    ],
  ],
  [
    'a file that is a list or one text is a fault',
    { 'service.yml': '- running_cycle\n', 'email.yml': '\nnobody\n' },
    [
      'service.yml line 1: the file is a list. Write lines of the form key: value, with a blank after the colon.',
      'email.yml line 2: the file holds no keys. Write lines of the form key: value, with a blank after the colon.',
    ],
  ],
  [
    'a file that is not UTF-8 is a fault, with the first line that is not',
    { 'email.yml': Buffer.from('# good\nfrom: jo\xe3o@example.com\n', 'latin1') },
    [
      'email.yml line 2: is not UTF-8 text: column 9 has a byte of another encoding. Save the file in the encoding UTF-8; if Windows or an old Linux wrote it: iconv -f WINDOWS-1252 -t UTF-8.',
    ],
  ],
  [
    'a file that is far too large is a fault',
    { 'email.yml': '# much\n'.repeat(100_000) },
    ['email.yml: is larger than 512 KiB. Put the right file there.'],
  ],
  [
    'placeholders of the shipped files are faults',
    { 'integration_server.yml': 'host: CHANGE_ME\nusername: deploy\nrails_root: /srv/CHANGE_ME/current\n' },
    [
      'integration_server.yml line 1: host: still holds the placeholder CHANGE_ME. Write a host name or an IP address.',
      'integration_server.yml line 3: rails_root: still holds the placeholder CHANGE_ME. Write the full path of the Rails application on the integration server.',
    ],
  ],
];

describe('whole files', () => {
  for (const [title, files, faults] of FILES) {
    test(title, (t) => {
      assert.deepEqual(faultsOf(t, files), faults);
    });
  }
});

test('a file that can not be read for want of permission is a fault', (t) => {
  const found = faultsOf(
    t,
    {},
    {
      readFile: (path) => {
        if (path.endsWith('abacos.yml')) throw Object.assign(new Error('denied'), { code: 'EACCES' });
        return readFromDisk(path);
      },
    },
  );
  assert.deepEqual(found, [
    'abacos.yml: can not be read: permission denied. Let the user that runs order-monit read the file and enter its folder.',
  ]);
});
