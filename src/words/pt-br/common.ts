/** What mails and page both say, in Brazilian Portuguese. */
import type { CommandOutcome } from '../../core/command.ts';
import type { Dependency } from '../../core/outage.ts';
import type { Verdict } from '../../core/verdict.ts';
import { duration } from '../duration.ts';
import type { COMMON as EN } from '../en/common.ts';
import { capital, listed } from '../sentence.ts';
import { translated } from './phrases.ts';

export function grouped(count: number): string {
  return count < 1000 ? String(count) : count.toLocaleString('pt-BR');
}

export function orders(count: number): string {
  return count === 1 ? '1 pedido' : `${grouped(count)} pedidos`;
}

/** `as 03:27`, and `29/11 às 03:27` as it is: behind `desde` and `até`. */
export function hour(moment: string): string {
  return /^\d\d:/.test(moment) ? `as ${moment}` : moment;
}

const DEPENDENCIES: Readonly<Record<Dependency, string>> = {
  shop: 'o banco de dados da loja',
  abacos: 'o Abacos',
  'integration-server': 'o servidor de integração',
  repairs: 'os reparos',
};

const FINDINGS: Readonly<Record<Verdict['reason'], string>> = {
  OK: 'consta no Abacos',
  AWAITING_PAYMENT: 'consta no Abacos; o pagamento ainda está por vir, ou por confirmar pela loja',
  NOT_FOUND: 'não consta no Abacos',
  PAYMENT_PENDING: 'consta no Abacos, com o pagamento ainda não confirmado',
  UNKNOWN: 'sem resposta clara do Abacos',
  BAD_NUMBER: 'sem número utilizável na loja',
  NO_DATE: 'sem data utilizável na loja, e não consta no Abacos ou consta sem o pagamento',
  DISMISSED: 'dispensado: nada precisa ser feito',
};

const ENDED: Readonly<Record<CommandOutcome['kind'] | 'running', string>> = {
  running: 'foi iniciado',
  exited: 'terminou com código de saída',
  killed: 'foi encerrado à força',
  busy: 'não foi iniciado: um comando do pedido ainda está em execução',
  'too-soon': 'não foi iniciado: um comando do pedido terminou há instantes',
  'not-started': 'não pôde ser iniciado no servidor de integração',
  lost: 'perdeu o contato; pode ainda estar em execução',
};

const MEANWHILE: Readonly<Record<Dependency, string>> = {
  shop: 'Não é possível ler pedidos novos; nenhum é verificado. Nada se perde: o order-monit continua tentando e retoma de onde parou.',
  abacos:
    'Nenhum pedido pode ser verificado nem reparado. Nada se perde e nenhum pedido perde uma tentativa: o order-monit continua tentando e retoma de onde parou.',
  'integration-server':
    'Os pedidos continuam sendo verificados, mas os que faltam não podem ser reparados. O order-monit continua tentando, com um pedido de cada vez se o servidor responde. Nenhum pedido perde uma tentativa, e todos seguem automaticamente assim que ele voltar a funcionar.',
  repairs:
    'Os pedidos continuam sendo verificados e nenhum é inserido, para que nada seja inserido em duplicidade. O order-monit continua consultando o Abacos; quando ele voltar a mostrar esses pedidos, os reparos continuam automaticamente.',
};

const ADVICE: typeof EN.advice = {
  'awaiting-payment': {
    who: 'Ninguém',
    todo: 'não há nada a fazer. A loja aguarda o pagamento do cliente e só depois envia o pedido.',
  },
  'no-payment': {
    who: 'Financeiro',
    todo: 'verifique se o cliente pagou. Se não pagou, não há nada a fazer. Se pagou, registre o pagamento na loja.',
  },
  'already-there': {
    who: 'Quem cuida do Abacos',
    todo: 'procure o pedido no Abacos, pois a tarefa diz que ele já está lá. Ele se resolve sozinho assim que o Abacos o mostrar; não o envie de novo.',
  },
  'tax-id': {
    who: 'Atendimento ao cliente',
    todo: 'confirme o CPF ou CNPJ com o cliente e corrija-o na loja (só números).',
  },
  address: {
    who: 'Atendimento ao cliente',
    todo: 'confirme o endereço de entrega e o CEP com o cliente e corrija-os na loja.',
  },
  product: {
    who: 'Quem cuida do cadastro de produtos',
    todo: 'cadastre o produto no Abacos, com o mesmo código que ele tem na loja.',
  },
  passing: {
    who: 'Quem cuida dos pedidos',
    todo: 'aguarde um pouco: uma conexão falhou ou demorou demais, o que costuma passar sozinho.',
  },
  lasting: {
    who: 'Quem cuida do Abacos e do servidor de integração',
    todo: 'descubra por que as conexões falham ou demoram demais.',
  },
  'shop-code': {
    who: 'Quem desenvolve a loja',
    todo: 'corrija a tarefa, que não roda no servidor de integração.',
  },
};

export const COMMON: typeof EN = {
  translated: (said) => (typeof said === 'string' ? translated(said) : said.quote),
  advice: ADVICE,
  exact: (local) => `${date(local)}/${local.slice(0, 4)} às ${local.slice(11)}`,
  dated: (local) => `${date(local)} às ${local.slice(11, 16)}`,
  duration: (ms) => duration(ms, ','),
  grouped,
  and: (parts) => listed(parts, 'e'),
  dependency: (dependency) => DEPENDENCIES[dependency],
  finding: (reason) => FINDINGS[reason],
  ended: (end, exitStatus) => (end === 'exited' ? `${ENDED[end]} ${exitStatus}` : ENDED[end]),
  unavailable: (dependency, howLong) =>
    dependency === 'repairs'
      ? `Os reparos estão suspensos ${howLong}: o Abacos nega pedidos que já tinha.`
      : `${capital(DEPENDENCIES[dependency])} está indisponível ${howLong}.`,
  lasting: (lasted) => `há ${lasted}`,
  since: (moment, lasted) => `desde ${hour(moment)}${lasted === undefined ? '' : ` (${lasted})`}`,
  meanwhile: MEANWHILE,
  held: {
    lookInto:
      'Descubra se o Abacos foi restaurado de um backup e se o endereço e a chave em abacos.yml levam à empresa certa.',
    isReal:
      'Se o Abacos perdeu pedidos de verdade, informe o momento para o qual ele voltou; o order-monit o consulta sobre todos os pedidos desde então, e os reparos continuam:',
    aMoment: 'AAAA-MM-DD HH:MM',
  },
  whatToDo: 'O que fazer',
  happenedTitle: 'O que aconteceu',
  nothing: 'Nada.',
  idOnly: (id) => `id ${id}`,
};

function date(local: string): string {
  return `${local.slice(8, 10)}/${local.slice(5, 7)}`;
}
