/** Every word of the page, in Portuguese as it is written in Brazil. */
import type { PAGE as EN } from '../en/page.ts';

/** Without a formatter that is made beforehand: the first takes a megabyte and 7 ms, and the page may be off. */
function grouped(count: number): string {
  return count.toLocaleString('pt-BR');
}

function orders(count: number): string {
  return count === 1 ? '1 pedido' : `${grouped(count)} pedidos`;
}

/** `a cada 2 minutos`, and not `a cada 1 hora`. */
function interval(duration: string): string {
  return `a cada ${duration.replace(/^1 (?=\p{L}+$)/u, '')}`;
}

export const PAGE: typeof EN = {
  frame: {
    skip: 'Ir para o conteúdo',
    home: 'Visão geral',
    findLabel: 'Número do pedido',
    findHint: 'como aparece na loja',
    find: 'Buscar pedido',
    reload: 'Recarregar',
    pause: 'Pausar atualização',
    asOf: 'Situação às',
    stale: 'Não foi possível atualizar esta página. O que ela mostra pode estar desatualizado.',
    running: (version, duration) => `order-monit ${version}, em execução há ${duration}`,
    timesIn: (zone) => `Horários de ${zone}.`,
  },
  overview: {
    title: 'Visão geral',
    down: (dependency, duration) =>
      ({
        shop: `O banco de dados da loja está indisponível há ${duration}.`,
        abacos: `O Abacos está indisponível há ${duration}.`,
        'integration-server': `O servidor de integração está indisponível há ${duration}.`,
        repairs: `Os reparos estão suspensos há ${duration}: o Abacos nega pedidos que já tinha.`,
      })[dependency],
    downEffect: {
      shop: 'Nada se perde: os novos pedidos são verificados assim que ele voltar, automaticamente.',
      abacos: 'Nada se perde: todos os pedidos são verificados assim que ele voltar, automaticamente.',
      'integration-server':
        'Os pedidos continuam sendo verificados. Os que faltam são integrados assim que ele voltar a funcionar, automaticamente.',
      repairs:
        'Os pedidos continuam sendo verificados e nenhum é inserido, para que nada seja inserido em duplicidade. O que fazer está mais abaixo.',
    },
    starting: 'O order-monit acabou de iniciar.',
    startingHint: 'A primeira verificação dos pedidos está em andamento.',
    notLookedSince: (time) => `Nenhum pedido é verificado desde ${time}.`,
    notLookedHint:
      'O que se vê aqui dos pedidos pode estar desatualizado. Quem administra o order-monit vê com order-monit status o que ele está fazendo.',
    notAllAsked: 'Nem tudo de que o order-monit depende foi consultado até agora.',
    refused:
      'A configuração foi alterada e a nova foi recusada: vale a antiga. Quem administra o order-monit descobre o motivo com: order-monit check',
    standsBy: 'Outro order-monit cuida dos pedidos.',
    standsByHint: (leader) =>
      `Este está de reserva, e o que mostra dos pedidos pode estar desatualizado. O ativo está em ${leader ?? 'um lugar ainda desconhecido'}.`,
    notIn: (count) => (count === 1 ? '1 pedido não está no Abacos' : `${orders(count)} não estão no Abacos`),
    unconfirmed: (count) =>
      count === 1 ? '1 pedido está no Abacos sem o pagamento' : `${orders(count)} estão no Abacos sem o pagamento`,
    unclear: (count) => `o Abacos não responde com clareza sobre ${orders(count)}`,
    badNumber: (count) => (count === 1 ? '1 pedido tem um número inválido' : `${orders(count)} têm um número inválido`),
    undated: (count) => (count === 1 ? '1 pedido está sem data' : `${orders(count)} estão sem data`),
    sentence: (list) => `${list.charAt(0).toUpperCase()}${list.slice(1)}.`,
    waits: {
      settling: (time) =>
        `A loja tem primeiro o seu próprio tempo para enviar esses pedidos: até ${time} ou mais. O que ela não enviar, o order-monit envia, automaticamente.`,
      draining: (time) =>
        `Pedidos que faltavam aparecem sozinhos: a loja ainda está enviando. O order-monit espera até ${time} ou mais e depois envia o que faltar, automaticamente.`,
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
        ? `${count === 1 ? 'Precisa' : 'Precisam'} de alguém: o order-monit não consegue resolver sozinho.`
        : `${grouped(count)} deles ${count === 1 ? 'precisa' : 'precisam'} de alguém: o order-monit não consegue resolver sozinho.`,
    allToday: (count) =>
      count === 1
        ? 'O único pedido de hoje está no Abacos.'
        : `Todos os ${grouped(count)} pedidos de hoje estão no Abacos.`,
    allSince: (count, time) =>
      count === 1
        ? `O único pedido desde ${time} está no Abacos.`
        : `Todos os ${grouped(count)} pedidos desde ${time} estão no Abacos.`,
    quiet: 'Nenhum pedido está faltando. Não houve pedidos novos para verificar.',
    full: 'Há tantos pendentes que os pedidos novos esperam: são verificados assim que alguns destes forem resolvidos.',
    catchingUp: (count, duration) =>
      `Recuperando o atraso: ainda há ${orders(count)} para verificar, o que leva cerca de ${duration}.`,
    good: 'Não há nada a fazer.',
    lastLook: (ago) => `Última verificação dos pedidos: há ${ago}.`,
    neverLooked: 'A primeira verificação dos pedidos ainda não terminou.',
    openTitle: 'Pedidos pendentes',
    none: 'Nenhum. Todos os pedidos verificados estão no Abacos.',
    noneKnown: 'Nenhum de que se saiba.',
    more: (count) => `Mais ${orders(count)} não aparecem nesta lista.`,
    columns: {
      order: 'Pedido',
      what: 'Qual é o problema',
      since: 'Pendente desde',
      attempts: 'Tentativas',
      next: 'O que acontece agora',
    },
    reasons: {
      NOT_FOUND: 'Não está no Abacos.',
      PAYMENT_PENDING: 'Está no Abacos, mas sem a confirmação do pagamento.',
      UNKNOWN: 'O Abacos não responde com clareza sobre ele.',
      BAD_NUMBER: 'O número dele na loja não pode ser um número de pedido.',
      NO_DATE: 'Não tem data na loja, e não está no Abacos ou está lá sem o pagamento.',
    },
    attempts: (done, most) => `${done} de ${most}`,
    next: (every) => `Verificado ${interval(every)}, mais ou menos; nova tentativa automática assim que for seguro.`,
    nextLook: (every) => `O Abacos é consultado de novo automaticamente, ${interval(every)}, mais ou menos.`,
    nextUndated: (every) =>
      `O Abacos é consultado ${interval(every)}; nunca é enviado automaticamente: pode ser um carrinho.`,
    nextBadNumber: 'Precisa de alguém: o número tem de ser corrigido na loja.',
    nextGivenUp: (every) => `Precisa de alguém. Só é verificado, ${interval(every)}.`,
    givenUp: 'abandonado',
    idOnly: (id) => `id ${id}`,
    retryOne: (order) => `Tentar de novo ${order}`,
    retryAll: (count) => `Tentar de novo todos os ${grouped(count)} abandonados`,
    dependenciesTitle: 'Do que o order-monit depende',
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
    downSince: (dependency, duration) => `${dependency === 'repairs' ? 'suspensos' : 'indisponível'} há ${duration}`,
    whatToDo: 'O que fazer:',
    heldToDo:
      'Descubra se o Abacos foi restaurado de um backup e se o endereço e a chave em abacos.yml levam à empresa certa. Se o Abacos perdeu pedidos de verdade: order-monit rewind --since "AAAA-MM-DD HH:MM", o momento para o qual ele voltou; isso libera os reparos.',
    waiting: (count, time) => `${orders(count)} ${count === 1 ? 'espera' : 'esperam'} até ${time} ou mais`,
    lag: {
      insert_order: (duration) =>
        `Um pedido pode levar ${duration} para aparecer no Abacos depois de enviado; antes disso não é enviado de novo.`,
      confirm_payment: (duration) =>
        `Um pagamento pode levar ${duration} para aparecer no Abacos depois de confirmado; antes disso não é confirmado de novo.`,
    },
  },
  chart: {
    title: 'As últimas 48 horas',
    since: (time) => `Os dados começam em ${time}, quando o order-monit foi iniciado.`,
    orders: 'Novos pedidos verificados',
    repairs: 'Pedidos integrados pelo order-monit',
    time: 'Tempo até integrar',
    ordersSum: (total, most) => `${grouped(total)} no total, no máximo ${grouped(most)} em uma hora`,
    repairsSum: (total, most) => `${grouped(total)} no total, no máximo ${grouped(most)} em uma hora`,
    timeSum: (typical, longest) => `${typical} na hora típica, ${longest} na mais lenta`,
    noTime: 'nada precisou ser integrado',
    now: 'agora',
    asTable: 'O mesmo em uma tabela',
    hour: 'Hora a partir de',
    empty: 'Nada aconteceu nestas horas.',
  },
  order: {
    title: (order) => `Pedido ${order}`,
    idLabel: 'id na loja',
    answerTitle: 'Onde está e por quê',
    todoTitle: 'O que fazer',
    todoNothing: 'Nada.',
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
    awaitsPaymentTodo: (every, until) => `Nada. O pagamento é verificado a cada ${every}, até ${until}.`,
    paid: (until) =>
      until === undefined
        ? 'Este pedido está no Abacos e foi pago; a própria loja confirma o pagamento.'
        : `Este pedido está no Abacos e foi pago; a confirmação da própria loja tem até ${until}.`,
    paidTodo: 'Nada por enquanto: se a loja não confirmar o pagamento, o order-monit manda confirmar.',
    unpaid: 'Este pedido está no Abacos, mas o Abacos ainda não sabe que ele foi pago.',
    unpaidTodo: (every) =>
      `Nada por enquanto: o order-monit confirma o pagamento automaticamente e verifica ${interval(every)}, mais ou menos.`,
    unpaidGivenUpTodo:
      'Peça a quem cuida da loja que descubra por que o pagamento não pode ser confirmado. Depois de corrigido, mande tentar de novo.',
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
        ? 'Este pedido não está no Abacos. O order-monit percebeu isso e ainda não executou nada para ele.'
        : `Este pedido não está no Abacos. O order-monit já fez ${done} de ${most} tentativas de integrá-lo.`,
    missingTodo: (every) =>
      `Nada por enquanto: o order-monit o verifica ${interval(every)}, mais ou menos, e tenta de novo automaticamente assim que isso não puder inseri-lo em duplicidade.`,
    missingTodoWhile: {
      held: 'Nada só por este pedido: todos os reparos estão suspensos, e a visão geral diz o que fazer. Ele é retomado automaticamente quando os reparos continuarem.',
      out: 'Nada só por este pedido: o servidor de integração está indisponível, e a visão geral diz por quê. Ele é retomado automaticamente quando isso voltar a funcionar.',
      wait: (time) =>
        `Nada por enquanto: a loja ainda pode enviá-lo sozinha, até ${time} ou mais. Se não enviar, o order-monit envia.`,
    },
    givenUp: 'Este pedido não está no Abacos, e o order-monit parou de tentar integrá-lo.',
    givenUpTodo: 'Peça que a causa seja corrigida (o que a loja disse está abaixo) e depois mande tentar de novo.',
    inDoubt:
      'O Abacos não mostra este pedido, embora um comando possa tê-lo enviado. O order-monit parou: mais um poderia enviá-lo em duplicidade.',
    inDoubtTodo:
      'Procure-o no Abacos pelo número. Se estiver lá, não há nada a fazer: ele se resolve sozinho assim que o Abacos o confirmar. Se não estiver, peça que a causa seja corrigida e clique em "Tentar este pedido de novo"; ou ignore-o.',
    vanished: 'O Abacos diz que não tem este pedido, embora o tivesse quando o order-monit verificou.',
    vanishedTodo:
      'Pergunte a quem cuida do Abacos se ele foi removido lá. O order-monit não o verifica de novo sozinho.',
    unclear: 'Não se sabe ao certo se este pedido está no Abacos: o que o Abacos responde sobre ele não é claro.',
    unclearTodo: (every) =>
      `Espere: o order-monit pergunta de novo ${interval(every)}, mais ou menos. Se continuar assim por um dia, mostre a resposta abaixo a quem cuida do Abacos.`,
    unasked: 'O Abacos não pode ser consultado agora. Na última consulta, este pedido estava pendente.',
    unaskedSettled: 'O Abacos não pode ser consultado agora. Na última consulta, ele tinha este pedido.',
    unaskedTodo: 'Espere até que o Abacos volte a responder; nada se perde. Depois olhe aqui de novo.',
    said: 'O que se disse dele por último',
    retry: 'Tentar este pedido de novo',
    evidenceTitle: 'O que cada lado diz neste momento',
    shop: 'A loja',
    abacos: 'Abacos',
    checkpoint: 'Registro do order-monit',
    shopState: 'estado',
    shopNoRow: 'não tem este pedido',
    notAsked: (why) => `não pôde ser consultado: ${why}`,
    answers: {
      missing: 'não o tem',
      exists: (status) => `tem o pedido: ${status}`,
      unknown: (why) => `não responde com clareza: ${why}`,
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
    severalTitle: 'Vários pedidos',
    several: (order) => `A loja tem vários pedidos com o número ${order}. Qual deles?`,
  },
  story: {
    title: 'O que aconteceu',
    none: 'Não há lembrança de nada que tenha acontecido com este pedido.',
    since: (time) => `O que se conta aqui começa em ${time}.`,
    found: {
      OK: 'O Abacos o tem.',
      AWAITING_PAYMENT: 'O Abacos o tem; o pagamento ainda está por vir, ou por confirmar pela loja.',
      NOT_FOUND: 'O Abacos não o tem.',
      PAYMENT_PENDING: 'O Abacos o tem, mas não sabe do pagamento.',
      UNKNOWN: 'O Abacos não respondeu com clareza.',
      BAD_NUMBER: 'O número dele não pode ser um número de pedido.',
      NO_DATE: 'Não tem data utilizável, e o Abacos não o tem ou não sabe do pagamento.',
    },
    late: 'Ele apareceu com atraso na loja.',
    started: (task, attempt) => `${task} (tentativa ${attempt}).`,
    tasks: {
      insert_order: 'O order-monit manda a loja enviá-lo ao Abacos',
      confirm_payment: 'O order-monit manda a loja confirmar o pagamento',
    },
    ended: {
      exited: 'A loja diz que terminou',
      killed: 'Demorou demais e foi encerrado',
      busy: 'Não iniciado: uma tentativa anterior ainda está em execução',
      'too-soon': 'Não iniciado: uma tentativa anterior acabou de terminar',
      'not-started': 'Não pôde ser iniciado no servidor de integração',
      lost: 'A conexão caiu; ainda pode estar em execução',
    },
    exitedBadly: (status) => `A loja diz que falhou (código de saída ${status})`,
    after: (duration) => `depois de ${duration}`,
    givenUp: {
      attempts: 'O order-monit para de tentar: as tentativas acabaram.',
      permanent: 'O order-monit para de tentar, pelo que a loja disse.',
      doubt:
        'O order-monit para de tentar: um comando pode ter feito seu trabalho, e mais um poderia fazê-lo em duplicidade.',
    },
    repaired: (duration) => `Agora está no Abacos, ${duration} depois de ter sido encontrado com falha.`,
    notRepaired: 'Verificado de novo em seguida:',
    rowGone: 'A tabela da loja não o tem mais.',
    retry: (by) => `Recebe de novo todas as tentativas, a pedido de ${by}.`,
  },
  retry: {
    title: 'Tentar de novo',
    question: 'Tentar de novo estes pedidos?',
    explanation:
      'Cada um recebe de novo todas as tentativas, e o order-monit começa imediatamente. O Abacos é consultado antes, e um pedido que ele mostra não é enviado de novo. Se um comando pode ter enviado um que ele não mostra, procure esse pedido no Abacos primeiro.',
    confirm: 'Sim, tentar de novo',
    cancel: 'Não, voltar',
    doneTitle: 'Nova tentativa solicitada',
    accepted: 'está sendo tentado de novo',
    refused: 'não está mais pendente: nada a tentar',
    doneHint: 'O resultado aparece na página do pedido em poucos minutos.',
    notAllowedTitle: 'Não é permitido tentar de novo aqui',
    notAllowed:
      'Esta página é só para consulta. Quem opera o order-monit pode permitir (page_allow_retry) ou executar: order-monit retry',
    nothing: 'Nenhum pedido foi indicado.',
  },
  problem: {
    notFoundTitle: 'Esta página não existe',
    notFound: 'Busque um pedido acima ou vá para a visão geral.',
    noOrderTitle: (order) => `A loja não tem o pedido ${order}`,
    noOrder:
      'Compare o número com a fonte de onde ele veio. Um pedido feito há instantes pode ainda não estar lá. Se o cliente tem uma confirmação e a loja não tem o pedido, avise quem cuida da loja.',
    badSearchTitle: 'Isto não pode ser um número de pedido',
    badSearch: (text) =>
      `“${text}” não pode ser um número de pedido: eles têm até 50 letras, algarismos, pontos, traços, barras e sublinhados. Um pedido também pode ser indicado pelo id na loja, com # na frente: #72066.`,
    unreachableTitle: 'O banco de dados da loja não pode ser consultado agora',
    unreachable: (why) =>
      `Sem ele não se sabe de que pedido se trata. Tente de novo em alguns minutos. O motivo: ${why}.`,
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
