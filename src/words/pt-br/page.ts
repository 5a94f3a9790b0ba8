/** Every word of the page, in Portuguese as it is written in Brazil. */
import type { PAGE as EN } from '../en/page.ts';
import { CHANGES } from './changes.ts';
import { COMMON, grouped, hour, orders } from './common.ts';

export const PAGE: typeof EN = {
  ...COMMON,
  frame: {
    skip: 'Ir para o conteúdo',
    home: 'Visão geral',
    findLabel: 'Número do pedido, ou uma lista',
    findHint: 'como você o tem; de uma lista, os primeiros 50',
    find: 'Buscar pedido',
    reload: 'Recarregar',
    pause: 'Pausar atualização',
    asOf: 'Atualizado em',
    stale: 'O order-monit não responde. O que se vê aqui pode estar desatualizado.',
    paused: 'A atualização está pausada. O que se vê aqui pode estar desatualizado.',
    asOfAgo: (ago) => `(há ${ago})`,
    still: 'Esta página não se atualiza sozinha: recarregue-a para ver a situação atual.',
    running: (version, duration) => `order-monit ${version}, em execução há ${duration}`,
    timesIn: (zone, offset) => `Todos os horários são de ${zone} (${offset}).`,
  },
  overview: {
    title: 'Visão geral',
    starting: 'O order-monit acabou de iniciar.',
    startingHint: 'A primeira verificação dos pedidos está em andamento.',
    notLookedSince: (time) => `Nenhum pedido é verificado desde ${hour(time)}.`,
    notLookedHint:
      'O que se vê aqui dos pedidos pode estar desatualizado. Quem administra o order-monit vê com order-monit status o que ele está fazendo.',
    notAllAsked: 'Nem todos os sistemas foram consultados até agora.',
    refused:
      'A configuração foi alterada e a nova foi recusada: vale a antiga. Quem administra o order-monit descobre o motivo com: order-monit check',
    standsBy: 'Outro order-monit cuida dos pedidos.',
    standsByHint: (leader) =>
      `Este está de reserva, e o que mostra dos pedidos pode estar desatualizado. O ativo está em ${leader ?? 'um lugar ainda desconhecido'}.`,
    notIn: (count) => (count === 1 ? '1 pedido não está no Abacos' : `${orders(count)} não estão no Abacos`),
    unconfirmed: (count) =>
      count === 1 ? '1 pedido está no Abacos sem o pagamento' : `${orders(count)} estão no Abacos sem o pagamento`,
    unclear: (count) => `${orders(count)} sem resposta clara do Abacos`,
    badNumber: (count) => (count === 1 ? '1 pedido tem um número inválido' : `${orders(count)} têm um número inválido`),
    undated: (count) => (count === 1 ? '1 pedido está sem data' : `${orders(count)} estão sem data`),
    waits: {
      settling: (time) =>
        `A loja tem primeiro o seu próprio tempo para enviar esses pedidos: até ${hour(time)} ou mais. O que ela não enviar, o order-monit envia, automaticamente.`,
      draining: (time) =>
        `Pedidos que faltavam aparecem sozinhos: a loja ainda está enviando. O order-monit espera até ${hour(time)} ou mais e depois envia o que faltar, automaticamente.`,
    },
    repairing: (count) =>
      count === 1
        ? 'O order-monit está cuidando dele, automaticamente.'
        : 'O order-monit está cuidando deles, automaticamente.',
    repairingOthers: (count) =>
      count === 1
        ? 'O order-monit está cuidando do outro, automaticamente.'
        : `O order-monit está cuidando dos outros ${grouped(count)}, automaticamente.`,
    needHelp: (count, total) =>
      count === total
        ? `${count === 1 ? 'Precisa' : 'Precisam'} de ação: o order-monit não consegue ${count === 1 ? 'repará-lo' : 'repará-los'}.`
        : `${grouped(count)} deles ${count === 1 ? 'precisa' : 'precisam'} de ação: o order-monit não consegue ${count === 1 ? 'repará-lo' : 'repará-los'}.`,
    allToday: (count) =>
      count === 1
        ? 'O único pedido de hoje está no Abacos.'
        : `Todos os ${grouped(count)} pedidos de hoje estão no Abacos.`,
    allSince: (count, time) =>
      count === 1
        ? `O único pedido desde ${hour(time)} está no Abacos.`
        : `Todos os ${grouped(count)} pedidos desde ${hour(time)} estão no Abacos.`,
    quiet: 'Nenhum pedido está faltando. Não houve pedidos novos para verificar.',
    allBut: (count) =>
      `Todos os pedidos verificados estão no Abacos, exceto ${orders(count)} que ${count === 1 ? 'foi dispensado' : 'foram dispensados'}.`,
    full: 'Há tantos pedidos com problema que os pedidos novos esperam: são verificados assim que alguns destes forem resolvidos.',
    catchingUp: (count, duration) =>
      `Recuperando o atraso: ainda há ${orders(count)} para verificar, o que leva cerca de ${duration}.`,
    good: 'Não há nada a fazer.',
    now: 'Agora',
    nowCycle: 'os pedidos estão sendo verificados',
    nowPause: (time) => `pausa até ${hour(time)}, no máximo; depois, a próxima verificação`,
    nowCommands: {
      insert_order: (order, lasted) => `o pedido ${order} está sendo enviado ao Abacos (insert_order, há ${lasted})`,
      confirm_payment: (order, lasted) =>
        `o pagamento do pedido ${order} está sendo confirmado (confirm_payment, há ${lasted})`,
    },
    nowMore: (count) => (count === 1 ? 'mais 1 comando' : `mais ${grouped(count)} comandos`),
    lastLook: (ago) => `Última verificação dos pedidos: há ${ago}.`,
    neverLooked: 'A primeira verificação dos pedidos ainda não terminou.',
    openTitle: 'Pedidos com problema',
    none: 'Nenhum. Todos os pedidos verificados estão no Abacos.',
    noneBut: (count) => `Nenhum. ${orders(count)} ${count === 1 ? 'foi dispensado' : 'foram dispensados'}.`,
    noneKnown: 'Nenhum conhecido.',
    parts: {
      action: (count) => (count === 1 ? 'Precisa de você: 1 pedido' : `Precisam de você: ${orders(count)}`),
      progress: (count) => `Em andamento: ${orders(count)}`,
    },
    all: (count) => `todos os ${grouped(count)}`,
    choose: (count) => `Ver todos os ${grouped(count)}, escolher e tentar de novo`,
    moreCauses: (count) => (count === 1 ? 'mais 1 causa' : `mais ${grouped(count)} causas`),
    noneHere: 'Nenhum pedido com problema aqui.',
    csv: 'Baixar como tabela (CSV)',
    csvLeft: (count) => `Fora desta tabela: ${orders(count)}. Todos: order-monit open`,
    csvColumns: {
      id: 'Id na loja',
      reason: 'Código',
      said: 'Último erro',
      needsAction: 'Precisa de ação',
      checked: 'Última verificação',
      yes: 'sim',
      no: 'não',
    },
    pagesTitle: 'Páginas',
    pageOf: (page, last) => `Página ${grouped(page)} de ${grouped(last)}`,
    previousPage: 'Página anterior',
    nextPage: 'Próxima página',
    chooseOne: (order) => `Escolher ${order}`,
    retryChosen: 'Tentar de novo os escolhidos',
    columns: {
      order: 'Pedido',
      orders: 'Entre eles',
      cause: 'Causa',
      count: 'Pedidos',
      what: 'Qual é o problema',
      since: 'Com problema desde',
      attempts: 'Tentativas',
      next: 'O que acontece agora',
    },
    attempts: (done, most) => `${done} de ${most}`,
    next: (every) => `Verificado em intervalos de cerca de ${every}; nova tentativa assim que for seguro.`,
    nextLook: (every) => `O Abacos é consultado de novo em intervalos de cerca de ${every}.`,
    nextUndated: (every) =>
      `O Abacos é consultado a cada ${every}; nunca é reparado automaticamente: pode ser um carrinho.`,
    nextBadNumber: 'O número tem de ser corrigido na loja.',
    nextGivenUp: (every) => `Só é verificado, a cada ${every}.`,
    givenUp: 'precisa de ação',
    retryOne: (order) => `Tentar de novo ${order}`,
    retryAll: (count) => `Tentar de novo todos os ${grouped(count)}`,
    dependenciesTitle: 'Sistemas',
    dependencies: {
      shop: 'Banco de dados da loja',
      abacos: 'Abacos',
      'integration-server': 'Servidor de integração',
      repairs: 'Reparos',
    },
    dependencyRoles: {
      shop: 'de onde vêm os pedidos',
      abacos: 'onde os pedidos têm de estar',
      'integration-server': 'envia ao Abacos os pedidos que faltam',
      repairs: 'suspensos enquanto o Abacos nega pedidos que já tinha',
    },
    up: 'funcionando',
    notAsked: 'ainda não consultado',
    downSinceShort: (dependency) => (dependency === 'repairs' ? 'suspensos' : 'indisponível'),
    waiting: (count, time) => `${orders(count)} ${count === 1 ? 'espera' : 'esperam'} até ${hour(time)} ou mais`,
    lag: {
      insert_order: (duration) =>
        `Um pedido pode levar ${duration} para aparecer no Abacos depois de enviado; antes disso não é enviado de novo.`,
      confirm_payment: (duration) =>
        `Um pagamento pode levar ${duration} para aparecer no Abacos depois de confirmado; antes disso não é confirmado de novo.`,
    },
  },
  chart: {
    title: 'As últimas 48 horas',
    since: (time) => `Dados desde ${hour(time)}.`,
    orders: 'Novos pedidos verificados',
    trouble: 'Pedidos que faltavam, e o que foi feito deles',
    missing: 'Faltavam',
    repairs: 'Reparados',
    action: 'Precisam de ação',
    perHour: 'pedidos/h',
    timeUnit: 'mediana',
    downtimes: 'Sombreado: um sistema estava indisponível, ou os reparos estavam suspensos.',
    fromTo: (from, to) => `de ${from} a ${to}`,
    time: 'Tempo até reparar',
    ordersSum: (total, most) => `${grouped(total)} no total, no máximo ${grouped(most)} em uma hora`,
    troubleSum: ({ missing, repairs, action }) =>
      `${grouped(missing)} faltavam, ${grouped(repairs)} reparados, ${grouped(action)} passaram a precisar de ação`,
    timeSum: (typical, longest) => `mediana ${typical}, ${longest} na hora mais lenta`,
    noTime: 'nada precisou ser reparado',
    now: 'agora',
    asTable: 'Ver em tabela',
    hour: 'Hora a partir de',
    empty: 'Nada aconteceu nestas horas.',
  },
  order: {
    title: (order) => `Pedido ${order}`,
    idLabel: 'id na loja',
    answerTitle: 'Onde está e por quê',
    gone: 'A tabela da loja não tem mais este pedido.',
    goneTodo: 'Pergunte a quem cuida da loja se ele foi apagado de propósito. O order-monit não faz nada por ele.',
    noNumber: 'A loja ainda não deu um número a este pedido, então o Abacos não pode conhecê-lo.',
    noNumberTodo: 'Espere. Se continuar assim por mais de uma hora, avise quem cuida da loja.',
    badNumber:
      'Ao que tudo indica este pedido não está no Abacos: o número dele na loja não pode ser um número de pedido.',
    badNumberTodo: 'Peça que o número seja corrigido na loja. O order-monit verifica de novo quando ele mudar.',
    undated: 'Este pedido não está no Abacos e não tem data utilizável na loja: pode ser um carrinho.',
    undatedTodo:
      'Se for um carrinho: nada. Se for um pedido, peça a quem cuida da loja que lhe dê sua data; o order-monit então cuida dele como dos outros.',
    inAbacos: (status) => `Este pedido está no Abacos (${status}).`,
    awaitsPayment: 'Este pedido está no Abacos; a loja aguarda o pagamento do cliente.',
    awaitsPaymentTodo: (every, until) => `Nada. O pagamento é verificado a cada ${every}, até ${hour(until)}.`,
    paid: (until) =>
      until === undefined
        ? 'Este pedido está no Abacos e foi pago; a própria loja confirma o pagamento.'
        : `Este pedido está no Abacos e foi pago; a confirmação da própria loja tem até ${hour(until)}.`,
    paidTodo: 'Nada por enquanto: se a loja não confirmar o pagamento, o order-monit confirma.',
    unpaid: 'Este pedido está no Abacos, mas o Abacos ainda não sabe que ele foi pago.',
    unpaidTodo: (every) =>
      `Nada por enquanto: o order-monit confirma o pagamento automaticamente e verifica em intervalos de cerca de ${every}.`,
    unpaidGivenUpTodo:
      'Peça a quem cuida da loja que descubra por que o pagamento não pode ser confirmado. Depois de corrigido, clique em "Tentar este pedido de novo".',
    young: (duration) =>
      `Este pedido ainda não está no Abacos. Ele é novo: a loja tem ${duration} para enviá-lo antes que o order-monit aja.`,
    youngTodo: 'Nada. O order-monit o verifica automaticamente.',
    notLooked: 'Este pedido não está no Abacos, e o order-monit ainda não chegou a ele.',
    notLookedTodo:
      'Nada por enquanto: ele é verificado em minutos. Se continuar assim, veja na visão geral o que está fora do ar.',
    neverWatched:
      'Este pedido não está no Abacos, e o order-monit não o acompanha: é mais antigo do que o período acompanhado, ou o registro dele não existe mais.',
    neverWatchedTodo: 'Peça a quem cuida da loja que o integre manualmente.',
    missing: (done, most) =>
      done === 0
        ? 'Este pedido não está no Abacos. O order-monit ainda não executou nada para ele.'
        : `Este pedido não está no Abacos. Foram feitas ${done} de ${most} tentativas.`,
    missingTodo: (every) =>
      `Nada por enquanto: o order-monit o verifica em intervalos de cerca de ${every}, e tenta de novo automaticamente assim que isso não puder inseri-lo em duplicidade.`,
    missingTodoWhile: {
      held: 'Nada só por este pedido: todos os reparos estão suspensos, e a visão geral diz o que fazer. Ele é retomado automaticamente quando os reparos continuarem.',
      out: 'Nada só por este pedido: o servidor de integração está indisponível, e a visão geral diz por quê. Ele é retomado automaticamente quando isso voltar a funcionar.',
      wait: (time) =>
        `Nada por enquanto: a loja ainda pode enviá-lo sozinha, até ${hour(time)} ou mais. Se não enviar, o order-monit envia.`,
    },
    givenUp: 'Este pedido não está no Abacos, e o order-monit parou de tentar.',
    givenUpTodo:
      'Peça que a causa seja corrigida (o último erro está abaixo) e depois clique em "Tentar este pedido de novo".',
    missingUnpaid: 'Este pedido não está no Abacos, e o cliente ainda não pagou.',
    missingUnpaidTodo:
      'Nada enquanto não for pago: o order-monit continua consultando o Abacos. Se for pago e uma hora depois ainda não estiver lá, tente de novo então.',
    retried: (time) =>
      `Nova tentativa iniciada ${at(time)}. O Abacos é consultado primeiro; depois se faz o que falta. O resultado aparece aqui sozinho.`,
    thenRetry: 'Depois clique em "Tentar este pedido de novo".',
    inDoubt:
      'O Abacos não mostra este pedido, embora um comando possa tê-lo enviado. O order-monit parou: mais um poderia enviá-lo em duplicidade.',
    inDoubtTodo:
      'Procure-o no Abacos pelo número. Se estiver lá, não há nada a fazer: ele se resolve sozinho assim que o Abacos o confirmar. Se não estiver, peça que a causa seja corrigida e clique em "Tentar este pedido de novo"; ou ignore-o.',
    vanished: 'O Abacos diz que não tem este pedido, embora o tivesse quando o order-monit verificou.',
    vanishedTodo:
      'Pergunte a quem cuida do Abacos se ele foi removido lá. O order-monit não o verifica de novo sozinho.',
    unclear: 'Não se sabe ao certo se este pedido está no Abacos: não há resposta clara do Abacos.',
    unclearTodo: (every) =>
      `Espere: o order-monit pergunta de novo em intervalos de cerca de ${every}. Se continuar assim por um dia, mostre a resposta abaixo a quem cuida do Abacos.`,
    unasked: 'O Abacos não pode ser consultado agora. Na última consulta, este pedido estava com problema.',
    unaskedSettled: 'O Abacos não pode ser consultado agora. Na última consulta, ele tinha este pedido.',
    unaskedTodo: 'Espere até que o Abacos volte a responder; nada se perde. Depois olhe aqui de novo.',
    said: 'Último erro',
    retry: 'Tentar este pedido de novo',
    evidenceTitle: 'O que cada lado diz neste momento',
    shop: 'A loja',
    abacos: 'Abacos',
    checkpoint: 'Registro do order-monit',
    shopState: 'estado',
    shopNotes: {
      placed: 'feito em',
      changed: 'última alteração',
      sent: 'enviado ao Abacos pela loja',
      'send-error': 'erro da loja ao enviá-lo',
      'payment-confirmed': 'pagamento confirmado ao Abacos pela loja',
      'payment-error': 'erro da loja ao confirmar o pagamento',
    },
    shopNoRow: 'não tem este pedido',
    notAsked: (why) => `não pôde ser consultado: ${COMMON.translated(why)}`,
    answers: {
      missing: 'não consta',
      exists: (status) => `tem o pedido: ${status}`,
      unknown: (why) => `não responde com clareza: ${COMMON.translated(why)}`,
    },
    erp: {
      'in-progress': 'em andamento',
      invoiced: 'faturado',
      dispatched: 'despachado',
      delivered: 'entregue',
      cancelled: 'cancelado',
    },
    recorded: (payment) =>
      payment === undefined ? 'resolvido: o Abacos o tinha' : 'no Abacos; o pagamento é acompanhado',
    notYet: 'ainda não verificado',
    noRecord: 'não existe',
    attempts: (done) =>
      done === 0 ? 'nenhuma tentativa até agora' : done === 1 ? '1 tentativa' : `${done} tentativas`,
    firstSeen: 'primeiro registro',
    lastSeen: 'último registro',
    byId: (text) => `Nenhum pedido tem o número ${text}. Este é o pedido que tem esse id na loja.`,
    severalTitle: 'Vários pedidos',
    several: (order) => `A loja tem vários pedidos com o número ${order}. Qual deles?`,
  },
  list: {
    title: 'Pedidos consultados',
    lookedUp: (count) => (count === 1 ? '1 pedido consultado' : `${grouped(count)} pedidos consultados`),
    counts: {
      bad: (count) => (count === 1 ? '1 precisa de alguém' : `${grouped(count)} precisam de alguém`),
      none: (count) => (count === 1 ? '1 não encontrado na loja' : `${grouped(count)} não encontrados na loja`),
      byId: (count) => (count === 1 ? '1 encontrado só pelo id' : `${grouped(count)} encontrados só pelo id`),
      wait: (count) => `${grouped(count)} em andamento`,
      good: (count) => `${grouped(count)} no Abacos`,
    },
    left: (most, left) => `Só os primeiros ${most} foram consultados; ficaram de fora: ${grouped(left)}.`,
    columns: { written: 'Você escreveu', order: 'Pedido', why: 'Onde está e por quê', todo: 'O que fazer' },
    several: 'A loja tem vários pedidos com este número.',
    severalTodo: 'Escolha um.',
    none: 'A loja não tem este pedido.',
    noneTodo: 'Compare o número com a fonte de onde ele veio.',
    unreachableTodo: 'Tente de novo em alguns minutos.',
  },
  story: {
    none: 'Nenhum evento registrado.',
    since: (time) => `Histórico desde ${hour(time)}.`,
    late: 'Ele apareceu com atraso na loja.',
    started: (task, attempt) => `${task} (tentativa ${attempt}).`,
    tasks: {
      insert_order: 'O order-monit executa insert_order, que o envia ao Abacos',
      confirm_payment: 'O order-monit executa confirm_payment, que confirma o pagamento',
    },
    command: 'O comando',
    after: (ms) => (ms < 1000 ? 'em menos de 1 s' : `depois de ${COMMON.duration(ms)}`),
    givenUp: {
      attempts: 'Precisa de ação: todas as tentativas falharam.',
      permanent: 'Precisa de ação: erro permanente.',
      doubt: 'Precisa de ação: um comando pode ter feito seu trabalho, e mais um poderia fazê-lo em duplicidade.',
    },
    repaired: (duration) => `Agora está no Abacos, ${duration} depois de ter sido encontrado com problema.`,
    notRepaired: 'Verificado de novo em seguida:',
    rowGone: 'A tabela da loja não o tem mais.',
    rowFound: 'A tabela da loja o tem de novo.',
    retry: (by) => `Recebe de novo todas as tentativas, a pedido de ${visitor(by)}.`,
    reopened: (by) =>
      `Está aberto de novo, a pedido de ${visitor(by)}. Um comando pode ter feito seu trabalho: outro só é executado quando isso for seguro.`,
    dismissed: (by) => `Foi dispensado por ${visitor(by)}. Motivo informado:`,
  },
  ...CHANGES,
  problem: {
    notFoundTitle: 'Esta página não existe',
    notFound: 'Busque um pedido acima ou vá para a visão geral.',
    noOrderTitle: (order) => `A loja não tem o pedido ${order}`,
    noOrder:
      'Compare o número com a fonte de onde ele veio. Um pedido feito há instantes pode ainda não estar lá. Se o cliente tem uma confirmação e a loja não tem o pedido, avise quem cuida da loja.',
    badSearchTitle: 'Isto não pode ser um número de pedido',
    badSearch: (text) =>
      `“${text}” não pode ser um número de pedido: eles têm até 50 letras, algarismos, pontos, traços, barras e sublinhados. Um pedido também pode ser indicado pelo id na loja: id 72066.`,
    unreachableTitle: 'O banco de dados da loja não pode ser consultado agora',
    unreachable: (why) =>
      `Sem ele não se sabe de que pedido se trata. Tente de novo em alguns minutos. O motivo: ${COMMON.translated(why)}.`,
    forgeryTitle: 'A solicitação foi recusada',
    forgery:
      'Ela não veio desta página, ou a página ficou aberta por tempo demais. Volte, recarregue a página e tente de novo.',
    hostTitle: 'Esta página não atende por esse nome',
    host: 'Sem senha ela só atende pelos nomes do próprio servidor (localhost, 127.0.0.1, [::1]). Defina page_password_file ou faça o proxy reverso usar um socket Unix.',
    authTitle: 'É preciso uma senha',
    auth: 'Recarregue a página e informe a senha. Qualquer nome serve; ele aparece no log junto do que você faz.',
    tooManyTitle: 'Senhas erradas demais',
    tooMany: 'Espere um minuto e tente de novo.',
    methodTitle: 'Isto não pode ser feito aqui',
    tooLargeTitle: 'A solicitação é grande demais',
    tooLarge: 'Tente menos pedidos de uma vez.',
    busyTitle: 'Há pedidos demais sendo consultados ao mesmo tempo',
    busy: 'Espere alguns segundos e recarregue a página.',
    brokenTitle: 'Algo deu errado',
    broken: 'Não foi possível montar a página. O monitoramento continua. O log diz mais: journalctl -u order-monit',
  },
};

/** `às 10:31:05`. */
function at(time: string): string {
  return `às ${time}`;
}

/** As the log names a visitor of the page. */
function visitor(by: string): string {
  return by === 'the page' ? 'alguém nesta página' : by.replace(/ \(on the page\)$/, ' (nesta página)');
}
