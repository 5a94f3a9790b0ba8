/** Each room's reasons and hints are known in Portuguese: they are made by the room's own tables and functions. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';

import { classify } from '../../src/abacos/classify.ts';
import { encodingOutage, networkOutage } from '../../src/abacos/failure.ts';
import { BY_STATUS, BY_WORDS as WORDS_OF_WEB, httpOutage } from '../../src/abacos/http-failure.ts';
import { succeeded } from '../../src/abacos/result.ts';
import { REFUSED, type CommandWords } from '../../src/integration/command.ts';
import { HINTS, OF_ACCOUNT, OF_COMMAND } from '../../src/integration/cause.ts';
import * as integration from '../../src/integration/failure.ts';
import { failedLogin } from '../../src/integration/login-failure.ts';
import type { KeyAnswer } from '../../src/integration/login.ts';
import { outcomeOf } from '../../src/integration/outcome.ts';
import { readPrivateKey } from '../../src/integration/private-key.ts';
import { noCommands } from '../../src/integration/proof.ts';
import { CircuitBreaker } from '../../src/monitor/circuit-breaker.ts';
import { denial } from '../../src/monitor/repair-gate.ts';
import { GIVEN_UP } from '../../src/monitor/verify.ts';
import type { Failure } from '../../src/net/destination.ts';
import { anyFailure } from '../../src/net/failure.ts';
import { BY_WORDS as SPEAKERS, otherSpeaker, speakerOf } from '../../src/net/speaker.ts';
import { CAUSES, tlsFailure } from '../../src/net/tls-failure.ts';
import { EXPLANATIONS, explainFailure } from '../../src/shop/failure.ts';
import { idOf, numberOf } from '../../src/shop/row.ts';
import { columnsFrom } from '../../src/shop/table.ts';
import { orderId, orderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { assertTranslated } from './portuguese.ts';

const error = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code }, more);

function known({ reason, hint }: Failure | Outage): void {
  assertTranslated(reason, hint);
}

function thrown(action: () => unknown): void {
  assert.throws(action, (outage: unknown) => {
    assert.ok(outage instanceof Outage);
    known(outage);
    return true;
  });
}

const SIDES = [
  { setting: 'wsdl_order_api in abacos.yml', ca: 'ca in abacos.yml', tls: 'whether the service is at http or https' },
  { setting: 'host and port in database.yml', ca: 'ssl: ca in database.yml', tls: 'ssl: mode' },
].map((side) => ({ place: 'srv.example.com:443', ...side }));

describe('In Portuguese is known what fails', () => {
  test('at TLS: all causes of its table, and what is in none', () => {
    for (const to of SIDES) {
      for (const [, explain] of CAUSES) for (const bytes of [undefined, 7, 5000]) known(explain(to, 'XYZ', bytes));
      for (const code of ['CERT_REJECTED', 'ERR_SSL_ODD', 'ERR_TLS_HANDSHAKE_TIMEOUT']) {
        const failure = tlsFailure(error(code), to);
        assert.ok(failure);
        known(failure);
      }
    }
  });

  test('at connections, and where another server speaks', () => {
    const first = [
      'SSH-2.0-x',
      '\x16\x03\x01',
      '\x45\0\0\0\x0a8.0.36\0',
      ...'HTTP/1.1 200|220 smtp|220 ftpd|220 x|+OK|* OK'.split('|'),
    ];
    const speakers = first.flatMap((bytes) => speakerOf(Buffer.from(bytes, 'latin1')) ?? []);
    assert.ok(SPEAKERS.every(([, , name]) => speakers.some((one) => one.name === name)));
    assert.equal(speakers.length, first.length);
    for (const to of SIDES) {
      for (const speaker of speakers)
        for (const wanted of ['web server', 'database server', 'SSH server'])
          for (const said of ['', 'XYZ']) known(otherSpeaker({ ...speaker, said }, wanted, to));
      for (const code of ['HPE_INVALID_HEADER_TOKEN', 'HPE_INVALID_CONSTANT', 'EADDRNOTAVAIL', 'ENFILE', 'XYZ'])
        known(anyFailure(error(code), to));
      for (const rawPacket of first)
        known(anyFailure(error('HPE_INVALID_CONSTANT', { rawPacket: Buffer.from(rawPacket, 'latin1') }), to));
    }
  });

  test('at Abacos: each status, each page, each answer', () => {
    for (const hint of [...Object.values(BY_STATUS), ...WORDS_OF_WEB.map(([, said]) => said)]) assertTranslated(hint);
    for (const status of [200, 204, 301, 304, 401, 407, 418, ...Object.keys(BY_STATUS).map(Number)])
      for (const isEmpty of [true, false])
        for (const location of [undefined, 'https://x.example.com/login', 'https://x.example.com/b']) {
          const headers = { 'www-authenticate': 'NTLM', ...(location === undefined ? {} : { location }) };
          const said = isEmpty ? '' : 'XYZ';
          known(httpOutage({ status, headers, words: said, said, isEmpty, place: 'erp.example.com:80' }));
        }
    known(encodingOutage('br', 'erp.example.com:80'));
    for (const code of ['EPIPE', 'ECONNRESET', 'XYZ'])
      known(networkOutage(error(code), 'erp.example.com:80', (said) => said));
    const clean = (text: string): string => text;
    thrown(() => succeeded({ kind: 'fault', text: 'XYZ' }, clean));
    for (const code of [300_015, 300_002, 300_999])
      thrown(() =>
        succeeded(
          { kind: 'result', version: undefined, top: { code, type: 'tdreErro', text: 'XYZ' }, rows: [] },
          clean,
        ),
      );
    thrown(() => succeeded({ kind: 'result', version: undefined, top: undefined, rows: [] }, clean));
    const number = orderNumber('1226001');
    const ok = { code: 0, type: 'tdreSucesso', text: '' };
    for (const [exists, status] of [
      [undefined, undefined],
      [true, 'tspeeOdd'],
      [true, 'tspeeNaoEncontrado'],
      [false, 'tspeeOdd'],
      [false, 'tspeeNaoEncontrado'],
    ] as const)
      for (const result of [
        undefined,
        ok,
        { code: 300_001, type: 'tdreErro', text: 'XYZ' },
        { code: 1, type: 'tdreAlerta', text: '' },
      ]) {
        const answer = classify([number], [{ number: '1226001', exists, status, result }], clean).byNumber.get(number);
        if (answer?.kind === 'unknown') assertTranslated(answer.why);
      }
  });

  test("at the shop's database: all that its table explains", () => {
    const address = {
      server: { kind: 'tcp', host: 'db.example.com', port: 3306 },
      database: 'loja',
      table: 'pedidos',
      username: 'monitor',
      password: () => undefined,
      serverPublicKey: undefined,
      allowCleartextPassword: false,
      tls: undefined,
      connectTimeoutMs: 1000,
      queryTimeoutMs: 1000,
    } as const;
    for (const explain of Object.values(EXPLANATIONS))
      for (const isEncrypted of [true, false])
        for (const limit of [undefined, 'max_user_connections'])
          known(
            explain({
              where: 'db.example.com:3306',
              database: 'loja',
              table: 'pedidos',
              username: 'monitor',
              account: 'monitor',
              isEncrypted,
              limit,
            }),
          );
    known(explainFailure(error('XYZ'), address));
    thrown(() => numberOf({ id: 'x' }, 'id'));
    thrown(() => idOf({ id: '1.5' }));
    const names = {
      table: 'pedidos',
      id: 'id',
      number: 'number',
      state: 'state',
      createdAt: 'created_at',
      paymentConfirmedAt: 'erp_payment_at',
    };
    thrown(() => columnsFrom(names, []));
  });

  test('at the end of commands that come to nothing, at orders that are given up, and where Abacos denies what it had', () => {
    known(denial({ asked: 3, numbers: ['1226001', '1226002'] }));
    assertTranslated(...Object.values(GIVEN_UP));
    for (const lastWords of [undefined, 'XYZ']) {
      const breaker = new CircuitBreaker();
      for (let id = 1; id <= 5; id += 1) {
        breaker.ended(orderId(id), { startedAt: 0, endedAt: 1, saidNo: true, lastWords });
        breaker.notBroughtIn(orderId(id), { now: 2, waitMs: 0, wasDownSince: () => false });
      }
      const out = breaker.judge({ runningCycleMs: 1000 });
      assert.ok(out);
      known(out.outage);
    }
  });
});

const TARGET = { host: 'shop.example.com', port: 22, username: 'deploy' };
const WORDS: CommandWords = {
  launcher: [],
  username: 'deploy',
  runAs: undefined,
  railsRoot: '/srv/shop',
  rake: ['rake'],
  lockDirectory: '.order-monit',
  usesRake: true,
  tasks: { insert_order: ['rake'], confirm_payment: ['rake'] },
  limitSeconds: 600,
};
const BOTH = [WORDS, { ...WORDS, runAs: 'www-data' }];

describe('In Portuguese is known what the integration server refuses', () => {
  test('before the login', () => {
    const speaker = speakerOf(Buffer.from('HTTP/1.1 200'));
    const cause = error('XYZ');
    for (const heard of [
      undefined,
      { speaker, said: undefined, isSilent: false },
      { speaker: undefined, said: undefined, isSilent: true },
      ...['XYZ', 'Not allowed at this time', 'Exceeded MaxStartups'].map((said) => ({
        speaker: undefined,
        said,
        isSilent: false,
      })),
    ]) {
      for (const stage of ['connecting', 'handshake', 'login', 'proof'] as const) {
        known(integration.timedOut(TARGET, { stage, limitMs: 30_000, heard }));
        known(integration.closedAt(stage, TARGET, heard));
      }
      known(integration.failedBeforeLogin(TARGET, cause, heard));
    }
    known(integration.failedBeforeLogin(TARGET, error('ECONNRESET')));
    known(integration.dismissed(TARGET, 'XYZ', cause));
    for (const setting of ['KexAlgorithms', 'HostKeyAlgorithms'])
      for (const offered of [[], ['ssh-rsa'], ['x']])
        for (const isOld of [true, false])
          known(integration.nothingInCommon(TARGET, { setting, offered, taken: ['y'], isOld }, cause));
  });

  test('by its host key', () => {
    const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIJRRkAi2RZRUbtRTmE5CiF0ppiBv7r1iuRWl9NGGdXqV', 'base64');
    const key = { type: 'ssh-ed25519', kind: 'ED25519', bits: 256, fingerprint: 'SHA256:x', blob };
    const one = { marker: 'none', hosts: 'x', key, file: '/etc/known_hosts', line: 3 } as const;
    const others = [[], [one], [{ ...one, marker: 'cert-authority' } as const]];
    for (const presented of [blob, Buffer.from('x')])
      for (const judgement of [
        { kind: 'revoked', by: one },
        { kind: 'changed', from: one },
        ...others.map((some) => ({ kind: 'unknown', others: some }) as const),
      ] as const) {
        const refusal = integration.hostKeyRefusal(judgement, presented, {
          target: TARGET,
          name: 'x',
          files: ['/etc/known_hosts'],
        });
        assert.ok(refusal);
        known(refusal);
      }
  });

  test('at the login: each answer to a key, and no key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pair = readPrivateKey('/k', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), () => undefined);
    assert.ok(!('problem' in pair));
    const answers: readonly KeyAnswer[] = ['none', 'refused', 'not-shown', 'sha1-only', 'known', 'taken'];
    const credentials = { candidates: ['/k'], keys: [], named: [], agent: undefined, unusable: [], warnings: [] };
    for (const answer of answers)
      for (const methods of [[], ['publickey'], ['keyboard-interactive', 'password']])
        for (const untried of [[], ['/l', '/m', '/n', '/o', '/p', '/q', '/r']])
          for (const isClosed of [true, false])
            for (const username of ['deploy', 'root'])
              for (const agentFaults of [[], ['the agent at /a (it holds no key; ssh-add puts one in)']]) {
                const tried = [{ name: '/k', key: pair, answer }];
                known(
                  failedLogin({
                    target: { ...TARGET, username },
                    credentials,
                    isClosed,
                    said: 'XYZ',
                    login: { tried, methods, untried, agentFaults, refusals: 1 },
                  }),
                );
              }
    const none = { tried: [], methods: [], untried: [], agentFaults: [], refusals: 0 };
    for (const content of [
      '',
      'x',
      '\0\0',
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
      'ssh-ed25519 AAAA',
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA',
      '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----',
    ]) {
      const key = readPrivateKey('/k', content, () => undefined);
      const unusable = 'problem' in key ? [`/k ${key.problem}`] : [];
      known(
        failedLogin({
          target: TARGET,
          credentials: { ...credentials, unusable },
          isClosed: false,
          said: undefined,
          login: none,
        }),
      );
    }
    known(failedLogin({ target: TARGET, credentials, isClosed: false, said: undefined, login: none }));
  });

  test('before a command: each cause of its tables, each status, each answer to the first command', () => {
    for (const words of BOTH) {
      for (const [, hint] of [...OF_ACCOUNT, ...OF_COMMAND]) assertTranslated(hint(words));
      for (const hint of Object.values(HINTS)) assertTranslated(hint(words));
      for (const status of [...Object.values(REFUSED), undefined, 3])
        for (const signal of [undefined, 'SIGKILL'])
          for (const output of [[], ['XYZ']])
            for (const started of [true, false]) {
              const outcome = outcomeOf({ end: { status, signal }, started, output, durationMs: 1 }, words);
              if ('why' in outcome) assertTranslated(outcome.why);
              if ('hint' in outcome) assertTranslated(outcome.hint);
            }
      for (const result of [
        { kind: 'refused', why: 'XYZ' },
        { kind: 'broken' },
        { kind: 'ended', status: 255, signal: undefined },
        { kind: 'ended', status: 1, signal: undefined },
      ] as const)
        for (const hasMark of [true, false])
          for (const hasStatus of [true, false])
            for (const lines of [[], ['XYZ']])
              known(noCommands(TARGET, words, { result, isProof: false, hasMark, hasStatus, lines, bytes: 0 }));
    }
  });
});
