/** Everything that mails and webhooks tell people, in Brazilian Portuguese. */
import type { Task } from '../../core/command.ts';
import type { Dependency } from '../../core/outage.ts';
import type { FailureReason } from '../../core/verdict.ts';
import { duration } from '../duration.ts';
import { momentParts } from '../moment.ts';
import type { MAIL as EN } from '../en/mail.ts';

const orders = (count: number): string => (count === 1 ? '1 pedido' : `${count} pedidos`);
const times = (count: number): string => (count === 1 ? 'uma vez' : `${count} vezes`);

const DEPENDENCIES: Readonly<Record<Dependency, string>> = {
  shop: 'o banco de dados da loja',
  abacos: 'o Abacos',
  'integration-server': 'o servidor de integração',
  repairs: 'os reparos',
};

const FINDINGS: Readonly<Record<FailureReason, string>> = {
  NOT_FOUND: 'fora do Abacos',
  PAYMENT_PENDING: 'no Abacos, com o pagamento ainda não confirmado',
  UNKNOWN: 'sem resposta do Abacos que permita julgar',
  BAD_NUMBER: 'sem número com que o Abacos possa ser consultado',
  NO_DATE: 'sem data na loja e fora do Abacos, ou lá sem o pagamento',
};

const MEANWHILE: Readonly<Record<Dependency, string>> = {
  shop: 'Não é possível ler pedidos novos; nenhum é verificado. Novas tentativas são feitas continuamente e nada é pulado: os pedidos são retomados de onde pararam.',
  abacos:
    'Nenhum pedido pode ser verificado nem é integrado. Novas tentativas são feitas continuamente, nenhum pedido perde uma tentativa por isso e nada é pulado: os pedidos são retomados de onde pararam.',
  'integration-server':
    'Os pedidos continuam sendo verificados, mas os que faltam não podem ser reintegrados. Novas tentativas são feitas continuamente; se o servidor responde, com um pedido de cada vez. Nenhum pedido perde uma tentativa por isso, e todos seguem automaticamente assim que ele voltar a funcionar.',
  repairs:
    'Os pedidos continuam sendo verificados e nenhum é inserido, para que nada seja inserido em duplicidade. O Abacos é consultado continuamente; quando voltar a mostrar esses pedidos, os reparos continuam automaticamente.',
};

function moment(epochMs: number): string {
  const { year, month, day, time } = momentParts(epochMs);
  return `${day}/${month}/${year} ${time}`;
}

function span(fromMs: number, toMs: number): string {
  const from = moment(fromMs);
  const to = moment(toMs);
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return `de ${from} a ${isOneDay ? to.slice(11) : to}`;
}

function period(fromMs: number, toMs: number): string {
  return `${span(fromMs, toMs)} (${duration(Math.max(0, toMs - fromMs), ',')})`;
}

export const MAIL: typeof EN = {
  tag: 'pt-BR',
  moment,
  duration: (ms: number): string => duration(ms, ','),
  dependency: (dependency) => DEPENDENCIES[dependency],
  finding: (reason) => FINDINGS[reason],
  orderName: (id, number) => (number === null ? `id ${id}` : `${number} (id ${id})`),
  and: (parts) => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} e ${parts.at(-1) ?? ''}`),

  heading: {
    happened: 'O que aconteceu',
    orders: 'Pedidos',
    done: 'O que o order-monit fez',
    toDo: 'O que fazer',
  },
  reminder: 'Lembrete',
  escalated: 'Escalado',
  footer: (host, zone) => `order-monit em ${host}. Horários em ${zone}.`,

  count: {
    missing: (count) => `${orders(count)} fora do Abacos`,
    payment: (count) => `${orders(count)} com pagamento pendente`,
    givenUp: (count) => `desistência de ${orders(count)}`,
    puzzling: (count) => `${orders(count)} sem resposta utilizável`,
    badNumber: (count) => `${orders(count)} sem número utilizável`,
    undated: (count) => `${orders(count)} sem data`,
    rowGone: (count) => (count === 1 ? '1 pedido sumiu da loja' : `${count} pedidos sumiram da loja`),
    repaired: (count) => `${orders(count)} fora do Abacos, já ${count === 1 ? 'reintegrado' : 'reintegrados'}`,
    confirmed: (count) =>
      count === 1 ? '1 pagamento pendente já confirmado' : `${count} pagamentos pendentes já confirmados`,
    settled: (count) => `${orders(count)} em ordem`,
  },
  single: {
    missing: (name) => `pedido ${name} fora do Abacos`,
    payment: (name) => `pedido ${name}: pagamento pendente`,
    givenUp: (name) => `desistência do pedido ${name}`,
    puzzling: (name) => `pedido ${name} sem resposta utilizável`,
    badNumber: (name) => `pedido ${name} sem número utilizável`,
    undated: (name) => `pedido ${name} sem data`,
    rowGone: (name) => `pedido ${name} sumiu da loja`,
    repaired: (name) => `pedido ${name} estava fora do Abacos, já reintegrado`,
    confirmed: (name) => `pedido ${name}: pagamento pendente já confirmado`,
    settled: (name) => `pedido ${name} em ordem`,
  },
  stillOpen: (count) => `${orders(count)} ainda em aberto`,
  shopFirst: 'que a loja ainda pode enviar',

  group: {
    repaired: 'Estava fora do Abacos, foi reintegrado e agora está lá:',
    paymentRepaired: 'O pagamento estava pendente e agora está confirmado no Abacos:',
    settled: 'Está em ordem agora, sem comando do order-monit:',
    missing: 'Fora do Abacos:',
    payment: 'No Abacos, mas com o pagamento não confirmado:',
    givenUp: 'Desistência: as tentativas acabaram e o pedido continua com falha:',
    doubt:
      'Desistência: um comando pode ter feito seu trabalho, mas o Abacos não o mostra. Mais um poderia fazê-lo em duplicidade:',
    permanent: 'Desistência: o comando disse que não adianta tentar de novo:',
    puzzling: 'O Abacos responde, mas não de um modo que diga se tem o pedido:',
    badNumber: 'O número não pode ser de um pedido; o Abacos não pode ser consultado:',
    undated: 'Fora do Abacos, ou lá sem o pagamento, e sem data na loja. Nada é reparado automaticamente:',
    rowGone: 'Registrado com falha, e a linha não está mais na tabela da loja:',
  },
  since: (finding, at, lasted) => `${finding} desde ${at}${lasted === undefined ? '' : ` (${lasted})`}`,
  fromTo: (fromMs, toMs) => `com falha ${period(fromMs, toMs)}`,
  more: (count, fromMs, toMs) =>
    `e mais ${count}, com falha encontrada ${toMs - fromMs < 1000 ? `em ${moment(fromMs)}` : span(fromMs, toMs)}:`,
  unnamed: (count) => `E mais ${count} que não estão listados aqui. Todos eles: order-monit checkpoint failed`,
  reason: (why) => `Motivo: ${why}`,
  because: (why) => `Motivo: ${why}.`,
  command: {
    running: (task: Task, attempt) => `${task} foi iniciado (${attempt})`,
    exited: (task, attempt, status) => `${task} terminou com código de saída ${status} (${attempt})`,
    killed: (task, attempt) => `${task} foi encerrado à força (${attempt})`,
    busy: (task) => `${task} não foi iniciado: um comando do pedido ainda está em execução`,
    tooSoon: (task) => `${task} não foi iniciado: um comando do pedido terminou há instantes`,
    notStarted: (task) => `${task} não pôde ser iniciado`,
    lost: (task, attempt) => `${task} foi perdido de vista (${attempt}); pode ainda estar em execução`,
    none: 'nenhum comando foi executado ainda',
  },
  attempt: (attempt, of) => `tentativa ${attempt} de ${of}`,
  itSaid: (words) => `a saída: ${words}`,

  happened: {
    found: (count) =>
      count === 1
        ? 'O order-monit encontrou um pedido com falha.'
        : `O order-monit encontrou ${count} pedidos com falha.`,
    allMended: (count) =>
      count === 1 ? 'Um pedido que falhava está em ordem.' : `${count} pedidos que falhavam estão em ordem.`,
    someMended: (mended, count) =>
      `${orders(count)} com falha; ${mended} ${mended === 1 ? 'já está' : 'já estão'} em ordem.`,
    action: (count) =>
      count === 1
        ? 'Um pedido precisa de uma pessoa: o order-monit não pode fazer mais por ele.'
        : `${count} pedidos precisam de uma pessoa: o order-monit não pode fazer mais por eles.`,
    reminder: (count) => `${orders(count)} ainda em aberto.`,
    escalation: (count, after) => `${orders(count)} em aberto há mais de ${after}.`,
    stillOpen: (count) => `${orders(count)} de mensagens anteriores ainda em aberto.`,
    nothingOpen: 'Nada de mensagens anteriores continua em aberto.',
    held: (at) =>
      `Esta mensagem reúne tudo desde a de ${at}: mensagens sobre o mesmo assunto mantêm distância entre si.`,
  },
  done: {
    asked: (commands) =>
      commands === 0
        ? 'Consultou o Abacos e ainda não executou nenhum comando.'
        : `Mandou o servidor de integração executar a tarefa para ${orders(commands)} e consultou o Abacos de novo em seguida.`,
    held: 'Não executa nenhum comando no momento: o Abacos nega pedidos que já tinha, e o que ele diz que falta talvez não falte. Outra mensagem diz o que fazer.',
    settling: (until) =>
      `Ainda não executa nenhum comando para eles: a loja tem primeiro o seu próprio tempo (settle_time) para enviá-los, contado enquanto o Abacos está no ar${until === null ? '' : `: até ${until} ou mais`}.`,
    draining: (until) =>
      `Ainda não executa nenhum comando para eles: pedidos que faltavam aparecem sozinhos, portanto a fila da própria loja ainda está enviando. Espera ${until === null ? 'que isso termine' : `até ${until} ou mais`}.`,
    blocked: (what) => `Não consegue fazer todo o seu trabalho no momento, por causa do que está fora do ar: ${what}.`,
    goesOn: (attempts) =>
      `Continua sozinho, com até ${attempts} tentativas por pedido. O que elas não resolverem é dado como desistência, e avisado.`,
    mended: 'O que o Abacos tem agora está registrado como resolvido.',
    rechecks:
      'Não executa mais nada, mas continua consultando o Abacos: um pedido consertado à mão se resolve sozinho.',
    looksAgain: 'Não executa nada para estes e volta a olhar de tempos em tempos.',
    keepsAsking:
      'Pedidos sobre os quais o Abacos não dá resposta utilizável são consultados a cada ciclo; nenhum comando é executado para eles.',
  },
  toDo: {
    nothing: 'Nada.',
    wait: 'Nada por enquanto.',
    look: 'Para ver o que dizem dele a loja, o Abacos e o registro, e todos os pedidos em aberto:',
    mend: 'Descubra por quê (o motivo está acima) e conserte na loja ou no Abacos.',
    thenRetry: 'Depois mande tentar de novo:',
    doubt:
      'Procure estes pedidos no Abacos pelo número. Um que está lá se resolve sozinho assim que o Abacos o confirmar. Para um que não está, descubra por que a tarefa não teve efeito e corrija isso, ou ignore o pedido. Só então:',
    puzzling: 'Procure os pedidos no Abacos. Quando ele voltar a responder, eles seguem sozinhos.',
    badNumber: 'Dê aos pedidos um número de 1 a 50 caracteres de A-Z a-z 0-9 . _ / - na tabela da loja, ou deixe-os.',
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
    happened: (name, at, lasted) => `${name} está sem acesso desde ${at} (${lasted}).`,
    blips: (count) => `Antes disso já tinha saído do ar por pouco tempo ${times(count)}.`,
  },
  held: {
    subject: () => 'Os reparos estão suspensos',
    stillDown: (_, lasted) => `Os reparos continuam suspensos após ${lasted}`,
    happened: (_, at, lasted) =>
      `Os reparos estão suspensos desde ${at} (${lasted}): o Abacos nega pedidos que já tinha. Talvez ele não seja mais o que era, e os pedidos que ele diz que faltam podem estar lá.`,
    blips: (count) => `Antes disso já tinham sido suspensos por pouco tempo ${times(count)}.`,
  },
  meanwhile: {
    of: (dependency) => MEANWHILE[dependency],
    noHint: 'Nada, se isto é conhecido e vai passar: um aviso vem no fim. Caso contrário, para testar tudo:',
    hint: (hint) => `${hint}.`,
    lookInto:
      'Descubra se o Abacos foi restaurado de um backup e se o endereço e a chave em abacos.yml levam à empresa certa. Isto mostra o que o order-monit recebe de lá:',
    isReal:
      'Se o Abacos perdeu pedidos de verdade, confirme: isto faz consultá-lo de novo sobre todos os pedidos desde o momento para o qual ele voltou e libera os reparos:',
    aMoment: 'AAAA-MM-DD HH:MM',
  },
  back: {
    subject: (name, lasted) => `${name} voltou após ${lasted}`,
    happened: (name, fromMs, toMs) => `${name} esteve fora do ar ${period(fromMs, toMs)}.`,
    relapses: (count) => `Nesse tempo voltou e saiu do ar de novo ${times(count)}.`,
    caughtUp: (checked, failing) =>
      checked === 0
        ? 'Nenhum pedido novo esperava.'
        : failing === 0
          ? `${orders(checked)} ${checked === 1 ? 'esperava e foi verificado' : 'esperavam e foram verificados'}; nada falta.`
          : `${orders(checked)} ${checked === 1 ? 'esperava e foi verificado' : 'esperavam e foram verificados'}: ${checked - failing} no Abacos, ${failing} com falha.`,
    repaired: (count) => `${orders(count)} ${count === 1 ? 'reintegrado' : 'reintegrados'}.`,
    goesOn: 'Ainda há mais a pôr em dia; isso continua sozinho.',
    heldSubject: (lasted) => `os reparos continuam após ${lasted}`,
    heldHappened: (fromMs, toMs) => `Os reparos estiveram suspensos ${period(fromMs, toMs)}.`,
    heldRelapses: (count) => `Nesse tempo continuaram e foram suspensos de novo ${times(count)}.`,
  },
  configuration: {
    subject: 'erro de configuração',
    happened: (at) => `A configuração, ou o registro, tem erros, vistos em ${at}:`,
    inForce:
      'O que tem erros não foi adotado. Um serviço em execução continua com a configuração que tinha; um que ia iniciar não iniciou.',
    mend: 'Corrija o que é citado, teste e mande ler de novo:',
    recoverySubject: 'configuração boa de novo',
    recovery: 'A configuração está boa de novo e em vigor. O que estava errado:',
  },
  report: {
    subject: (day) => `relatório de ${day}`,
    headline: (checked, inAbacos) => `${orders(checked)}, ${inAbacos} no Abacos`,
    repaired: (count, median) => `${count} ${count === 1 ? 'reintegrado' : 'reintegrados'} (mediana ${median})`,
    open: (count, oldest, names) => `${count} em aberto há ${oldest}: ${names}`,
    noneOpen: 'nenhum em aberto',
    period: (from, to) => `De ${from} a ${to}:`,
    uncheckedHeadline: (since) => `verificação incompleta desde ${since}`,
    unchecked: (since) =>
      `Desde ${since} nem todos os pedidos puderam ser verificados: podem faltar pedidos abaixo, e os listados podem ter mudado.`,
    checked: (checked, inAbacos) => `${orders(checked)} verificados, ${inAbacos} no Abacos.`,
    repairedLine: (count, median) =>
      count === 0
        ? 'Nenhum precisou ser reintegrado.'
        : `${count} ${count === 1 ? 'reintegrado' : 'reintegrados'}${median === null ? '' : `, após ${median} (mediana)`}.`,
    givenUpLine: (count) => `${count} ${count === 1 ? 'desistência' : 'desistências'}.`,
    undated: (count) => `${orders(count)} sem data no registro.`,
    outage: (name, count, lasted) => `${name} saiu do ar ${times(count)}, por ${lasted}.`,
    held: (count, lasted) => `Os reparos foram suspensos ${times(count)}, por ${lasted}.`,
    openHeading: (count) => (count === 0 ? 'Nenhum pedido em aberto.' : `${orders(count)} em aberto:`),
    openGivenUp: 'desistência',
    retryHint: 'Depois de consertado o motivo, isto dá novas tentativas aos pedidos dados como desistência:',
  },
  test: {
    subject: 'teste',
    happened: 'Alguém pediu uma mensagem de teste com order-monit check --mail. Ela chegou.',
  },
};
