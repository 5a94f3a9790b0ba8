/** Puts an alert into words. */
import { capital } from '../../words/sentence.ts';
import type {
  Alert,
  BackContent,
  ConfigurationContent,
  Content,
  DownContent,
  ReportContent,
  TestContent,
  UndatedContent,
} from '../decide/alert.ts';
import {
  commands,
  listedLinks,
  orderLink,
  paragraph,
  plain,
  type Block,
  type MailBody,
  type PageLink,
  type Section,
  type Span,
  type Wording,
} from './mail-body.ts';
import { nameOf, shortName, unnamedText } from './order-groups.ts';
import { orderMail, retryLines } from './order-mail.ts';
import { withErpName } from '../../text/erp-name.ts';

export interface Context extends Wording {
  readonly escalateAfterMs: number;
}

interface Moment extends Context {
  readonly now: number;
}

export function compose({ at, content }: Pick<Alert, 'at' | 'content'>, context: Context): MailBody {
  const moment = { ...context, now: at };
  const body = bodyOf(content, moment);
  return { ...body, subject: plain(withErpName(capital(body.subject)), 150) };
}

function bodyOf(content: Content, context: Moment): MailBody {
  switch (content.kind) {
    case 'orders':
    case 'action':
      return orderMail(content, context);
    case 'down':
      return downMail(content, context);
    case 'back':
      return backMail(content, context);
    case 'configuration':
      return configurationMail(content, context);
    case 'undated':
      return undatedMail(content, context);
    case 'report':
      return reportMail(content, context);
    case 'test':
      return testMail(content, context);
  }
}

function sectionsOf(
  { words }: Context,
  { happened, done, toDo }: { happened: readonly Block[]; done?: readonly Block[]; toDo: readonly Block[] },
): Section[] {
  return [
    { heading: words.happenedTitle, blocks: happened },
    ...(done === undefined ? [] : [{ heading: words.doneTitle, blocks: done }]),
    { heading: words.whatToDo, blocks: toDo },
  ];
}

function downMail(content: DownContent, context: Moment): MailBody {
  const { dependency, since, reason, stage, blips } = content;
  const { words, now } = context;
  const name = capital(words.dependency(dependency));
  const lasted = words.duration(Math.max(0, now - since));
  const isHeld = dependency === 'repairs';
  const say = isHeld ? words.downRepairs : words.down;
  const plainSubject = stage === 'news' ? say.subject(name) : say.stillDown(name, lasted);
  const mark = stage === 'reminder' ? `${words.reminder}: ` : stage === 'escalation' ? `${words.escalated}: ` : '';
  const happened = [
    paragraph(words.unavailable(dependency, words.since(words.moment(since), lasted))),
    ...(isHeld ? [paragraph(words.heldMeans)] : []),
    paragraph(words.because(plain(words.translated(reason)))),
  ];
  if (blips > 0) happened.push(paragraph(say.blips(blips)));
  const sections = sectionsOf(context, {
    happened,
    done: [paragraph(words.meanwhile[dependency])],
    toDo: toDoAboutDown(content, context),
  });
  return { subject: mark + plainSubject, sections };
}

function toDoAboutDown({ dependency, hint }: DownContent, { words }: Moment): Block[] {
  const { held, heldLook, noHint, translated } = words;
  if (dependency !== 'repairs') {
    return [paragraph(hint === null ? noHint : `${capital(plain(translated(hint)))}.`), commands('order-monit check')];
  }
  return [
    paragraph(`${held.lookInto} ${heldLook}`),
    commands('order-monit check', 'order-monit status'),
    paragraph(held.isReal),
    commands(`order-monit rewind --since "${held.aMoment}"`),
  ];
}

function backMail({ dependency, since, until, reason, relapses, caughtUp }: BackContent, context: Moment): MailBody {
  const { back, because, dependency: nameOf, duration, nothing, translated } = context.words;
  const isHeld = dependency === 'repairs';
  const name = capital(nameOf(dependency));
  const lasted = duration(Math.max(0, until - since));
  const happened = [
    paragraph(isHeld ? back.heldHappened(since, until) : back.happened(name, since, until)),
    paragraph(because(plain(translated(reason)))),
  ];
  if (relapses > 0) happened.push(paragraph(isHeld ? back.heldRelapses(relapses) : back.relapses(relapses)));
  // Orders were checked all the while, so that none has waited for it.
  const done = isHeld ? [] : [paragraph(back.caughtUp(caughtUp.checked, caughtUp.failing))];
  if (caughtUp.repaired > 0) done.push(paragraph(back.repaired(caughtUp.repaired)));
  if (!caughtUp.complete) done.push(paragraph(back.goesOn));
  const sections = sectionsOf(context, {
    happened,
    ...(done.length === 0 ? {} : { done }),
    toDo: [paragraph(nothing)],
  });
  return { subject: isHeld ? back.heldSubject(lasted) : back.subject(name, lasted), sections };
}

function configurationMail({ stage, since, text }: ConfigurationContent, context: Moment): MailBody {
  const { words } = context;
  const faults = text.split('\n').slice(0, 50);
  const group: Block = {
    kind: 'group',
    title: '',
    notes: [],
    items: faults.map((line) => [plain(words.translated(line))]),
  };
  if (stage === 'recovery') {
    const happened = [paragraph(words.configuration.recovery), group];
    const sections = sectionsOf(context, { happened, toDo: [paragraph(words.nothing)] });
    return { subject: words.configuration.recoverySubject, sections };
  }
  const sections = sectionsOf(context, {
    happened: [paragraph(words.configuration.happened(words.moment(since))), group],
    done: [paragraph(words.configuration.inForce)],
    toDo: [
      paragraph(words.configuration.mend),
      commands('order-monit check', 'systemctl reload-or-restart order-monit'),
    ],
  });
  const mark = stage === 'reminder' ? `${words.reminder}: ` : '';
  return { subject: mark + words.configuration.subject, sections };
}

function undatedMail({ count, ids, since }: UndatedContent, context: Context): MailBody {
  const { page, words } = context;
  const { undated, moment, toDo, idOnly } = words;
  const names = ids.map((orderId) => orderLink(idOnly(orderId), { orderId, orderNumber: null }, page));
  const sections = sectionsOf(context, {
    happened: [
      paragraph(undated.happened(count, moment(since))),
      paragraph(...listedLinks(names)),
      ...(count > ids.length ? [paragraph(unnamedText(count - ids.length, context))] : []),
    ],
    done: [paragraph(undated.done), paragraph(undated.once)],
    toDo: [paragraph(toDo.undated), page === undefined ? commands('order-monit open') : toPage(page, words.button.see)],
  });
  return { subject: undated.subject(count), sections };
}

function toPage(page: PageLink, text: string): Block {
  return { kind: 'button', link: { text, url: `${page.url}/` } };
}

/** So many open orders are named in the subject. */
const IN_SUBJECT = 3;

function reportMail(content: ReportContent, context: Moment): MailBody {
  const { words, now } = context;
  const { checked, inAbacos, repaired, medianMs, open, openCount, undated } = content;
  const median = medianMs === null ? null : words.duration(medianMs);
  const [oldest] = open;
  const names = open.slice(0, IN_SUBJECT).map(shortName);
  const more = openCount > names.length ? ', …' : '';
  const unchecked = content.uncheckedSince === null ? undefined : words.moment(content.uncheckedSince);
  const figures = [
    ...(unchecked === undefined ? [] : [words.report.uncheckedHeadline(unchecked)]),
    words.report.headline(checked, inAbacos),
    ...(repaired > 0 && median !== null ? [words.report.repaired(repaired, median)] : []),
    oldest === undefined
      ? words.report.noneOpen
      : words.report.open(openCount, words.duration(now - oldest.openedAt), names.join(', ') + more),
  ].join(', ');
  const happened = [
    paragraph(words.report.period(words.moment(content.from), words.moment(now))),
    ...(unchecked === undefined ? [] : [paragraph(words.report.unchecked(unchecked))]),
    paragraph(words.report.checked(checked, inAbacos)),
    paragraph(words.report.repairedLine(repaired, median)),
    ...(content.givenUp > 0 ? [paragraph(words.report.givenUpLine(content.givenUp))] : []),
    ...(undated > 0 ? [paragraph(words.report.undated(undated))] : []),
    ...content.outages.map(({ dependency, count, ms }) =>
      paragraph(
        dependency === 'repairs'
          ? words.report.held(count, words.duration(ms))
          : words.report.outage(capital(words.dependency(dependency)), count, words.duration(ms)),
      ),
    ),
  ];
  const sections: Section[] = [
    { heading: words.happenedTitle, blocks: happened },
    { heading: words.ordersTitle, blocks: openOrders(content, context) },
    { heading: words.whatToDo, blocks: toDoAboutReport(content, context) },
  ];
  return { subject: words.report.subject(words.moment(now).slice(0, 10), figures), sections };
}

function toDoAboutReport({ open, openCount }: ReportContent, { page, words }: Moment): Block[] {
  const givenUp = open.filter((one) => one.givenUp);
  const { report, toDo, button, nothing } = words;
  const mayRetry = page?.allowsRetry === true && givenUp.length > 0;
  const todo = mayRetry
    ? [paragraph(report.retryOnPage)]
    : givenUp.length > 0
      ? [paragraph(report.retryHint), commands(...retryLines(givenUp))]
      : [paragraph(openCount === 0 ? nothing : toDo.wait)];
  return page === undefined ? todo : [...todo, toPage(page, mayRetry ? button.retry : button.see)];
}

function openOrders({ open, openCount }: ReportContent, context: Moment): Block[] {
  const { words, now } = context;
  const items = open.map((one): Span[] => {
    const finding = words.finding(one.reason);
    const state = one.givenUp ? `${finding}, ${words.report.openGivenUp},` : finding;
    const lasted = words.duration(Math.max(0, now - one.openedAt));
    return [nameOf(one, context), `: ${state} ${words.since(words.moment(one.openedAt), lasted)}`];
  });
  const group: Block = { kind: 'group', title: words.report.openHeading(openCount), notes: [], items };
  return openCount > open.length ? [group, paragraph(unnamedText(openCount - open.length, context))] : [group];
}

function testMail(_: TestContent, context: Moment): MailBody {
  const { words } = context;
  const sections = sectionsOf(context, {
    happened: [paragraph(words.test.happened)],
    toDo: [paragraph(words.nothing)],
  });
  return { subject: words.test.subject, sections };
}
