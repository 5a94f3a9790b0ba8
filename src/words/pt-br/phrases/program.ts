/** Of the program that asks an ERP other than Abacos: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const PROGRAM: readonly Phrase[] = [
  ['<0>; it said: {1}', '{0}; mensagem: {1}'],
  ['{0} ended with exit status {1}; it said: {2}', '{0} terminou com o código {1}; mensagem: {2}'],
  ['{0} was ended by {1}; it said: {2}', '{0} foi encerrado por {1}; mensagem: {2}'],
  ['{0} could not be started ({1})', 'não foi possível iniciar {0} ({1})'],
  [
    'see whether the file is there, and whether the program in its first line is (#!)',
    'veja se o arquivo existe, e se existe o programa da primeira linha dele (#!)',
  ],
  [
    'run: chmod 755 on it, and see whether the unit lets the service execute it and what its first line names (ExecPaths=)',
    'execute chmod 755 nele, e veja se a unit deixa o serviço executar ele e o que a primeira linha dele indica (ExecPaths=)',
  ],
  [
    'its first line must name what runs it, such as #!/usr/bin/node',
    'a primeira linha dele precisa indicar o que o executa, como #!/usr/bin/node',
  ],
  ['{0} did not end within {1} s', '{0} não terminou em {1} s'],
  [
    'if it lasts, raise timeout in erp.yml, or ask about fewer orders at a time (max_numbers_per_call in service.yml)',
    'se continuar, aumente timeout em erp.yml, ou consulte menos pedidos de cada vez (max_numbers_per_call em service.yml)',
  ],
  [
    '{0} said more than answers to what it was asked can be',
    '{0} disse mais do que cabe em respostas ao que foi perguntado',
  ],
  [
    'see whether it asks the ERP for these numbers alone, and whether the ERP heeds that',
    'veja se ele pergunta ao ERP só por esses números, e se o ERP respeita isso',
  ],
  ['{0} was ended by {1}', '{0} foi encerrado por {1}'],
  ['{0} says that it is down', '{0} diz que está fora do ar'],
  ['{0} ended with exit status {1}', '{0} terminou com o código {1}'],
  [
    'correct what it says; erp.yml has its words and its environment',
    'corrija o que ele diz; as palavras e o ambiente dele estão em erp.yml',
  ],
  ['a line that is too long to be repeated', 'uma linha comprida demais para ser repetida'],
  ['no answer came for it', 'nenhuma resposta veio para ele'],
  ['two different answers came', 'vieram duas respostas diferentes'],
  ['no reason was given', 'nenhum motivo foi dado'],
  ['the answer is none: {0}', 'a resposta não é válida: {0}'],
  ['the answer is not plain: {0}', 'a resposta não é clara: {0}'],
  ['the answer has a status that is none: {0}', 'a resposta tem uma situação que não existe: {0}'],
];
