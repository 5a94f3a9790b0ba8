/** Everything that mails and webhooks tell people, in Brazilian Portuguese. */
import type { MAIL as EN } from '../en/mail.ts';
import { localTime } from '../moment.ts';
import { COMMON, orders } from './common.ts';

const times = (count: number): string => (count === 1 ? 'uma vez' : `${count} vezes`);
const moment = (epochMs: number): string => COMMON.exact(localTime(epochMs));

function span(fromMs: number, toMs: number): string {
  const from = localTime(fromMs);
  const to = localTime(toMs);
  return `de ${moment(fromMs)} a ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : moment(toMs)}`;
}

function period(fromMs: number, toMs: number): string {
  return `${span(fromMs, toMs)} (${COMMON.duration(Math.max(0, toMs - fromMs))})`;
}

export const MAIL: typeof EN = {
  ...COMMON,
  tag: 'pt-BR',
  moment,
  orderName: (id, number) => (number === null ? `id ${id}` : `${number} (id ${id})`),

  ordersTitle: 'Pedidos',
  doneTitle: 'O que o order-monit fez',
  reminder: 'Lembrete',
  escalated: 'Escalonado',
  footer: (host, zone) => `order-monit em ${host}. Horários em ${zone}.`,

  who: (count, name) => (name === undefined ? orders(count) : `pedido ${name}`),
  subject: {
    NOT_FOUND: (who) => `${who} fora do Abacos`,
    PAYMENT_PENDING: (who) => `${who}: pagamento pendente`,
    UNKNOWN: (who) => `${who} sem resposta clara do Abacos`,
    BAD_NUMBER: (who) => `${who} sem número utilizável`,
    NO_DATE: (who) => `${who} sem data`,
    givenUp: (who, count) => `${who} ${count === 1 ? 'precisa' : 'precisam'} de ação`,
    rowGone: (who, count) => `${who} ${count === 1 ? 'sumiu' : 'sumiram'} da loja`,
    repaired: (who, count) =>
      count === 1 ? `${who} estava fora do Abacos, já reparado` : `${who} estavam fora do Abacos, já reparados`,
    paymentRepaired: (who) => `${who}: pagamento pendente já confirmado`,
    settled: (who) => `${who} em ordem`,
  },
  stillOpen: (count) => `${orders(count)} ainda com problema`,
  shopFirst: 'que a loja ainda pode enviar',

  group: {
    repaired: 'Estava fora do Abacos, foi reparado e agora está lá:',
    paymentRepaired: 'O pagamento estava pendente e agora está confirmado no Abacos:',
    settled: 'Está em ordem agora, sem comando do order-monit:',
    givenUp: 'Precisa de ação: todas as tentativas falharam:',
    doubt:
      'Precisa de ação: um comando pode ter feito seu trabalho, mas o Abacos não o mostra. Mais um poderia fazê-lo em duplicidade:',
    permanent: 'Precisa de ação: o comando terminou com um erro permanente:',
    rowGone: 'Registrado com problema, mas a linha não está mais na tabela da loja:',
  },
  fromTo: (fromMs, toMs) => `com problema ${period(fromMs, toMs)}`,
  more: (count, fromMs, toMs) =>
    `e mais ${count}, com problema encontrado ${toMs - fromMs < 1000 ? `em ${moment(fromMs)}` : span(fromMs, toMs)}:`,
  unnamed: (count) => `E mais ${count} que não estão listados aqui.`,
  allOfThem: 'Todos eles: order-monit open',
  button: {
    see: 'Ver na página',
    retry: 'Ver / tentar de novo',
  },
  reason: (why) => `Motivo: ${why}`,
  because: (why) => `Motivo: ${why}.`,
  noCommand: 'nenhum comando foi executado ainda',
  attempt: (attempt, of) => `tentativa ${attempt} de ${of}`,
  itSaid: (words) => `mensagem: ${words}`,

  happened: {
    found: (count) =>
      count === 1
        ? 'O order-monit encontrou um pedido com problema.'
        : `O order-monit encontrou ${count} pedidos com problema.`,
    allMended: (count) =>
      count === 1
        ? 'Um pedido que estava com problema está em ordem.'
        : `${count} pedidos que estavam com problema estão em ordem.`,
    someMended: (mended, count) =>
      `${orders(count)} com problema; ${mended} ${mended === 1 ? 'já está' : 'já estão'} em ordem.`,
    action: (count) =>
      `${orders(count)} ${count === 1 ? 'precisa' : 'precisam'} de ação: o order-monit não consegue ${count === 1 ? 'repará-lo' : 'repará-los'}.`,
    reminder: (count) => `${orders(count)} ainda com problema.`,
    escalation: (count, after) => `${orders(count)} com problema há mais de ${after}.`,
    stillOpen: (count) => `${orders(count)} de mensagens anteriores ainda com problema.`,
    nothingOpen: 'Nenhum pedido de mensagens anteriores continua com problema.',
    held: (at) => `Esta mensagem reúne tudo desde a de ${at}: as notificações são agrupadas.`,
  },
  done: {
    asked: (commands) =>
      commands === 0
        ? 'Consultou o Abacos e ainda não executou nenhum comando.'
        : `Executou a tarefa para ${orders(commands)} no servidor de integração e consultou o Abacos de novo em seguida.`,
    held: 'Não executa nenhum comando no momento: o Abacos nega pedidos que já tinha, e o que ele diz que falta talvez não falte. Outra mensagem diz o que fazer.',
    settling: (until) =>
      `Ainda não executa nenhum comando para eles: a loja tem primeiro o seu próprio tempo (settle_time) para enviá-los, contado enquanto o Abacos está no ar${until === null ? '' : `: até ${until} ou mais`}.`,
    draining: (until) =>
      `Ainda não executa nenhum comando para eles: pedidos que faltavam aparecem sozinhos, portanto a fila da própria loja ainda está enviando. Espera ${until === null ? 'que isso termine' : `até ${until} ou mais`}.`,
    blocked: (what) => `Não consegue fazer todo o seu trabalho no momento, por causa do que está fora do ar: ${what}.`,
    goesOn: (attempts) =>
      `Continua sozinho, com até ${attempts} tentativas por pedido. Você será avisado dos pedidos que continuarem com problema.`,
    mended: 'O que o Abacos tem agora está registrado como resolvido.',
    rechecks:
      'Não executa mais nada, mas continua consultando o Abacos: um pedido corrigido manualmente se resolve sozinho.',
    looksAgain: 'Estes pedidos só são verificados de novo.',
    keepsAsking:
      'Pedidos sobre os quais o Abacos não dá resposta clara são consultados a cada ciclo; nenhum comando é executado para eles.',
  },
  toDo: {
    wait: 'Nada por enquanto.',
    look: 'Para ver o que dizem dele a loja, o Abacos e o registro, e todos os pedidos com problema:',
    mend: 'Descubra por quê (o motivo está acima) e corrija na loja ou no Abacos.',
    thenRetry: 'Depois tente de novo:',
    thenOnPage: 'Depois clique em "Tentar este pedido de novo" na página do pedido.',
    doubt:
      'Procure estes pedidos no Abacos pelo número. Um que está lá se resolve sozinho assim que o Abacos o confirmar. Para um que não está, descubra por que a tarefa não teve efeito e corrija isso, ou ignore o pedido.',
    onlyThen: 'Só então:',
    unclear: 'Procure os pedidos no Abacos. Quando ele voltar a responder, eles seguem sozinhos.',
    badNumber: 'Dê aos pedidos um número de 1 a 50 caracteres de A-Z a-z 0-9 . _ / - na tabela da loja, ou ignore-os.',
    undated:
      'Se forem carrinhos, dê ao order-monit uma view da tabela da loja sem eles e informe o nome dela em database.yml (orders: table). Se forem pedidos, peça que recebam suas datas: então são verificados e reparados como os outros.',
    rowGone: 'Descubra se as linhas foram apagadas de propósito. Os pedidos continuam registrados.',
  },

  undated: {
    subject: (count) => `${orders(count)} ${count === 1 ? 'está' : 'estão'} sem data`,
    happened: (count, at) =>
      `${orders(count)} ${count === 1 ? 'não tem' : 'não têm'} data utilizável na tabela da loja (created_at) e ${count === 1 ? 'está' : 'estão'} fora do Abacos, ou lá sem o pagamento. O primeiro foi encontrado em ${at}:`,
    done: 'Consulta o Abacos sobre eles de tempos em tempos e não repara nenhum automaticamente: uma linha sem data pode ser um carrinho.',
    once: 'Este aviso vem uma única vez enquanto houver pedidos assim. O relatório diário mostra quantos são.',
  },

  down: {
    subject: (name) => `${name} está fora do ar`,
    stillDown: (name, lasted) => `${name} continua fora do ar após ${lasted}`,
    blips: (count) => `Antes disso já tinha saído do ar por pouco tempo ${times(count)}.`,
  },
  downRepairs: {
    subject: () => 'Os reparos estão suspensos',
    stillDown: (_, lasted) => `Os reparos continuam suspensos após ${lasted}`,
    blips: (count) => `Antes disso já tinham sido suspensos por pouco tempo ${times(count)}.`,
  },
  heldMeans: 'Talvez ele não seja mais o que era, e os pedidos que ele diz que faltam podem estar lá.',
  heldLook: 'Isto mostra o que o order-monit recebe de lá:',
  noHint:
    'Nada, se isto é conhecido e vai passar: você será avisado quando terminar. Caso contrário, para testar tudo:',
  back: {
    subject: (name, lasted) => `${name} voltou após ${lasted}`,
    happened: (name, fromMs, toMs) => `${name} esteve fora do ar ${period(fromMs, toMs)}.`,
    relapses: (count) => `Nesse tempo voltou e saiu do ar de novo ${times(count)}.`,
    caughtUp: (checked, failing) =>
      checked === 0
        ? 'Nenhum pedido novo esperava.'
        : failing === 0
          ? `${orders(checked)} ${checked === 1 ? 'esperava e foi verificado' : 'esperavam e foram verificados'}; nada falta.`
          : `${orders(checked)} ${checked === 1 ? 'esperava e foi verificado' : 'esperavam e foram verificados'}: ${checked - failing} no Abacos, ${failing} com problema.`,
    repaired: (count) => `${orders(count)} ${count === 1 ? 'reparado' : 'reparados'}.`,
    goesOn: 'Ainda há mais a pôr em dia; isso continua sozinho.',
    heldSubject: (lasted) => `os reparos continuam após ${lasted}`,
    heldHappened: (fromMs, toMs) => `Os reparos estiveram suspensos ${period(fromMs, toMs)}.`,
    heldRelapses: (count) => `Nesse tempo continuaram e foram suspensos de novo ${times(count)}.`,
  },
  configuration: {
    subject: 'erro de configuração',
    happened: (at) => `A configuração, ou o registro, tem erros, vistos em ${at}:`,
    inForce:
      'O que tem erros não foi aplicado. Um serviço em execução continua com a configuração que tinha; um que ia iniciar não iniciou.',
    mend: 'Corrija o que está indicado acima, teste e recarregue:',
    recoverySubject: 'configuração corrigida',
    recovery: 'A configuração foi corrigida e está em vigor. O que estava errado:',
  },
  report: {
    subject: (day, figures) => `relatório diário de ${day}: ${figures}`,
    headline: (checked, inAbacos) => `${orders(checked)}, ${inAbacos} no Abacos`,
    repaired: (count, median) => `${count} ${count === 1 ? 'reparado' : 'reparados'} (mediana ${median})`,
    open: (count, oldest, names) => `${count} com problema há ${oldest}: ${names}`,
    noneOpen: 'nenhum com problema',
    period: (from, to) => `De ${from} a ${to}:`,
    uncheckedHeadline: (since) => `verificação incompleta desde ${since}`,
    unchecked: (since) =>
      `Desde ${since} nem todos os pedidos puderam ser verificados: podem faltar pedidos abaixo, e os listados podem ter mudado.`,
    checked: (checked, inAbacos) => `${orders(checked)} verificados, ${inAbacos} no Abacos.`,
    repairedLine: (count, median) =>
      count === 0
        ? 'Nenhum precisou ser reparado.'
        : `${count} ${count === 1 ? 'reparado' : 'reparados'}${median === null ? '' : `, após ${median} (mediana)`}.`,
    givenUpLine: (count) => `${count} ${count === 1 ? 'precisa' : 'precisam'} de ação.`,
    undated: (count) => `${orders(count)} sem data no registro.`,
    outage: (name, count, lasted) => `${name} saiu do ar ${times(count)}, por ${lasted}.`,
    held: (count, lasted) => `Os reparos foram suspensos ${times(count)}, por ${lasted}.`,
    openHeading: (count) => (count === 0 ? 'Nenhum pedido com problema.' : `${orders(count)} com problema:`),
    openGivenUp: 'precisa de ação',
    retryOnPage: 'Descubra o motivo e corrija-o. Depois clique em "Tentar de novo" ao lado do pedido na página.',
    retryHint: 'Depois de corrigido o motivo, isto tenta de novo os pedidos que precisam de ação:',
  },
  test: {
    subject: 'teste',
    happened: 'Esta é a mensagem de teste do comando order-monit check --mail.',
  },
};
