/** What people are to do about an order, in words: who, and what. */
import type { Advice } from '../core/advice.ts';
import type { MailWords } from './catalogue.ts';

/** `Customer service: ask the customer …`. A rule of the shop's own is in the language of whoever wrote it. */
export function adviceText(advice: Advice, words: Pick<MailWords, 'advice'>): string {
  const { who, todo } = advice.kind === 'own' ? advice : words.advice[advice.topic];
  return `${who}: ${/[.!?]$/.test(todo) ? todo : `${todo}.`}`;
}
